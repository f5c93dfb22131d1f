#pragma once

#include "widgets/video/overlay.h"

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTemporaryDir>
#include <QThreadPool>

#include <atomic>
#include <memory>

namespace attelier::ui {

class EngineProgram;
class EngineQuestion;

/// What of a clip with its maps is to be saved, and how.
struct OverlayFilm {
  enum class Kind {
    Picture,   ///< one frame as a PNG file
    Pictures,  ///< frame-0001.png and so on, in a folder
    Film       ///< an MP4, by the engine
  };
  Kind kind = Kind::Picture;
  QString path;                         ///< the file, or the folder
  QList<widgets::FramesPtr> sides;      ///< one, or two side by side
  QList<widgets::OverlayStyle> styles;  ///< one a side
  QString caption;                      ///< of the legend
  bool hasLegend = true;
  int width = 960;  ///< px; the height follows from the pictures
  int first = 0;    ///< frame
  int last = 0;
  double fps = 8;
};

/// The size that its pictures get. Units: pixels, even.
QSize filmSize(const OverlayFilm& film);
/// One of its pictures. Threads: any.
QImage filmPicture(const OverlayFilm& film, int frame);

/// Saves pictures and films beside the window's thread. One at a time.
///
/// Threads: the window's.
class OverlaySaver : public QObject {
  Q_OBJECT

 public:
  explicit OverlaySaver(EngineProgram& engine, QObject* parent = nullptr);
  ~OverlaySaver() override;

  bool isSaving() const { return isSaving_; }
  /// Only while nothing is being saved.
  void save(const OverlayFilm& film);
  /// Stops; a film leaves nothing behind, pictures that are written stay.
  void cancel();

 Q_SIGNALS:
  void progressed(int done, int of);
  void saved(const QString& path);
  void failed(const QString& reason);

 private:
  void writePictures(const OverlayFilm& film, const QString& folder);
  void makeFilm();
  void end();

  EngineProgram& engine_;
  QThreadPool pool_;
  std::shared_ptr<std::atomic<bool>> stop_;
  std::unique_ptr<QTemporaryDir> pictures_;
  QPointer<EngineQuestion> question_;
  OverlayFilm film_;
  bool isSaving_ = false;
};

}  // namespace attelier::ui
