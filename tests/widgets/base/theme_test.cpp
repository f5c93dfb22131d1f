#include "widgets/base/theme.h"

#include <gtest/gtest.h>

namespace attelier::widgets {
namespace {

class Themes : public testing::TestWithParam<bool> {
 protected:
  const Theme& theme() const { return GetParam() ? Theme::darkTheme() : Theme::light(); }
};

TEST_P(Themes, TextCanBeRead) {
  for (const auto& ground : {theme().window, theme().surface, theme().raised}) {
    EXPECT_GE(contrast(theme().text, ground), 4.5);
    EXPECT_GE(contrast(theme().mutedText, ground), 4.5);
    for (const auto& sign : {theme().good, theme().warning, theme().bad}) {
      EXPECT_GE(contrast(sign, ground), 4.5) << sign.name().toStdString();
    }
  }
  EXPECT_GE(contrast(theme().accentText, theme().accent), 4.5);
}

TEST_P(Themes, DrawingsCanBeSeen) {
  for (const auto& line : {theme().border, theme().accent, theme().mapBased, theme().dotProduct,
                           theme().added, theme().removed}) {
    EXPECT_GE(contrast(line, theme().surface), 3) << line.name().toStdString();
  }
  for (const auto& series : theme().series) {
    EXPECT_GE(contrast(series, theme().surface), 3) << series.name().toStdString();
  }
}

TEST_P(Themes, IsFoundAgainFromItsPalette) { EXPECT_EQ(&Theme::of(paletteOf(theme())), &theme()); }

INSTANTIATE_TEST_SUITE_P(Both, Themes, testing::Bool());

TEST(Contrast, HasTheKnownEnds) {
  EXPECT_NEAR(contrast(Qt::black, Qt::white), 21, 1e-9);
  EXPECT_NEAR(contrast(QColor(0x777777), Qt::white), 4.48, 0.01);  // the well-known near miss
}

}  // namespace
}  // namespace attelier::widgets
