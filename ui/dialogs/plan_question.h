#pragma once

#include "engine/base/result.h"

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <QTimer>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>

namespace attelier::ui {

class EngineProgram;
class EngineQuestion;

/// What a search would take, measured by the engine on trial steps of its own clips.
struct SearchEstimate {
  std::int64_t steps = 0;
  std::int64_t trainClips = 0, selectClips = 0, reportClips = 0;
  double startSeconds = 0, stepSeconds = 0, validationSeconds = 0, totalSeconds = 0;
  double hostBytes = 0, deviceBytes = 0;  ///< deviceBytes 0: no accelerator
  QString device;
};

/// Errors: Corrupt.
Result<SearchEstimate> searchEstimateFromJson(const nlohmann::json& json);

/// Keeps an estimate for a command line that changes: asks when it has stood still for a moment,
/// gives up the question that is on its way when it changes again.
class PlanQuestion : public QObject {
  Q_OBJECT
 public:
  static constexpr int kStillMs = 600;

  explicit PlanQuestion(EngineProgram& engine, QObject* parent = nullptr);
  ~PlanQuestion() override;

  /// What to ask. The same words again change nothing; no words: nothing is asked.
  void want(const QStringList& arguments);
  void stop();  ///< no question until the next `want`

  bool isWaiting() const { return still_.isActive() || !question_.isNull(); }
  const std::optional<Result<SearchEstimate>>& answer() const { return answer_; }
  /// Clips looked at so far, "120 of 6,766"; empty while nothing is known.
  const QString& progress() const { return progress_; }

 Q_SIGNALS:
  void changed();  ///< waiting, further, answered or forgotten

 private:
  void ask();

  EngineProgram& engine_;
  QTimer still_;
  QPointer<EngineQuestion> question_;
  QStringList wanted_;
  QString progress_;
  std::optional<Result<SearchEstimate>> answer_;
};

/// "12 min", "3 h": two figures, as an estimate deserves.
QString aboutDuration(double seconds);
/// "1.2 GiB".
QString bytesText(double bytes);

}  // namespace attelier::ui
