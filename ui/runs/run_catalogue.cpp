#include "ui/runs/run_catalogue.h"

#include "engine/base/log.h"

#include <QPointer>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using Clock = std::chrono::steady_clock;
using Path = std::filesystem::path;

constexpr int kRemembered = 20;
constexpr std::chrono::seconds kLookInterval{2};
constexpr std::chrono::milliseconds kFirstPictures{
    200};  ///< while many runs are read, what is there is shown
constexpr std::chrono::seconds kSizeInterval{30};  ///< of a run that grows
const QString kRecentKey = u"runs/recent"_s;

Path cleaned(const Path& path) {
  std::error_code error;
  const Path whole = (std::filesystem::absolute(path, error) / "").lexically_normal().parent_path();
  return whole.empty() ? path : whole;
}

}  // namespace

/// The thread that reads. What it knows of a run is kept with the fingerprint it was read at.
class RunCatalogue::Worker {
 public:
  explicit Worker(RunCatalogue* owner) : owner_(owner), folder_(owner->folder_) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }

  void setRecent(std::vector<Path> recent) {
    const std::lock_guard lock(mutex_);
    recent_ = std::move(recent);
    isDue_ = isWatched_ || isDue_;
    wake_.notify_all();
  }
  void setWatched(bool watched) {
    const std::lock_guard lock(mutex_);
    isDue_ = isDue_ || (watched && !isWatched_);
    isWatched_ = watched;
    wake_.notify_all();
  }
  void refresh() {
    const std::lock_guard lock(mutex_);
    isDue_ = true;
    wake_.notify_all();
  }
  /// Runs `job` soon, then looks again.
  void add(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    isDue_ = true;
    wake_.notify_all();
  }

 private:
  struct Known {
    RunFingerprint print;
    RunEntryPointer alone;  ///< as read
    RunEntryPointer shown;  ///< the same with its evaluations and size
    std::int64_t bytes = -1;
    RunFingerprint sizedAt;
    Clock::time_point sized{};
    bool isSeen = false;
  };

  void work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(mutex_);
        const auto due = [this] { return isDue_ || !jobs_.empty(); };
        if (isWatched_) {
          wake_.wait_for(lock, stop, kLookInterval, due);
        } else {
          wake_.wait(lock, stop, due);
        }
        if (stop.stop_requested()) return;
        isDue_ = false;
      }
      try {
        doJobs();
        look(stop);
      } catch (const std::exception& exception) {
        logWarning(std::string("the list of runs could not be read: ") + exception.what());
      }
    }
  }

  void doJobs() {
    while (true) {
      std::function<void()> job;
      {
        const std::lock_guard lock(mutex_);
        if (jobs_.empty()) return;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      job();
    }
  }

  std::vector<Path> runPaths() {
    std::vector<Path> paths;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
         entry.increment(error)) {
      if (looksLikeRun(entry->path())) paths.push_back(entry->path());
    }
    const bool isUnreadable = error && error != std::errc::no_such_file_or_directory;
    problem_ = isUnreadable ? QString::fromStdString(error.message()) : QString();
    const std::lock_guard lock(mutex_);
    for (const Path& path : recent_) {
      // An evaluation stands below its search where that is listed.
      const bool isKnown =
          std::find(paths.begin(), paths.end(), path) != paths.end() ||
          std::find(paths.begin(), paths.end(), path.parent_path().parent_path()) != paths.end();
      if (!isKnown) paths.push_back(path);
    }
    return paths;
  }

  void look(const std::stop_token& stop) {
    for (auto& [path, known] : known_) known.isSeen = false;
    const std::vector<Path> paths = runPaths();
    std::vector<RunEntryPointer> runs;
    auto delivered = Clock::now();
    for (const Path& path : paths) {
      if (stop.stop_requested()) return;
      doJobs();
      runs.push_back(readTree(path));
      if (!isComplete_ && Clock::now() - delivered > kFirstPictures) {
        deliver(runs, false);
        delivered = Clock::now();
      }
    }
    std::erase_if(known_, [](const auto& item) { return !item.second.isSeen; });
    isComplete_ = true;
    deliver(runs, true);
    if (measure(paths, stop)) {
      runs.clear();
      for (const Path& path : paths) runs.push_back(readTree(path));
      deliver(std::move(runs), true);
    }
  }

  /// Sizes of what has changed since it was measured; true when one is new.
  bool measure(const std::vector<Path>& paths, const std::stop_token& stop) {
    bool any = false;
    for (const Path& path : paths) {
      if (stop.stop_requested()) return false;
      const auto found = known_.find(path);
      if (found == known_.end() || found->second.alone->isMissing) continue;
      Known& known = found->second;
      const bool isOld = known.sizedAt != known.print && Clock::now() - known.sized > kSizeInterval;
      if (known.bytes >= 0 && !isOld) continue;
      doJobs();
      const std::int64_t bytes = sizeOnDisk(path, stop);
      any = any || bytes != known.bytes;
      known.bytes = bytes;
      known.sizedAt = known.print;
      known.sized = Clock::now();
    }
    return any;
  }

  Known& readOne(const Path& path) {
    RunFingerprint print = fingerprintOf(path);
    Known& known = known_[path];
    known.isSeen = true;
    if (known.alone == nullptr || known.print != print) {
      known.alone = std::make_shared<RunEntry>(readRunEntry(path));
      known.shown.reset();
      known.print = std::move(print);
    }
    return known;
  }

  RunEntryPointer readTree(const Path& path) {
    Known& known = readOne(path);
    std::error_code error;
    std::vector<Path> folders;
    for (std::filesystem::directory_iterator entry(path / "evaluations", error), end;
         !error && entry != end; entry.increment(error)) {
      if (looksLikeRun(entry->path())) folders.push_back(entry->path());
    }
    std::sort(folders.begin(), folders.end());
    std::vector<RunEntryPointer> evaluations;
    for (const Path& folder : folders) {
      const RunEntryPointer& below = readOne(folder).alone;
      const bool isOurs = !below->problem.isEmpty() ||
                          (below->info.parent && below->info.parent->run == known.alone->info.id);
      if (isOurs) evaluations.push_back(below);
    }
    if (known.shown == nullptr || known.shown->bytes != known.bytes ||
        known.shown->evaluations != evaluations) {
      auto shown = std::make_shared<RunEntry>(*known.alone);
      shown->bytes = known.bytes;
      shown->evaluations = std::move(evaluations);
      known.shown = std::move(shown);
    }
    return known.shown;
  }

  void deliver(std::vector<RunEntryPointer> runs, bool complete) {
    std::sort(runs.begin(), runs.end(), [](const RunEntryPointer& a, const RunEntryPointer& b) {
      return std::tie(b->info.created, a->path) < std::tie(a->info.created, b->path);
    });
    if (runs == delivered_ && complete == wasComplete_ && problem_ == deliveredProblem_) return;
    deliveredProblem_ = problem_;
    delivered_ = runs;
    wasComplete_ = complete;
    QMetaObject::invokeMethod(
        owner_,
        [owner = owner_, runs = std::move(runs), complete, problem = problem_] {
          owner->take(runs, complete, problem);
        },
        Qt::QueuedConnection);
  }

  RunCatalogue* owner_;
  Path folder_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Path> recent_;
  std::deque<std::function<void()>> jobs_;
  bool isDue_ = false;
  bool isWatched_ = false;
  bool isComplete_ = false;
  bool wasComplete_ = false;
  QString problem_, deliveredProblem_;
  std::vector<RunEntryPointer> delivered_;
  std::map<Path, Known> known_;
  std::jthread thread_;  // last: ends before what it uses
};

Path RunCatalogue::defaultFolder() {
  const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
  return Path(data.toStdString()) / "attelier" / "runs";
}

RunCatalogue::RunCatalogue(Path folder, QObject* parent)
    : QObject(parent), folder_(cleaned(folder)), worker_(std::make_unique<Worker>(this)) {
  std::vector<Path> paths;
  for (const QString& path : recent()) paths.emplace_back(path.toStdString());
  worker_->setRecent(std::move(paths));
}

RunCatalogue::~RunCatalogue() = default;

const Path& RunCatalogue::folder() const { return folder_; }
const std::vector<RunEntryPointer>& RunCatalogue::runs() const { return runs_; }
bool RunCatalogue::isRead() const { return isRead_; }
const QString& RunCatalogue::problem() const { return problem_; }

RunEntryPointer RunCatalogue::find(const Path& run) const {
  const Path wanted = cleaned(run);
  for (const RunEntryPointer& entry : runs_) {
    if (entry->path == wanted) return entry;
    for (const RunEntryPointer& below : entry->evaluations) {
      if (below->path == wanted) return below;
    }
  }
  return nullptr;
}

QStringList RunCatalogue::recent() const { return QSettings().value(kRecentKey).toStringList(); }

void RunCatalogue::remember(const Path& run) {
  QStringList paths = recent();
  const QString path = QString::fromStdString(cleaned(run).string());
  paths.removeAll(path);
  paths.prepend(path);
  paths = paths.mid(0, kRemembered);
  QSettings().setValue(kRecentKey, paths);
  std::vector<Path> list;
  for (const QString& one : paths) list.emplace_back(one.toStdString());
  worker_->setRecent(std::move(list));
}

void RunCatalogue::forget(const Path& run) {
  QStringList paths = recent();
  paths.removeAll(QString::fromStdString(cleaned(run).string()));
  QSettings().setValue(kRecentKey, paths);
  std::vector<Path> list;
  for (const QString& one : paths) list.emplace_back(one.toStdString());
  worker_->setRecent(std::move(list));
}

void RunCatalogue::setWatched(const QObject* by, bool watched) {
  if (watched) {
    watchers_.insert(by);
  } else {
    watchers_.erase(by);
  }
  worker_->setWatched(!watchers_.empty());
}
void RunCatalogue::refresh() { worker_->refresh(); }

void RunCatalogue::take(std::vector<RunEntryPointer> runs, bool complete, const QString& problem) {
  problem_ = problem;
  runs_ = std::move(runs);
  isRead_ = isRead_ || complete;
  Q_EMIT changed();
}

namespace {

/// Hands a value over to `context` in the thread of `owner`, if both are still there.
template <typename Value>
void callBack(RunCatalogue* owner, const QPointer<QObject>& context,
              const std::function<void(const Value&)>& callback, Value value) {
  QMetaObject::invokeMethod(
      owner,
      [context, callback, value = std::move(value)] {
        if (context != nullptr && callback) callback(value);
      },
      Qt::QueuedConnection);
}

}  // namespace

void RunCatalogue::changeNotes(const Path& run, NotesChange change, QObject* context,
                               std::function<void(const Status&)> callback) {
  worker_->add([this, run, change = std::move(change), context = QPointer(context),
                callback = std::move(callback)] {
    const auto write = [&]() -> Status {
      const Path file = run / "user.json";
      ATTELIER_ASSIGN(run::UserNotes notes, run::readUserNotes(file));
      change(notes);
      return run::writeUserNotes(file, notes);
    };
    callBack<Status>(this, context, callback, write());
  });
}

void RunCatalogue::moveToTrash(const Path& run, QObject* context,
                               std::function<void(const Result<TrashedRun>&)> callback) {
  worker_->add([this, run, context = QPointer(context), callback = std::move(callback)] {
    Result<TrashedRun> trashed = trashRun(run);
    if (trashed) {
      QMetaObject::invokeMethod(
          this, [this, run] { forget(run); }, Qt::QueuedConnection);
    }
    callBack<Result<TrashedRun>>(this, context, callback, std::move(trashed));
  });
}

void RunCatalogue::restore(const TrashedRun& run, QObject* context,
                           std::function<void(const Status&)> callback) {
  worker_->add([this, run, context = QPointer(context), callback = std::move(callback)] {
    callBack<Status>(this, context, callback, restoreRun(run));
  });
}

}  // namespace attelier::ui
