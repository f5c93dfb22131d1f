#pragma once

#include "engine/base/result.h"

#include <QObject>

#include <filesystem>
#include <thread>

namespace attelier::ui {

/// Writes every stored step of a run's metrics, and its points beside them, as CSV: not what is
/// drawn, all of it. A row is a step; what was not measured at it is empty.
///
/// A thread of its own reads and writes piece by piece, so a run of any length takes little memory.
/// The file appears at its place when it is whole; ending early leaves nothing.
class PointsFile : public QObject {
  Q_OBJECT
 public:
  PointsFile(std::filesystem::path run, std::filesystem::path file, QObject* parent = nullptr);
  ~PointsFile() override;  ///< cancels and waits for the piece at hand

  /// Ends soon, without a file. Does not wait.
  void cancel() { thread_.request_stop(); }

 Q_SIGNALS:
  void progressed(int percent);
  /// Empty: done. Else what went wrong and what to do, or that it was cancelled.
  void ended(const QString& problem);

 private:
  std::jthread thread_;
};

}  // namespace attelier::ui
