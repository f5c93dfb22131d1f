#include "widgets/video/overlay.h"

#include "tests/support/golden.h"
#include "tests/widgets/video/sample_clip.h"
#include "widgets/video/overlay_picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

using attelier::tests::compareWithGolden;

OverlayStyle plainStyle() {
  OverlayStyle style;
  style.opacity = 1;
  style.map = ColourMap::Grey;
  style.smooth = false;
  style.fadeWeak = false;
  return style;
}

struct Planting {
  const char* name;
  TokenGrid grid;
  QSize picture;
  int pictures;
  QRectF crop;
  bool flipped;
};

class PlantedToken : public testing::TestWithParam<Planting> {};

TEST_P(PlantedToken, IsSeenOnItsPicturesAtItsPixelsAndNowhereElse) {
  const Planting& planting = GetParam();
  const QSize pixels = planting.picture * 3;
  for (int t = 0; t < planting.grid[0]; ++t) {
    for (int y = 0; y < planting.grid[1]; ++y) {
      for (int x = 0; x < planting.grid[2]; ++x) {
        AttentionFrames clip =
            tests::planted(planting.grid, {t, y, x}, planting.picture, planting.pictures);
        clip.crop = planting.crop;
        clip.flipped = planting.flipped;
        // Where it must be, counted without the code under test.
        const int column = planting.flipped ? planting.grid[2] - 1 - x : x;
        const QRectF rect(
            (planting.crop.x() + planting.crop.width() * column / planting.grid[2]) *
                pixels.width(),
            (planting.crop.y() + planting.crop.height() * y / planting.grid[1]) * pixels.height(),
            planting.crop.width() / planting.grid[2] * pixels.width(),
            planting.crop.height() / planting.grid[1] * pixels.height());
        for (int picture = 0; picture < planting.pictures; ++picture) {
          const bool here = picture * planting.grid[0] / planting.pictures == t;
          const QImage image = renderFrame(clip, picture, plainStyle(), pixels, Theme::darkTheme());
          const QRectF inside = rect.adjusted(1, 1, -1, -1);
          const QRectF outside = rect.adjusted(-1, -1, 1, 1);
          for (int py = 0; py < pixels.height(); ++py) {
            for (int px = 0; px < pixels.width(); ++px) {
              const QPointF middle(px + 0.5, py + 0.5);
              const int lightness = qGray(image.pixel(px, py));
              if (here && inside.contains(middle)) {
                ASSERT_GT(lightness, 250) << px << ' ' << py << " of picture " << picture;
              } else if (!here || !outside.contains(middle)) {
                ASSERT_LT(lightness, 40) << px << ' ' << py << " of picture " << picture;
              }
            }
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, PlantedToken,
    testing::Values(Planting{"whole", {4, 2, 3}, {30, 20}, 4, {0, 0, 1, 1}, false},
                    Planting{"fewerFrames", {2, 2, 2}, {24, 36}, 6, {0, 0, 1, 1}, false},
                    Planting{"unevenFrames", {3, 1, 2}, {24, 12}, 7, {0, 0, 1, 1}, false},
                    Planting{"flipped", {2, 2, 3}, {36, 20}, 2, {0, 0, 1, 1}, true},
                    Planting{"cropped", {2, 3, 2}, {40, 30}, 4, {0.2, 0.1, 0.5, 0.6}, false},
                    Planting{"croppedFlipped", {2, 3, 4}, {40, 30}, 4, {0.3, 0.2, 0.6, 0.8}, true},
                    Planting{"temporal", {4, 1, 1}, {20, 12}, 8, {0, 0, 1, 1}, false},
                    Planting{"spatial", {1, 3, 2}, {20, 12}, 5, {0, 0, 1, 1}, true}),
    [](const auto& each) { return each.param.name; });

TEST(PlantedToken, IsBrightestInItsMiddleWhenSmooth) {
  AttentionFrames clip = tests::planted({2, 5, 9}, {1, 3, 2}, {180, 100}, 4);
  OverlayStyle style = plainStyle();
  style.smooth = true;
  const QImage image = renderFrame(clip, 2, style, {360, 200}, Theme::darkTheme());
  QPoint best;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (qGray(image.pixel(x, y)) > qGray(image.pixel(best))) best = {x, y};
    }
  }
  EXPECT_NEAR(best.x(), 2.5 * 40, 2);
  EXPECT_NEAR(best.y(), 3.5 * 40, 2);
}

TEST(ValueRange, IsWhatANaiveLoopFinds) {
  const AttentionFrames clip = tests::sampleClip();
  OverlayStyle style;
  for (int picture = 0; picture < clip.frameCount(); ++picture) {
    float low = 1e9F, high = -1e9F, frameLow = 1e9F, frameHigh = -1e9F;
    for (int t = 0; t < 4; ++t) {
      for (int y = 0; y < 6; ++y) {
        for (int x = 0; x < 10; ++x) {
          const float value = clip.values[static_cast<std::size_t>(t * 60 + y * 10 + x)];
          low = std::min(low, value);
          high = std::max(high, value);
          if (t == picture / 2) {
            frameLow = std::min(frameLow, value);
            frameHigh = std::max(frameHigh, value);
          }
        }
      }
    }
    style.normalisation = Normalisation::Clip;
    EXPECT_EQ(valueRange(clip, picture, style), (ValueRange{low, high}));
    style.normalisation = Normalisation::Frame;
    EXPECT_EQ(valueRange(clip, picture, style), (ValueRange{frameLow, frameHigh}));
  }
}

TEST(ValueRange, FixedRangesCountWeightsOrMultiplesOfUniform) {
  AttentionFrames clip = tests::sampleClip();
  OverlayStyle style;
  style.normalisation = Normalisation::Fixed;
  style.fixedLow = 0.5;
  style.fixedHigh = 3;
  EXPECT_EQ(valueRange(clip, 0, style), (ValueRange{0.5, 3}));
  style.fixedInUniform = true;
  EXPECT_EQ(valueRange(clip, 0, style), (ValueRange{0.5 / 240, 3.0 / 240}));
  clip.uniform = 0;
  EXPECT_EQ(valueRange(clip, 0, style), (ValueRange{0.5, 3}));
}

TEST(ValueRange, LeavesOutWhatIsNotFinite) {
  AttentionFrames clip = tests::planted({1, 1, 4}, {}, {8, 8}, 1);
  clip.values = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                 2.0F, -1.0F};
  EXPECT_EQ(valueRange(clip, 0, {}), (ValueRange{-1, 2}));
  OverlayStyle style;
  style.difference = true;
  EXPECT_EQ(valueRange(clip, 0, style), (ValueRange{-2, 2}));
  EXPECT_FALSE(renderFrame(clip, 0, style, {80, 80}, Theme::light()).isNull());
  clip.values.assign(4, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(valueRange(clip, 0, {}), (ValueRange{0, 0}));
}

TEST(ValueRange, WhatIsSpreadOverNothingIsWeak) {
  EXPECT_EQ((ValueRange{0.3, 0.3}.share(0.3)), 0);
  EXPECT_EQ((ValueRange{0, 0}.share(0, true)), 0.5);
  EXPECT_EQ((ValueRange{1, 3}.share(2)), 0.5);
  EXPECT_EQ((ValueRange{1, 3}.share(9)), 1);
}

TEST(Overlay, BlendsAsANaiveLoopDoes) {
  AttentionFrames clip = tests::planted({1, 1, 5}, {}, {50, 10}, 1);
  clip.pictures[0].fill(QColor(120, 40, 200));
  clip.values = {0, 1, 2, 3, 4};
  for (const bool fades : {false, true}) {
    OverlayStyle style;
    style.smooth = false;
    style.opacity = 0.6;
    style.gamma = 0.5;
    style.fadeWeak = fades;
    const QImage image = renderFrame(clip, 0, style, {50, 10}, Theme::light());
    const auto colours = colourTable(style.map);
    for (int i = 0; i < 5; ++i) {
      const double share = std::pow(i / 4.0, style.gamma);
      const double alpha = style.opacity * (fades ? share : 1);
      const QColor over(colours[static_cast<std::size_t>(std::lround(share * 255))]);
      const QColor got(image.pixel(10 * i + 5, 5));
      EXPECT_NEAR(got.red(), 120 * (1 - alpha) + over.red() * alpha, 2) << i;
      EXPECT_NEAR(got.green(), 40 * (1 - alpha) + over.green() * alpha, 2) << i;
      EXPECT_NEAR(got.blue(), 200 * (1 - alpha) + over.blue() * alpha, 2) << i;
    }
  }
}

TEST(Overlay, HidesWhatIsWeak) {
  AttentionFrames clip = tests::planted({1, 1, 5}, {}, {50, 10}, 1);
  clip.pictures[0].fill(QColor(120, 40, 200));
  clip.values = {0, 1, 2, 3, 4};
  OverlayStyle style = plainStyle();
  style.hideBelow = 0.6;
  const QImage image = renderFrame(clip, 0, style, {50, 10}, Theme::light());
  EXPECT_EQ(QColor(image.pixel(25, 5)), QColor(120, 40, 200));
  EXPECT_NE(QColor(image.pixel(35, 5)), QColor(120, 40, 200));
  style.shown = false;
  EXPECT_EQ(QColor(renderFrame(clip, 0, style, {50, 10}, Theme::light()).pixel(45, 5)),
            QColor(120, 40, 200));
}

TEST(Overlay, TinyPicturesStayCrisp) {
  AttentionFrames clip = tests::planted({1, 1, 1}, {}, {32, 32}, 1);
  clip.pictures[0].setPixel(3, 4, qRgb(255, 255, 255));
  EXPECT_EQ(fittingSize(clip, {900, 500}), QSize(480, 480));
  OverlayStyle style;
  style.shown = false;
  const QImage image = renderFrame(clip, 0, style, {480, 480}, Theme::light());
  EXPECT_EQ(qGray(image.pixel(3 * 15, 4 * 15)), 255);
  EXPECT_EQ(qGray(image.pixel(3 * 15 + 14, 4 * 15 + 14)), 255);
  EXPECT_EQ(qGray(image.pixel(3 * 15 - 1, 4 * 15)), 0);
  EXPECT_EQ(qGray(image.pixel(3 * 15 + 15, 4 * 15)), 0);
}

TEST(Overlay, LooksAsItDid) {
  const AttentionFrames clip = tests::sampleClip();
  const QSize size(320, 192);
  OverlayStyle style;
  EXPECT_EQ(
      compareWithGolden(renderFrame(clip, 4, style, size, Theme::light()), u"overlay_smooth"_s),
      u""_s);
  style.smooth = false;
  style.map = ColourMap::Viridis;
  style.fadeWeak = false;
  EXPECT_EQ(compareWithGolden(renderFrame(clip, 4, style, size, Theme::light()), u"overlay_grid"_s),
            u""_s);
  style = {};
  style.contours = true;
  style.greyPicture = true;
  EXPECT_EQ(
      compareWithGolden(renderFrame(clip, 4, style, size, Theme::light()), u"overlay_contours"_s),
      u""_s);
  AttentionFrames later = clip;
  std::rotate(later.values.begin(), later.values.begin() + 3, later.values.end());
  style = {};
  style.difference = true;
  EXPECT_EQ(compareWithGolden(renderFrame(difference(clip, later), 4, style, size, Theme::light()),
                              u"overlay_difference"_s),
            u""_s);
}

TEST(Overlay, SavedPicturesCarryTheirLegend) {
  AttentionFrames clip = tests::sampleClip();
  clip.crop = {0.2, 0, 0.6, 1};
  const QImage image = renderOverlay(clip, 6, {}, {480, 400},
                                     {u"L1.dST attends to frame 3"_s, u"match-1, step 480"_s});
  EXPECT_EQ(image.size(), QSize(480, 400));
  EXPECT_EQ(compareWithGolden(image, u"overlay_saved"_s), u""_s);
}

}  // namespace
}  // namespace attelier::widgets
