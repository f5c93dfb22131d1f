#pragma once

#include "engine/base/result.h"

#include <QObject>

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

namespace attelier::ui {

/// Writes every stored step of a run's metrics as CSV: not what is drawn, all of it.
///
/// A thread of its own reads and writes piece by piece, so a run of any length takes little memory.
/// The file appears at its place when it is whole; ending early leaves nothing.
class PointsFile : public QObject {
  Q_OBJECT
 public:
  PointsFile(std::filesystem::path run, std::filesystem::path file, QObject* parent = nullptr);
  ~PointsFile() override;  ///< cancels

 Q_SIGNALS:
  void progressed(int percent);
  /// Empty: done.
  void ended(const QString& problem);

 private:
  std::jthread thread_;
};

}  // namespace attelier::ui
