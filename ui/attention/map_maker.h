#pragma once

#include "ui/attention/clip_maps.h"

#include <QList>
#include <QObject>
#include <QThreadPool>

namespace attelier::ui {

/// Makes maps beside the window's thread: an answer of a large record takes milliseconds, the maps
/// of all nodes take more.
///
/// Threads: the window's.
class MapMaker : public QObject {
  Q_OBJECT

 public:
  explicit MapMaker(QObject* parent = nullptr);
  ~MapMaker() override;

  /// What is wanted now; what was wanted before and is not made yet is forgotten.
  void want(QList<MapRequest> requests);
  /// The map of a request; null while it is being made.
  widgets::FramesPtr find(const MapRequest& request) const;
  /// Whether all that is wanted is there.
  bool isDone() const;

 Q_SIGNALS:
  void made();

 private:
  using Made = std::pair<MapRequest, widgets::FramesPtr>;
  void start();
  void take(const QList<Made>& made);

  QThreadPool pool_;
  QList<MapRequest> wanted_;
  QList<Made> made_;
  bool isMaking_ = false;
};

}  // namespace attelier::ui
