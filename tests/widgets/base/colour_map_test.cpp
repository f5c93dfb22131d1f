#include "widgets/base/colour_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {
namespace {

double lightness(QRgb colour) {
  return 0.2126 * std::pow(qRed(colour) / 255.0, 2.2) +
         0.7152 * std::pow(qGreen(colour) / 255.0, 2.2) +
         0.0722 * std::pow(qBlue(colour) / 255.0, 2.2);
}

TEST(ColourMaps, UniformOnesRiseInLightness) {
  for (const auto map : {ColourMap::Cividis, ColourMap::Viridis, ColourMap::Magma,
                         ColourMap::Inferno, ColourMap::Grey}) {
    const auto table = colourTable(map);
    ASSERT_EQ(table.size(), std::size_t{kColourSteps});
    // Rounding to 8 bits makes single steps level, eight steps never.
    for (std::size_t i = 8; i < table.size(); ++i) {
      EXPECT_GT(lightness(table[i]), lightness(table[i - 8]))
          << colourMapName(map).toStdString() << i;
    }
  }
}

TEST(ColourMaps, HaveTheirPublishedEnds) {
  EXPECT_EQ(QColor(colourTable(ColourMap::Viridis).front()).name(), QStringLiteral("#440154"));
  EXPECT_EQ(QColor(colourTable(ColourMap::Viridis).back()).name(), QStringLiteral("#fde725"));
}

TEST(ColourMaps, DifferencesAreNeutralInTheMiddle) {
  for (const bool dark : {false, true}) {
    const QColor middle(differenceTable(dark)[kColourSteps / 2]);
    EXPECT_LT(std::max({middle.red(), middle.green(), middle.blue()}) -
                  std::min({middle.red(), middle.green(), middle.blue()}),
              10);
    EXPECT_NE(differenceTable(dark).front(), differenceTable(dark).back());
  }
}

}  // namespace
}  // namespace attelier::widgets
