#include "ui/clips/clip_pictures.h"

#include "engine/run/dataset_check.h"
#include "engine/run/run_reader.h"
#include "ui/workspace/row_values.h"

#include <QCryptographicHash>
#include <QImageReader>
#include <QPainter>
#include <QStandardPaths>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kHeight = 96;      ///< of a strip, as the engine makes it
constexpr int kMostFrames = 16;  ///< of a probe clip's strip
constexpr int kThreads = 2;
constexpr std::size_t kMostJobs = 256;
constexpr int kCacheKib = 96 << 10;
constexpr std::int64_t kDiskBytes = std::int64_t{512} << 20;

int costOf(const ClipStrip& strip) {
  return static_cast<int>(std::max<qsizetype>(1, strip.picture.sizeInBytes() >> 10));
}

/// How many pictures of the clip's shape lie side by side.
int framesIn(const QSize& strip, const run::ClipRow& clip) {
  if (clip.width <= 0 || clip.height <= 0 || strip.height() <= 0) return 6;
  const double width =
      std::clamp(std::round(static_cast<double>(clip.width) * strip.height() / clip.height), 1.0,
                 16.0 * strip.height());
  return std::max(1, static_cast<int>(std::lround(strip.width() / width)));
}

ClipStrip stripOfProbe(run::RunReader& reader, const run::ProbeRow& probe) {
  const auto count = static_cast<std::int64_t>(probe.times.size());
  const std::int64_t shown = std::min<std::int64_t>(count, kMostFrames);
  ClipStrip strip;
  for (std::int64_t i = 0; i < shown; ++i) {
    const auto bytes = reader.probeFrame(probe.id, i * count / shown);
    if (!bytes)
      return {.picture = {}, .frames = 0, .problem = QString::fromStdString(bytes.error().message)};
    const QImage frame = pictureOf(*bytes, probe);
    if (frame.isNull()) break;
    const QImage scaled = frame.scaledToHeight(
        kHeight, frame.height() < kHeight / 2 ? Qt::FastTransformation : Qt::SmoothTransformation);
    if (strip.picture.isNull()) {
      strip.picture =
          QImage(scaled.width() * static_cast<int>(shown), kHeight, QImage::Format_RGB32);
      strip.picture.fill(Qt::black);
    }
    QPainter(&strip.picture)
        .drawImage(static_cast<int>(i) * strip.picture.width() / static_cast<int>(shown), 0,
                   scaled);
    strip.frames = static_cast<int>(shown);
  }
  return strip;
}

}  // namespace

QRect ClipStrip::frame(int index) const {
  if (frames <= 0) return {};
  const int width = picture.width() / frames;
  return {(index % frames) * width, 0, width, picture.height()};
}

struct ClipPictures::Job {
  run::ClipRow clip;
  std::optional<run::ProbeRow> probe;
};

ClipPictures::ClipPictures(EngineProgram& engine, QObject* parent)
    : QObject(parent),
      maker_(engine),
      strips_(kCacheKib),
      turn_(std::make_shared<std::atomic<int>>(0)) {
  threads_.setMaxThreadCount(kThreads);
  connect(&maker_, &PreviewMaker::progressed, this, &ClipPictures::progressed);
  connect(&maker_, &PreviewMaker::made, this, [this](qint64 clip) {
    asked_.remove(clip);
    Q_EMIT arrived(clip);  // whoever shows it asks again
  });
  connect(&maker_, &PreviewMaker::failed, this, [this](qint64 clip, const QString& why) {
    asked_.remove(clip);
    strips_.insert(clip, new ClipStrip{.picture = {}, .frames = 0, .problem = why});
    Q_EMIT arrived(clip);
  });
  connect(&maker_, &PreviewMaker::forgotten, this, [this](qint64 clip) { asked_.remove(clip); });
  threads_.start([] { trimCache(cacheFolder(), kDiskBytes); }, -1);
}

ClipPictures::~ClipPictures() {
  ++*turn_;
  threads_.waitForDone();
}

void ClipPictures::setRun(const std::filesystem::path& run, const std::filesystem::path& root) {
  if (run == run_ && root == root_) return;
  run_ = run;
  root_ = root;
  ++*turn_;
  {
    const std::lock_guard lock(mutex_);
    jobs_.clear();
  }
  asked_.clear();
  strips_.clear();
  maker_.clear();
}

void ClipPictures::setPaused(bool paused) { maker_.setPaused(paused); }

const ClipStrip* ClipPictures::find(const run::ClipRow& clip, const run::ProbeRow* probe) {
  if (const ClipStrip* strip = strips_.object(clip.id)) return strip;
  static const ClipStrip none;
  if (probe == nullptr && (root_.empty() || clip.state == "unreadable")) return &none;
  if (asked_.contains(clip.id)) return nullptr;
  asked_.insert(clip.id);
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_front({clip, probe != nullptr ? std::optional(*probe) : std::nullopt});
    if (jobs_.size() > kMostJobs) {
      asked_.remove(jobs_.back().clip.id);  // scrolled away long ago
      jobs_.pop_back();
    }
  }
  start();
  return nullptr;
}

void ClipPictures::start() {
  if (workers_ >= kThreads) return;
  ++workers_;
  threads_.start([this, turn = turn_, run = run_, root = root_, now = turn_->load()] {
    std::unique_ptr<run::RunReader> reader;
    while (turn->load() == now) {
      Job job;
      {
        const std::lock_guard lock(mutex_);
        if (jobs_.empty()) break;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      ClipStrip strip;
      bool isMissing = false;
      if (job.probe) {
        if (reader == nullptr) {
          auto opened = run::RunReader::open(run);
          if (opened) reader = std::move(*opened);
        }
        if (reader != nullptr) strip = stripOfProbe(*reader, *job.probe);
      } else {
        const auto file = cacheFile(root, job.clip);
        QImageReader picture(QString::fromStdString(file.string()), "jpeg");
        strip.picture = picture.read();
        isMissing = strip.picture.isNull();
        if (!isMissing) strip.frames = framesIn(strip.picture.size(), job.clip);
      }
      QMetaObject::invokeMethod(
          this,
          [this, now, clip = job.clip, strip = std::move(strip), isMissing] {
            take(now, clip, strip, isMissing);
          },
          Qt::QueuedConnection);
    }
    QMetaObject::invokeMethod(
        this,
        [this] {
          --workers_;
          const std::lock_guard lock(mutex_);
          if (!jobs_.empty())
            QMetaObject::invokeMethod(
                this, [this] { start(); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
  });
}

void ClipPictures::take(int turn, const run::ClipRow& clip, ClipStrip strip, bool isMissing) {
  if (turn != turn_->load()) return;
  if (isMissing) {
    const auto video = run::pathUnderRoot(root_, clip.path);
    if (video) {
      maker_.want({.clip = clip.id, .video = *video, .picture = cacheFile(root_, clip)});
      return;
    }
    strip.problem = QString::fromStdString(video.error().message);
  }
  asked_.remove(clip.id);
  const int cost = costOf(strip);
  strips_.insert(clip.id, new ClipStrip(std::move(strip)), cost);
  Q_EMIT arrived(clip.id);
}

std::filesystem::path ClipPictures::cacheFolder() {
  const QString cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
  return std::filesystem::path(cache.toStdString()) / "attelier" / "previews";
}

std::filesystem::path ClipPictures::cacheFile(const std::filesystem::path& root,
                                              const run::ClipRow& clip) {
  QCryptographicHash hash(QCryptographicHash::Sha1);
  const QByteArray key = QByteArray::fromStdString((root / clip.path).lexically_normal().string()) +
                         '\n' + QByteArray::number(static_cast<qlonglong>(clip.bytes)) + '\n' +
                         QByteArray::number(clip.mtime, 'f', 3);
  hash.addData(key);
  return cacheFolder() / (hash.result().toHex().toStdString() + ".jpg");
}

void ClipPictures::trimCache(const std::filesystem::path& folder, std::int64_t most) {
  struct Picture {
    std::filesystem::file_time_type time;
    std::int64_t bytes;
    std::filesystem::path path;
  };
  std::vector<Picture> pictures;
  std::int64_t total = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const auto bytes = static_cast<std::int64_t>(entry->file_size(ignored));
    pictures.push_back({entry->last_write_time(ignored), bytes, entry->path()});
    total += bytes;
  }
  if (total <= most) return;
  std::sort(pictures.begin(), pictures.end(),
            [](const Picture& a, const Picture& b) { return a.time < b.time; });
  for (const Picture& picture : pictures) {
    if (total <= most * 3 / 4) return;
    std::error_code ignored;
    if (std::filesystem::remove(picture.path, ignored)) total -= picture.bytes;
  }
}

}  // namespace attelier::ui
