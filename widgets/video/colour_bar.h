#pragma once

#include "widgets/base/data_table.h"
#include "widgets/video/overlay.h"

#include <QWidget>

#include <optional>

class QPainter;

namespace attelier::widgets {

/// Draws the colours of a picture's map with numbers above and, where it has a meaning, multiples
/// of uniform below, from left to right. A value is marked where one is given.
void paintColourBar(QPainter& painter, const QRectF& where, const AttentionFrames& frames,
                    int picture, const OverlayStyle& style, const Theme& theme,
                    std::optional<double> marked = {});

/// Height that paintColourBar needs with a font.
int colourBarHeight(const QFontMetrics& metrics);

/// A number as it stands beside a colour bar: three digits.
QString valueText(double value);

/// "per frame", "per clip" or "fixed range".
QString normalisationName(Normalisation normalisation);

/// What the colours of a map mean.
class ColourBar : public QWidget, public HasDataTable {
  Q_OBJECT

 public:
  explicit ColourBar(QWidget* parent = nullptr);

  void setFrames(FramesPtr frames);
  void setOverlay(const OverlayStyle& style);
  void setFrame(int picture);
  /// The value under the cursor; nothing takes the mark away.
  void setMarked(std::optional<double> value);

  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void describe();

  FramesPtr frames_;
  OverlayStyle style_;
  int picture_ = 0;
  std::optional<double> marked_;
};

}  // namespace attelier::widgets
