#include "engine/clips/synthetic.h"

#include "engine/base/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

namespace attelier::clips {
namespace {

using Votes = std::array<double, kSyntheticClasses>;
using Weight = std::function<double(const SyntheticTruth&, const SyntheticGlyph&)>;

constexpr std::size_t kBytes = std::size_t{3} * 8 * 32 * 32;

// Expected accuracy of taking the class with most votes, ties broken at random.
double correctShare(const Votes& votes, int label) {
  const double most = *std::max_element(votes.begin(), votes.end());
  const auto ties = std::count_if(votes.begin(), votes.end(),
                                  [&](double v) { return std::abs(v - most) < 1e-9; });
  return std::abs(votes[static_cast<std::size_t>(label)] - most) < 1e-9
             ? 1.0 / static_cast<double>(ties)
             : 0.0;
}

double countingAccuracy(SyntheticTask task, const Weight& weight, int clips = 4000) {
  SyntheticSettings settings{.task = task};
  double right = 0;
  for (int i = 0; i < clips; ++i) {
    const auto truth = drawSyntheticClip(settings, 5, Split::Report, i, {});
    Votes votes{};
    for (const auto& glyph : truth.glyphs) {
      votes[static_cast<std::size_t>(glyph.shape)] += weight(truth, glyph);
    }
    right += correctShare(votes, truth.label);
  }
  return right / clips;
}

double all(const SyntheticTruth&, const SyntheticGlyph&) { return 1.0; }
double frameGate(const SyntheticTruth& truth, const SyntheticGlyph& glyph) {
  return truth.green[static_cast<std::size_t>(glyph.frame)] ? 1.0 : 0.0;
}
double placeGate(const SyntheticTruth& truth, const SyntheticGlyph& glyph) {
  return truth.pointedBlock == glyph.block ? 1.0 : 0.0;
}

// The figures of the table of the tasks ("ideal counting"), by the cue and not by `counts`.
TEST(SyntheticCounting, WhenIsSolvedByTheLampAlone) {
  EXPECT_NEAR(countingAccuracy(SyntheticTask::When, all), 0.44, 0.02);
  EXPECT_NEAR(countingAccuracy(SyntheticTask::When, frameGate), 1.0, 1e-9);
}

TEST(SyntheticCounting, WhereIsHelpedByThePointer) {
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Where, all), 0.53, 0.02);
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Where, placeGate), 0.94, 0.02);
}

TEST(SyntheticCounting, MeetNeedsBothGatesMultiplied) {
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Meet, all), 0.38, 0.02);
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Meet, frameGate), 0.53, 0.02);
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Meet, placeGate), 0.59, 0.02);
  const Weight sum = [](const auto& truth, const auto& glyph) {
    return frameGate(truth, glyph) + placeGate(truth, glyph);
  };
  const Weight product = [](const auto& truth, const auto& glyph) {
    return frameGate(truth, glyph) * placeGate(truth, glyph);
  };
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Meet, sum), 0.70, 0.02);
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Meet, product), 1.0, 1e-9);
}

TEST(SyntheticCounting, MatchNeedsTheHue) {
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Match, all), 0.57, 0.02);
  const Weight hue = [](const auto& truth, const auto& glyph) {
    return truth.hue == glyph.hue ? 1.0 : 0.0;
  };
  EXPECT_NEAR(countingAccuracy(SyntheticTask::Match, hue), 1.0, 1e-9);
}

// An independent reader of the picture: glyphs as they are drawn on paper.
const std::array<std::array<const char*, 7>, 4> kPaper = {{
    {" XXXXX ", "XXXXXXX", "XX   XX", "XX   XX", "XX   XX", "XXXXXXX", " XXXXX "},
    {"XX   XX", "XXX XXX", " XXXXX ", "  XXX  ", " XXXXX ", "XXX XXX", "XX   XX"},
    {"  XXX  ", "  XXX  ", "XXXXXXX", "XXXXXXX", "XXXXXXX", "  XXX  ", "  XXX  "},
    {"   X   ", "   X   ", "  XXX  ", "  XXX  ", " XXXXX ", "XXXXXXX", "XXXXXXX"},
}};

struct Clip {
  SyntheticTruth truth;
  std::vector<std::uint8_t> rgb = std::vector<std::uint8_t>(kBytes);
  std::array<int, 3> at(int frame, int y, int x) const {
    const auto i = static_cast<std::size_t>(((frame * 32 + y) * 32 + x) * 3);
    return {rgb[i], rgb[i + 1], rgb[i + 2]};
  }
};

Clip draw(SyntheticSettings settings, std::int64_t index, Split split = Split::Train) {
  Clip clip;
  clip.truth = drawSyntheticClip(settings, 11, split, index, clip.rgb);
  return clip;
}

// Shape of the glyph in a block of a picture whose background is exactly 95, -1 for an empty block,
// -2 for none of them.
int readBlock(const Clip& clip, int frame, int block) {
  const int left = 8 * (block % 4);
  const int top = 8 + 8 * (block / 4);
  bool empty = true;
  for (int shape = 0; shape < 4; ++shape) {
    for (int dy = 0; dy < 2; ++dy) {
      for (int dx = 0; dx < 2; ++dx) {
        bool same = true;
        for (int y = 0; y < 8; ++y) {
          for (int x = 0; x < 8; ++x) {
            const bool ink = clip.at(frame, top + y, left + x) != std::array<int, 3>{95, 95, 95};
            empty = empty && !ink;
            const bool inside = y >= dy && y < dy + 7 && x >= dx && x < dx + 7;
            const bool wanted =
                inside &&
                kPaper[static_cast<std::size_t>(shape)][static_cast<std::size_t>(y - dy)][x - dx] ==
                    'X';
            same = same && ink == wanted;
          }
        }
        if (same) return shape;
      }
    }
  }
  return empty ? -1 : -2;
}

class SyntheticPixels : public testing::TestWithParam<SyntheticTask> {};

TEST_P(SyntheticPixels, ShowTheGlyphsOfTheTruthAndNothingElse) {
  const SyntheticSettings settings{.task = GetParam(), .noise = 0, .amplitude = 0};
  for (int i = 0; i < 60; ++i) {
    const Clip clip = draw(settings, i);
    std::map<std::pair<int, int>, int> expected;
    for (const auto& glyph : clip.truth.glyphs) expected[{glyph.frame, glyph.block}] = glyph.shape;
    for (int frame = 0; frame < 8; ++frame) {
      for (int block = 0; block < 12; ++block) {
        const bool pointer = frame == 0 && block == clip.truth.pointedBlock;
        const auto found = expected.find({frame, block});
        const int wanted = pointer ? -2 : found == expected.end() ? -1 : found->second;
        ASSERT_EQ(readBlock(clip, frame, block), wanted) << i << " " << frame << " " << block;
      }
      for (int x = 0; x < 32; ++x) {
        for (int y = 4; y < 8; ++y) {
          ASSERT_EQ(clip.at(frame, y, x), (std::array<int, 3>{95, 95, 95}));
        }
        const bool bar = clip.truth.barX >= 0 && x >= clip.truth.barX && x < clip.truth.barX + 16;
        ASSERT_EQ(clip.at(frame, 2, x) != (std::array<int, 3>{95, 95, 95}), bar);
      }
      if (GetParam() == SyntheticTask::When || GetParam() == SyntheticTask::Meet) {
        const auto lamp = clip.at(frame, 1, clip.truth.barX + 3);
        EXPECT_EQ(lamp[1] > lamp[0], clip.truth.green[static_cast<std::size_t>(frame)]);
      }
    }
  }
}

TEST_P(SyntheticPixels, HaveTheStatedBackgroundAndNoise) {
  SyntheticSettings settings{.task = GetParam(), .noise = 14, .amplitude = 0};
  double sum = 0;
  double squares = 0;
  int count = 0;
  for (int i = 0; i < 50; ++i) {
    const Clip clip = draw(settings, i);
    for (int x = 0; x < 32; ++x) {
      for (const int value : clip.at(3, 6, x)) {
        sum += value;
        squares += value * value;
        ++count;
      }
    }
  }
  const double mean = sum / count;
  EXPECT_NEAR(mean, 94.5, 0.8);  // truncation takes half a level
  EXPECT_NEAR(std::sqrt(squares / count - mean * mean), 14.0, 0.6);

  // amp (A + B / 2) with A interpolated: variance 16^2 (c + 1/4), c the mean of the squared
  // bilinear weights: on each axis 1 at the 4 clamped pixels of each edge pair, else (1-t)^2 + t^2
  // at t = 1/16, 3/16 ... 15/16.
  settings.noise = 0;
  settings.amplitude = 16;
  double inner = 0;
  for (int k = 0; k < 8; ++k) {
    const double t = (2 * k + 1) / 16.0;
    inner += ((1 - t) * (1 - t) + t * t) / 8;
  }
  const double axis = (8 * 1.0 + 24 * inner) / 32;
  sum = squares = 0;
  count = 0;
  for (int i = 0; i < 400; ++i) {
    const Clip clip = draw({.task = SyntheticTask::Where, .noise = 0, .amplitude = 16}, i);
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        const bool glyphs = clip.truth.pointedBlock >= 0 &&
                            y / 8 - 1 == clip.truth.pointedBlock / 4 &&
                            x / 8 == clip.truth.pointedBlock % 4;
        if (glyphs) continue;
        for (const int value : clip.at(0, y, x)) {
          sum += value + 0.5;
          squares += (value + 0.5) * (value + 0.5);
          ++count;
        }
      }
    }
  }
  const double spread = squares / count - sum / count * (sum / count);
  EXPECT_NEAR(sum / count, 95.0, 1.0);
  EXPECT_NEAR(std::sqrt(spread), 16 * std::sqrt(axis * axis + 0.25), 0.6);
}

TEST_P(SyntheticPixels, AreTheSameForTheSameSeedSplitAndIndex) {
  const SyntheticSettings settings{.task = GetParam()};
  EXPECT_EQ(draw(settings, 3).rgb, draw(settings, 3).rgb);
  EXPECT_NE(draw(settings, 3).rgb, draw(settings, 4).rgb);
  EXPECT_NE(draw(settings, 3).rgb, draw(settings, 3, Split::Select).rgb);
  EXPECT_EQ(draw(settings, 3).truth.label,
            drawSyntheticClip(settings, 11, Split::Train, 3, {}).label);
}

TEST_P(SyntheticPixels, DriftTheBackgroundByUpToOnePixelAFrame) {
  const SyntheticSettings settings{.task = GetParam(), .noise = 0};
  int moved = 0;
  for (int i = 0; i < 100; ++i) {
    // Row 5 lies in the empty strip, rows 4 to 7; at most a pixel away it is found again in the
    // next frame.
    const Clip clip = draw(settings, i);
    int found = 0;
    for (int down = -1; down <= 1; ++down) {
      for (int right = -1; right <= 1; ++right) {
        bool same = true;
        for (int x = 0; x < 32; ++x) {
          same = same && clip.at(0, 5, x) == clip.at(1, 5 + down, (x + right + 32) % 32);
        }
        found += same ? 1 : 0;
        moved += same && (down != 0 || right != 0) ? 1 : 0;
      }
    }
    EXPECT_EQ(found, 1) << i;
  }
  EXPECT_NEAR(moved, 75, 15);  // each axis stays with probability 1/2
}

INSTANTIATE_TEST_SUITE_P(Tasks, SyntheticPixels,
                         testing::Values(SyntheticTask::When, SyntheticTask::Where,
                                         SyntheticTask::Meet, SyntheticTask::Match),
                         [](const auto& task) { return syntheticTaskName(task.param); });

TEST(SyntheticLeaks, LabelsAreUniformAndColourIsIndependentOfTheClass) {
  for (const auto task : {SyntheticTask::When, SyntheticTask::Match}) {
    const SyntheticSettings settings{.task = task, .noise = 0, .amplitude = 0};
    std::array<int, 4> labels{};
    // Chi-square of the colour's mean red value, above or below 150, against the class of the
    // glyph.
    std::array<std::array<double, 2>, 4> table{};
    for (int i = 0; i < 1500; ++i) {
      const Clip clip = draw(settings, i);
      ++labels[static_cast<std::size_t>(clip.truth.label)];
      for (const auto& glyph : clip.truth.glyphs) {
        const int x = 8 * (glyph.block % 4);
        const int y = 8 + 8 * (glyph.block / 4);
        int ink = 0;
        int red = 0;
        for (int dy = 0; dy < 8; ++dy) {
          for (int dx = 0; dx < 8; ++dx) {
            const auto pixel = clip.at(glyph.frame, y + dy, x + dx);
            if (pixel != std::array<int, 3>{95, 95, 95}) {
              red += pixel[0];
              ++ink;
            }
          }
        }
        ++table[static_cast<std::size_t>(glyph.shape)][red / ink > 150 ? 1 : 0];
      }
    }
    double labelChi = 0;
    for (const int count : labels) labelChi += (count - 375.0) * (count - 375.0) / 375.0;
    EXPECT_LT(labelChi, 16.3);  // 3 degrees of freedom, p = .001
    double total = 0;
    std::array<double, 2> columns{};
    for (const auto& row : table) {
      columns[0] += row[0];
      columns[1] += row[1];
      total += row[0] + row[1];
    }
    double chi = 0;
    for (const auto& row : table) {
      for (std::size_t c = 0; c < 2; ++c) {
        const double wanted = (row[0] + row[1]) * columns[c] / total;
        chi += (row[c] - wanted) * (row[c] - wanted) / wanted;
      }
    }
    EXPECT_LT(chi, 16.3) << syntheticTaskName(task);
  }
}

TEST(SyntheticLeaks, FramesAndPlacesAreExchangeable) {
  const SyntheticSettings settings{.task = SyntheticTask::Meet};
  std::array<double, 8> frames{};
  std::array<double, 12> places{};
  for (int i = 0; i < 6000; ++i) {
    const auto truth = drawSyntheticClip(settings, 3, Split::Train, i, {});
    int lit = 0;
    for (std::size_t f = 0; f < 8; ++f) {
      frames[f] += truth.counts[f] ? 1 : 0;
      lit += truth.counts[f] ? 1 : 0;
    }
    EXPECT_TRUE(lit == 1 || lit == 2);
    EXPECT_TRUE(truth.green[0]);
    ++places[static_cast<std::size_t>(truth.pointedBlock)];
  }
  EXPECT_EQ(frames[0], 0);
  for (std::size_t f = 1; f < 8; ++f) EXPECT_NEAR(frames[f], 6000 * 1.5 / 7, 150);
  for (const double count : places) EXPECT_NEAR(count, 500, 85);
}

TEST(SyntheticSource, CountsAndFindsItsClips) {
  const auto source = SyntheticSource::create({.task = SyntheticTask::When}, 7);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ((*source)->clipCount(Split::Train), 12800);
  EXPECT_EQ((*source)->clipCount(Split::Report), 2000);
  const auto record = (*source)->record(Split::Report, 5);
  EXPECT_EQ(record.id, 14805);
  EXPECT_EQ((*source)->find(14805), std::pair(Split::Report, std::int64_t{5}));
  EXPECT_EQ((*source)->find(16800), std::nullopt);
  std::vector<std::uint8_t> rgb(kBytes);
  const auto info = (*source)->load({.split = Split::Report, .index = 5}, rgb);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->clipId, record.id);
  EXPECT_EQ(info->label, record.label);
}

TEST(SyntheticSource, RefusesWhatDoesNotFitTheTask) {
  const auto bad = SyntheticSource::create({.task = SyntheticTask::Where, .lit = 8}, 1);
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().code, ErrorCode::InvalidArgument);
  EXPECT_NE(describe(bad.error()).find("lit"), std::string::npos);
}

}  // namespace
}  // namespace attelier::clips
