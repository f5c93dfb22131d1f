#include "ui/attention/map_maker.h"

#include <algorithm>

namespace attelier::ui {

MapMaker::MapMaker(QObject* parent) : QObject(parent) { pool_.setMaxThreadCount(1); }

MapMaker::~MapMaker() { pool_.waitForDone(); }

void MapMaker::want(QList<MapRequest> requests) {
  if (requests == wanted_) return;
  wanted_ = std::move(requests);
  made_.removeIf([this](const Made& made) { return !wanted_.contains(made.first); });
  start();
}

widgets::FramesPtr MapMaker::find(const MapRequest& request) const {
  const auto found = std::find_if(made_.begin(), made_.end(),
                                  [&](const Made& made) { return made.first == request; });
  return found == made_.end() ? nullptr : found->second;
}

bool MapMaker::isDone() const {
  return std::all_of(wanted_.begin(), wanted_.end(),
                     [this](const MapRequest& request) { return find(request) != nullptr; });
}

void MapMaker::start() {
  if (isMaking_) return;
  QList<MapRequest> missing;
  for (const auto& request : wanted_) {
    if (!find(request)) missing << request;
  }
  if (missing.isEmpty()) return;
  isMaking_ = true;
  pool_.start([this, missing] {
    QList<Made> made;
    for (const auto& request : missing) {
      made.emplaceBack(request,
                       std::make_shared<const widgets::AttentionFrames>(framesOf(request)));
    }
    QMetaObject::invokeMethod(
        this, [this, made] { take(made); }, Qt::QueuedConnection);
  });
}

void MapMaker::take(const QList<Made>& made) {
  isMaking_ = false;
  for (const auto& one : made) {
    if (wanted_.contains(one.first)) made_ << one;
  }
  start();
  Q_EMIT this->made();
}

}  // namespace attelier::ui
