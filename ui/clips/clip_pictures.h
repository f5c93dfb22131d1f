#pragma once

#include "engine/run/rows.h"
#include "ui/clips/preview_maker.h"

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QThreadPool>

#include <atomic>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

namespace attelier::ui {

/// Pictures of a clip side by side, as they are played.
struct ClipStrip {
  QImage picture;  ///< null: there is none
  int frames = 0;
  QString problem;  ///< why there is none

  QRect frame(int index) const;
};

/// Pictures of the clips of a run: of probe clips as the run keeps them, of others as the engine
/// previews them into the user's cache, where they serve every run on the same files. Read by a few
/// threads, kept up to some size.
///
/// Threads: all functions are for the window's thread and never wait.
class ClipPictures : public QObject {
  Q_OBJECT
 public:
  explicit ClipPictures(EngineProgram& engine, QObject* parent = nullptr);
  ~ClipPictures() override;

  /// What is asked for next is of this run. `root` is where its clips lie; empty: they are made,
  /// not read.
  void setRun(const std::filesystem::path& run, const std::filesystem::path& root);
  /// The strip of a clip, or null while it is fetched: `arrived` tells. `probe` may be null.
  const ClipStrip* find(const run::ClipRow& clip, const run::ProbeRow* probe);
  /// Only what is in the cache is shown while nobody looks.
  void setPaused(bool paused);
  int waiting() const { return maker_.waiting(); }

  /// Where the strip of a clip is kept: by its path, size and time, so that a changed file has
  /// another one.
  static std::filesystem::path cacheFile(const std::filesystem::path& root,
                                         const run::ClipRow& clip);
  static std::filesystem::path cacheFolder();
  /// Removes the oldest pictures where there are more than `most` bytes. Waits for the disk.
  static void trimCache(const std::filesystem::path& folder, std::int64_t most);

 Q_SIGNALS:
  void arrived(qint64 clip);
  void progressed();

 private:
  struct Job;
  void take(int turn, const run::ClipRow& clip, ClipStrip strip, bool isMissing);
  void start();

  PreviewMaker maker_;
  std::filesystem::path run_, root_;
  QCache<qint64, ClipStrip> strips_;
  QSet<qint64> asked_;
  std::shared_ptr<std::atomic<int>> turn_;  ///< answers of earlier turns are of another run
  std::mutex mutex_;
  std::deque<Job> jobs_;
  int workers_ = 0;
  QThreadPool threads_;
};

}  // namespace attelier::ui
