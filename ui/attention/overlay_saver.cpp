#include "ui/attention/overlay_saver.h"

#include "ui/engine/engine_program.h"
#include "widgets/video/overlay_picture.h"

#include <QDir>
#include <QPainter>
#include <QSaveFile>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

int even(double pixels) { return std::max(2, 2 * static_cast<int>(pixels / 2 + 0.5)); }

/// Empty when written, else why not.
QString write(const QImage& picture, const QString& path) {
  QSaveFile file(path);
  if (file.open(QIODevice::WriteOnly) && picture.save(&file, "PNG") && file.commit()) return {};
  return OverlaySaver::tr("%1 could not be written: %2").arg(path, file.errorString());
}

QString fileName(int frame) { return u"frame-%1.png"_s.arg(frame + 1, 4, 10, QLatin1Char('0')); }

}  // namespace

QSize filmSize(const OverlayFilm& film) {
  const QSize picture = film.sides.isEmpty() || film.sides.first()->pictures.isEmpty()
                            ? QSize(1, 1)
                            : film.sides.first()->pictures.first().size();
  const double width = film.width / static_cast<double>(std::max<qsizetype>(1, film.sides.size()));
  const double height = width * picture.height() / picture.width();
  // The legend's letters grow with the picture: seven lines of a 36th of the whole, and a half.
  const double legend = film.hasLegend ? std::max(110.0, height * 0.3) : 0;
  return {even(film.width), even(height + legend)};
}

QImage filmPicture(const OverlayFilm& film, int frame) {
  const QSize size = filmSize(film);
  QImage picture(size, QImage::Format_RGB32);
  picture.fill(widgets::Theme::light().surface);
  QPainter painter(&picture);
  const int count = static_cast<int>(film.sides.size());
  for (int side = 0; side < count; ++side) {
    const widgets::AttentionFrames& frames = *film.sides[side];
    const int shown = frame * frames.frameCount() / std::max(1, film.sides.first()->frameCount());
    const QSize part(size.width() / count, size.height());
    painter.drawImage(side * part.width(), 0,
                      film.hasLegend ? widgets::renderOverlay(frames, shown, film.styles[side],
                                                              part, {frames.label, film.caption})
                                     : widgets::renderFrame(frames, shown, film.styles[side], part,
                                                            widgets::Theme::light()));
  }
  return picture;
}

OverlaySaver::OverlaySaver(EngineProgram& engine, QObject* parent)
    : QObject(parent), engine_(engine) {
  pool_.setMaxThreadCount(1);
}

OverlaySaver::~OverlaySaver() {
  if (stop_) *stop_ = true;
  pool_.waitForDone();
}

void OverlaySaver::save(const OverlayFilm& film) {
  film_ = film;
  isSaving_ = true;
  stop_ = std::make_shared<std::atomic<bool>>(false);
  QString folder = film.path;
  if (film.kind == OverlayFilm::Kind::Film) {
    pictures_ = std::make_unique<QTemporaryDir>();
    folder = pictures_->path();
  }
  writePictures(film, folder);
}

void OverlaySaver::writePictures(const OverlayFilm& film, const QString& folder) {
  pool_.start([this, film, folder, stop = stop_] {
    const auto tell = [this, stop](auto&& action) {
      QMetaObject::invokeMethod(
          this,
          [this, stop, action] {
            if (stop == stop_ && !*stop) action();
          },
          Qt::QueuedConnection);
    };
    const bool isOne = film.kind == OverlayFilm::Kind::Picture;
    const int last = isOne ? film.first : film.last;
    QString problem;
    if (!isOne && !QDir().mkpath(folder)) problem = tr("%1 could not be made.").arg(folder);
    for (int frame = film.first; frame <= last && problem.isEmpty() && !*stop; ++frame) {
      problem = write(filmPicture(film, frame),
                      isOne ? film.path : QDir(folder).filePath(fileName(frame)));
      const int done = frame - film.first + 1, of = last - film.first + 1;
      tell([this, done, of] { Q_EMIT progressed(done, of); });
    }
    tell([this, problem, isFilm = film.kind == OverlayFilm::Kind::Film, path = film.path] {
      if (problem.isEmpty() && isFilm) return makeFilm();
      end();
      if (problem.isEmpty()) {
        Q_EMIT saved(path);
      } else {
        Q_EMIT failed(problem);
      }
    });
  });
}

void OverlaySaver::makeFilm() {
  const QStringList arguments{u"film"_s,
                              pictures_->path(),
                              film_.path,
                              u"--fps"_s,
                              QString::number(film_.fps, 'f', 4),
                              u"--overwrite"_s,
                              u"--progress"_s};
  question_ = engine_.ask(arguments, this, [this](const Result<nlohmann::json>& answer) {
    end();
    if (answer) {
      Q_EMIT saved(film_.path);
    } else {
      Q_EMIT failed(QString::fromStdString(describe(answer.error())));
    }
  });
  connect(question_, &EngineQuestion::progressed, this, [this](const QString& line) {
    const auto json = nlohmann::json::parse(line.toStdString(), nullptr, false);
    if (json.is_object() && json.value("done", nlohmann::json()).is_number_integer() &&
        json.value("of", nlohmann::json()).is_number_integer()) {
      Q_EMIT progressed(json["done"].get<int>(), json["of"].get<int>());
    }
  });
}

void OverlaySaver::cancel() {
  if (!isSaving_) return;
  *stop_ = true;
  if (question_) question_->cancel();
  end();
}

void OverlaySaver::end() {
  isSaving_ = false;
  // The worker may still write its last picture there.
  if (pictures_) {
    pool_.start([pictures = std::shared_ptr<QTemporaryDir>(std::move(pictures_))] {});
  }
}

}  // namespace attelier::ui
