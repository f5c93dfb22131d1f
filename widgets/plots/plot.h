#pragma once

#include "widgets/base/data_table.h"
#include "widgets/base/theme.h"

#include <QAction>
#include <QImage>
#include <QKeyEvent>
#include <QWidget>

#include <functional>

namespace attelier::widgets {

/// What every plot of this folder can do: show its numbers as a table, be copied and saved as a
/// picture, follow the theme, take the focus and show that it has it. The same actions are its
/// context menu and `actions()`, for the menus of a window.
class Plot : public QWidget, public HasDataTable {
  Q_OBJECT
 public:
  /// Names the plot for people who can't see it, and files that are made of it.
  void setTitle(const QString& title);
  QString title() const { return accessibleName(); }

  /// The plot in light colours, whatever the theme. Units: `size` in logical pixels, `scale` device
  /// pixels for each.
  QImage picture(const QSize& size, double scale = 1);
  /// Writes a picture in light colours; the suffix (.png, .svg, .pdf) says as what. SVG and PDF
  /// hold the picture, not the data.
  ///
  /// Returns what went wrong, or an empty text.
  QString savePicture(const QString& path, const QSize& size, double scale = 1);

  void copyPicture();
  void askToSavePicture();
  void showTable();

 protected:
  explicit Plot(QWidget* parent);

  /// The widget that draws and takes keys and focus. Once, in the constructor.
  void setCanvas(QWidget* canvas);
  /// A line of the context menu above the common ones.
  QAction* addPlotAction(const QString& text, const std::function<void()>& triggered);

  /// Takes over colours and fonts and asks for a repaint.
  virtual void applyTheme(const Theme& theme) = 0;
  /// Draws at this size in the colours last applied. `scale` as in `picture`, 1 for vectors.
  virtual void drawPicture(QPaintDevice& device, const QSize& size, double scale,
                           bool isVector) = 0;
  /// What a key does here, or nothing; such keys win over shortcuts of the window.
  virtual std::function<void()> keyAction(const QKeyEvent& event);
  virtual void pointerLeft() {}
  virtual void focusChanged() {}

  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void inLight(const std::function<void()>& draw);

  QWidget* canvas_ = nullptr;
  QAction* firstCommon_ = nullptr;
  bool isThemed_ = false;
};

}  // namespace attelier::widgets
