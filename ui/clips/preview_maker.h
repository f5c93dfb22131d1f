#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <vector>

class QTemporaryDir;

namespace attelier::ui {

class EngineProgram;
class EngineQuestion;

/// A clip of which a strip of pictures is wanted.
struct PreviewOrder {
  std::int64_t clip = 0;
  std::filesystem::path video;
  std::filesystem::path picture;  ///< where the strip goes
};

/// Has the engine make strips of pictures of clips, a few at a time and the newest wishes first, so
/// that only what a person looks at is decoded, and a search beside it is hardly disturbed.
///
/// Threads: the window's; nothing waits.
class PreviewMaker : public QObject {
  Q_OBJECT
 public:
  explicit PreviewMaker(EngineProgram& engine, QObject* parent = nullptr);
  ~PreviewMaker() override;

  /// Beyond some hundred the oldest wishes are forgotten: `forgotten` tells.
  void want(PreviewOrder order);
  /// Forgets everything that is not made yet.
  void clear();
  /// Nothing new is begun while paused.
  void setPaused(bool paused);
  int waiting() const;

 Q_SIGNALS:
  void made(qint64 clip);
  void failed(qint64 clip, const QString& why);
  void forgotten(qint64 clip);
  /// The number of clips that wait has changed.
  void progressed();

 private:
  void begin();
  void finish(const std::vector<PreviewOrder>& orders);

  EngineProgram& engine_;
  std::deque<PreviewOrder> orders_;
  std::vector<PreviewOrder> making_;
  QPointer<EngineQuestion> question_;
  std::unique_ptr<QTemporaryDir> folder_;
  bool isPaused_ = false;
  QTimer begin_;
};

}  // namespace attelier::ui
