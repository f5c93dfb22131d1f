#include "widgets/base/icon.h"

#include "widgets/base/theme.h"

#include <QApplication>
#include <QImage>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

// The darkest (on light) or lightest (on dark) pixel is the line.
bool hasPixelNear(const QImage& image, const QColor& colour) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor pixel = image.pixelColor(x, y);
      if (pixel.alpha() > 200 && std::abs(pixel.red() - colour.red()) < 12 &&
          std::abs(pixel.green() - colour.green()) < 12) {
        return true;
      }
    }
  }
  return false;
}

TEST(Icons, FollowThePalette) {
  const QIcon play = icon(u"play"_s);
  ASSERT_FALSE(play.isNull());
  for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()}) {
    QApplication::setPalette(paletteOf(*theme));
    EXPECT_TRUE(hasPixelNear(play.pixmap(QSize(48, 48)).toImage(), theme->text)) << theme->dark;
  }
  QApplication::setPalette(paletteOf(Theme::light()));
}

TEST(Icons, UnknownNamesAreEmpty) { EXPECT_TRUE(icon(u"no such icon"_s).isNull()); }

}  // namespace
}  // namespace attelier::widgets
