#include "widgets/video/attention_frames.h"

#include "tests/widgets/video/sample_clip.h"

#include <gtest/gtest.h>

#include <limits>

namespace attelier::widgets {
namespace {

TEST(AttentionFrames, EveryPositionIsFoundAgainInTheMiddleOfItsRectangle) {
  for (const bool flipped : {false, true}) {
    AttentionFrames clip = tests::planted({3, 4, 7}, {}, {120, 50}, 8);
    clip.crop = {0.1, 0.25, 0.6, 0.5};
    clip.flipped = flipped;
    for (int t = 0; t < 3; ++t) {
      for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 7; ++x) {
          const QRectF rect = tokenRect(clip, clip.grid, {t, y, x});
          EXPECT_TRUE(clip.crop.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(rect));
          const auto found =
              tokenAt(clip, clip.grid, firstPicture(clip, clip.grid, t), rect.center());
          ASSERT_TRUE(found);
          EXPECT_EQ(*found, (TokenPoint{t, y, x}));
        }
      }
    }
    EXPECT_FALSE(tokenAt(clip, clip.grid, 0, {0.05, 0.5}));
    EXPECT_FALSE(tokenAt(clip, clip.grid, 0, {0.5, 0.76}));
  }
}

TEST(AttentionFrames, EachFrameOfTheMapCoversItsPictures) {
  const AttentionFrames clip = tests::planted({3, 1, 1}, {}, {8, 8}, 8);
  std::vector<int> seen;
  for (int picture = 0; picture < 8; ++picture) {
    seen.push_back(tokenFrame(clip, clip.grid, picture));
  }
  EXPECT_EQ(seen, (std::vector{0, 0, 0, 1, 1, 1, 2, 2}));
  for (int t = 0; t < 3; ++t) {
    const int first = firstPicture(clip, clip.grid, t);
    EXPECT_EQ(tokenFrame(clip, clip.grid, first), t);
    EXPECT_TRUE(first == 0 || tokenFrame(clip, clip.grid, first - 1) == t - 1);
  }
  // One map for the whole clip.
  EXPECT_EQ(tokenFrame(clip, {1, 4, 4}, 7), 0);
}

TEST(AttentionFrames, MassSumsEachFrame) {
  const AttentionFrames clip = tests::sampleClip();
  const auto mass = massPerFrame(clip);
  ASSERT_EQ(mass.size(), 4U);
  for (int t = 0; t < 4; ++t) {
    double sum = 0;
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 10; ++x) sum += valueAt(clip, {t, y, x});
    }
    EXPECT_NEAR(mass[static_cast<std::size_t>(t)], sum, 1e-9);
  }
}

TEST(AttentionFrames, StrongestComeInOrder) {
  const AttentionFrames clip = tests::sampleClip();
  const auto best = strongest(clip, 5);
  ASSERT_EQ(best.size(), 5U);
  for (std::size_t i = 1; i < best.size(); ++i) {
    EXPECT_GE(valueAt(clip, best[i - 1]), valueAt(clip, best[i]));
  }
  EXPECT_EQ(valueAt(clip, best[0]), *std::max_element(clip.values.begin(), clip.values.end()));
  EXPECT_TRUE(strongest(AttentionFrames{}, 5).empty());
}

TEST(AttentionFrames, DifferencesTakeTheFinerGrid) {
  AttentionFrames fine = tests::sampleClip();
  AttentionFrames coarse = fine;
  coarse.grid = {1, 2, 1};
  coarse.values = {0.5F, -1.0F};
  const AttentionFrames less = difference(fine, coarse);
  ASSERT_EQ(less.grid, fine.grid);
  EXPECT_EQ(valueAt(less, {2, 1, 7}), valueAt(fine, {2, 1, 7}) - 0.5F);
  EXPECT_EQ(valueAt(less, {2, 3, 7}), valueAt(fine, {2, 3, 7}) + 1.0F);
  EXPECT_EQ(valueAt(difference(coarse, fine), {2, 3, 7}), -valueAt(less, {2, 3, 7}));
}

TEST(AttentionFrames, PositionsGoFromGridToGrid) {
  EXPECT_EQ(converted({1, 3, 5}, {4, 8, 8}, {4, 4, 4}), (TokenPoint{1, 1, 2}));
  EXPECT_EQ(converted({1, 3, 5}, {4, 8, 8}, {1, 8, 1}), (TokenPoint{0, 3, 0}));
  EXPECT_EQ(converted({0, 0, 1}, {1, 1, 2}, {4, 4, 4}), (TokenPoint{2, 2, 3}));
}

TEST(AttentionFrames, AMapThatDoesNotFitItsGridIsNone) {
  AttentionFrames clip = tests::sampleClip();
  clip.values.pop_back();
  EXPECT_FALSE(clip.hasMap());
  EXPECT_TRUE(massPerFrame(clip).empty());
}

}  // namespace
}  // namespace attelier::widgets
