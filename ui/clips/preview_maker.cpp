#include "ui/clips/preview_maker.h"

#include "ui/engine/engine_program.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kGatherMs = 150;
constexpr std::size_t kAtOnce = 16;
constexpr std::size_t kMostWaiting = 256;

QString quoted(const std::filesystem::path& path) {
  QString text = QString::fromStdString(path.string());
  return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
}

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

}  // namespace

PreviewMaker::PreviewMaker(EngineProgram& engine, QObject* parent)
    : QObject(parent), engine_(engine) {
  begin_.setSingleShot(true);
  begin_.setInterval(kGatherMs);
  connect(&begin_, &QTimer::timeout, this, &PreviewMaker::begin);
}

PreviewMaker::~PreviewMaker() {
  if (question_ != nullptr) question_->cancel();
}

void PreviewMaker::want(PreviewOrder order) {
  const auto isSame = [&order](const PreviewOrder& other) { return other.clip == order.clip; };
  if (std::any_of(making_.begin(), making_.end(), isSame)) return;
  std::erase_if(orders_, isSame);
  orders_.push_front(std::move(order));
  if (orders_.size() > kMostWaiting) {
    const std::int64_t oldest = orders_.back().clip;
    orders_.pop_back();
    Q_EMIT forgotten(oldest);
  }
  if (question_ == nullptr && !isPaused_ && !begin_.isActive()) begin_.start();
  Q_EMIT progressed();
}

void PreviewMaker::clear() {
  orders_.clear();
  making_.clear();
  if (question_ != nullptr) question_->cancel();
  question_.clear();
  begin_.stop();
  Q_EMIT progressed();
}

void PreviewMaker::setPaused(bool paused) {
  isPaused_ = paused;
  if (!paused && !orders_.empty() && question_ == nullptr) begin_.start();
}

int PreviewMaker::waiting() const { return static_cast<int>(orders_.size() + making_.size()); }

void PreviewMaker::begin() {
  if (question_ != nullptr || orders_.empty() || isPaused_) return;
  const std::size_t count = std::min(kAtOnce, orders_.size());
  making_.assign(orders_.begin(), orders_.begin() + static_cast<std::ptrdiff_t>(count));
  orders_.erase(orders_.begin(), orders_.begin() + static_cast<std::ptrdiff_t>(count));

  // Beside the pictures, so that moving them into place is renaming.
  const QString cache = pathText(making_.front().picture.parent_path());
  QDir().mkpath(cache);
  folder_ = std::make_unique<QTemporaryDir>(cache + u"/making-XXXXXX"_s);
  QFile list(folder_->filePath(u"clips.csv"_s));
  if (!folder_->isValid() || !list.open(QIODevice::WriteOnly)) {
    const QString why = tr("There can be no pictures in %1: %2").arg(cache, list.errorString());
    for (const PreviewOrder& order : std::exchange(making_, {})) Q_EMIT failed(order.clip, why);
    return;
  }
  list.write("path,label,split\n");
  for (const PreviewOrder& order : making_) {
    list.write((quoted(order.video) + u",clip,train\n"_s).toUtf8());
  }
  list.close();
  // A list of our own: its rows, and so the numbers of the strips, stand in our order whatever the
  // data set is like.
  question_ =
      engine_.ask({u"clips"_s, list.fileName(), u"--format"_s, u"csv"_s, u"--previews"_s,
                   folder_->path(), u"--select-share"_s, u"0"_s, u"--scan-threads"_s, u"1"_s},
                  this, [this](const Result<nlohmann::json>& answer) {
                    question_.clear();
                    const auto orders = std::exchange(making_, {});
                    if (answer) {
                      finish(orders);
                    } else {
                      const QString why = QString::fromStdString(answer.error().message);
                      for (const PreviewOrder& order : orders) Q_EMIT failed(order.clip, why);
                    }
                    folder_.reset();
                    if (!orders_.empty() && !isPaused_) begin_.start();
                    Q_EMIT progressed();
                  });
}

void PreviewMaker::finish(const std::vector<PreviewOrder>& orders) {
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const PreviewOrder& order = orders[i];
    const QString strip =
        folder_->filePath(u"clip-%1.jpg"_s.arg(static_cast<qlonglong>(i), 6, 10, QChar(u'0')));
    std::error_code error;
    std::filesystem::rename(strip.toStdString(), order.picture, error);
    if (error) {
      Q_EMIT failed(order.clip, tr("It has no picture that can be read."));
    } else {
      Q_EMIT made(order.clip);
    }
  }
}

}  // namespace attelier::ui
