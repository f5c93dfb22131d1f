#pragma once

#include "widgets/base/data_table.h"
#include "widgets/video/attention_frames.h"

#include <QWidget>

namespace attelier::widgets {

/// How much of a clip's attention lies in each frame, as bars under its pictures.
class TemporalBar : public QWidget, public HasDataTable {
  Q_OBJECT

 public:
  explicit TemporalBar(QWidget* parent = nullptr);

  void setFrames(FramesPtr frames);
  void setFrame(int picture);

  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  /// By click, or by arrow key with the bar focused.
  void frameChosen(int picture);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int pictureAt(double x) const;
  double share(int t) const;
  QString textOf(int t) const;

  FramesPtr frames_;
  std::vector<double> mass_;
  double whole_ = 0;  // sum of what lies in all frames, without signs
  int picture_ = 0;
};

}  // namespace attelier::widgets
