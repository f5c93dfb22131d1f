#pragma once

#include "engine/base/result.h"
#include "ui/runs/notice_bar.h"

#include <QObject>
#include <QSet>
#include <nlohmann/json.hpp>

#include <cstdint>

namespace attelier::ui {

class ClipModel;
class Workspace;

/// Asks the engine to take clips and videos as probe clips or to let go of them, and tells how it
/// went.
class ProbeRequests : public QObject {
  Q_OBJECT
 public:
  ProbeRequests(Workspace& workspace, const ClipModel& model, QObject* parent);

  /// Makes a clip a probe clip, or no longer one.
  void toggle(std::int64_t clip);
  void addVideo(const QString& file);
  /// Clips whose request is not answered yet.
  const QSet<qint64>& pending() const { return pending_; }
  void clear();

 Q_SIGNALS:
  void pendingChanged();
  void told(attelier::ui::NoticeBar::Kind kind, const QString& text);

 private:
  void atShownStep(nlohmann::json& arguments) const;
  void tellProblem(const QString& what, const Error& error);

  Workspace& workspace_;
  const ClipModel& model_;
  QSet<qint64> pending_;
};

}  // namespace attelier::ui
