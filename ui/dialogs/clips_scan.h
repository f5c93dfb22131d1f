#pragma once

#include "ui/dialogs/clips_report.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <optional>

namespace attelier::ui {

class EngineProgram;
class EngineQuestion;

/// How far the engine is, as it says with --progress.
struct EngineProgress {
  QString stage;
  qint64 done = 0, of = 0;
};
/// Nothing for a line that says something else.
std::optional<EngineProgress> engineProgress(const QString& line);

/// Has the engine look at a folder or list of clips. One scan at a time: a new one takes the place
/// of the one that is on its way, whose result never comes.
///
/// Threads: the window's; nothing waits.
class ClipsScan : public QObject {
  Q_OBJECT
 public:
  explicit ClipsScan(EngineProgram& engine, QObject* parent = nullptr);
  ~ClipsScan() override;

  /// `clips`: folder or list. `options`: further words for `attelier-engine clips` ("--format",
  /// "csv"). With `previews` the engine writes a strip of pictures of each clip into that folder.
  void start(const QString& clips, const QStringList& options = {}, const QString& previews = {});
  /// Ends the scan; neither `finished` nor `failed` follows.
  void cancel();
  bool isRunning() const { return !question_.isNull(); }
  /// Seconds since the scan that is running, or was the last, began.
  double seconds() const;

 Q_SIGNALS:
  void begun();
  /// So many of so many are looked at (stage "clips") or have their pictures ("previews").
  void progressed(const QString& stage, qint64 done, qint64 of);
  void finished(const std::shared_ptr<const attelier::ui::ClipsReport>& report);
  void failed(const attelier::Error& error);

 private:
  EngineProgram& engine_;
  QPointer<EngineQuestion> question_;
  qint64 begunMs_ = 0;
};

}  // namespace attelier::ui
