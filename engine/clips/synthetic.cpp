#include "engine/clips/synthetic.h"

#include "engine/base/contracts.h"
#include "engine/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>

namespace attelier::clips {
namespace {

using Colour = std::array<float, 3>;

constexpr int kCell = 8;  // a block and a token of the backbone, in pixels
constexpr int kBlocksAcross = 4;
constexpr int kBarHeight = 4;

// Bit 6 is the leftmost pixel.
constexpr std::array<std::array<std::uint8_t, 7>, kSyntheticClasses> kGlyphs = {{
    {0b0111110, 0b1111111, 0b1100011, 0b1100011, 0b1100011, 0b1111111, 0b0111110},  // ring
    {0b1100011, 0b1110111, 0b0111110, 0b0011100, 0b0111110, 0b1110111, 0b1100011},  // cross
    {0b0011100, 0b0011100, 0b1111111, 0b1111111, 0b1111111, 0b0011100, 0b0011100},  // plus
    {0b0001000, 0b0001000, 0b0011100, 0b0011100, 0b0111110, 0b1111111, 0b1111111},  // triangle
}};
constexpr std::array<Colour, 3> kPastels = {{{240, 215, 80}, {95, 190, 250}, {235, 235, 235}}};
constexpr std::array<Colour, 4> kHues = {
    {{235, 70, 70}, {70, 215, 80}, {80, 110, 245}, {235, 210, 60}}};
constexpr int kRed = 0;
constexpr int kGreen = 1;
constexpr Colour kPointer = {235, 60, 225};
constexpr double kPaintDeviation = 10.0;

bool hasPointer(SyntheticTask task) {
  return task == SyntheticTask::Where || task == SyntheticTask::Meet;
}

int litFrames(const SyntheticSettings& settings, Random& random) {
  if (settings.lit > 0) {
    return settings.lit;
  }
  switch (settings.task) {
    case SyntheticTask::When:
      return 1;
    case SyntheticTask::Meet:
      return static_cast<int>(random.integer(1, 2));
    default:
      return 3;
  }
}

int itemsAFrame(const SyntheticSettings& settings) {
  if (settings.items > 0) {
    return settings.items;
  }
  switch (settings.task) {
    case SyntheticTask::When:
      return 1;
    case SyntheticTask::Match:
      return 4;
    default:
      return 6;
  }
}

int anyShape(Random& random) { return static_cast<int>(random.below(kSyntheticClasses)); }

void drawPointedFrame(SyntheticTruth& truth, int frame, const std::vector<int>& blocks,
                      Random& random) {
  const bool frameCounts = truth.counts[static_cast<std::size_t>(frame)];
  for (const int block : blocks) {
    SyntheticGlyph glyph{.frame = frame, .block = block, .shape = anyShape(random)};
    glyph.counts = frameCounts && block == truth.pointedBlock;
    if (glyph.counts) {
      glyph.shape = truth.label;
    }
    truth.glyphs.push_back(glyph);
  }
}

void drawFreeFrame(SyntheticTruth& truth, SyntheticTask task, int frame,
                   const std::vector<int>& blocks, Random& random) {
  const bool frameCounts = truth.counts[static_cast<std::size_t>(frame)];
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    SyntheticGlyph glyph{.frame = frame, .block = blocks[i], .shape = anyShape(random)};
    if (task == SyntheticTask::Match) {
      glyph.counts = frameCounts && i == 0;
      glyph.hue =
          glyph.counts ? truth.hue : (truth.hue + 1 + static_cast<int>(random.below(3))) % 4;
    } else {
      glyph.counts = frameCounts;
    }
    if (glyph.counts) {
      glyph.shape = truth.label;
    }
    truth.glyphs.push_back(glyph);
  }
}

SyntheticTruth drawTruth(const SyntheticSettings& settings, Random& random) {
  SyntheticTruth truth;
  const bool pointer = hasPointer(settings.task);
  truth.label = anyShape(random);
  const int firstFrame = pointer ? 1 : 0;
  for (const int frame :
       random.choose(kSyntheticFrames - firstFrame, litFrames(settings, random))) {
    truth.counts[static_cast<std::size_t>(firstFrame + frame)] = true;
  }
  if (settings.task != SyntheticTask::Where) {
    truth.barX = static_cast<int>(random.integer(0, kSyntheticSize - settings.barWidth));
  }
  if (settings.task == SyntheticTask::When || settings.task == SyntheticTask::Meet) {
    truth.green = truth.counts;
    truth.green[0] = truth.green[0] || pointer;
  }
  if (settings.task == SyntheticTask::Match) {
    truth.hue = static_cast<int>(random.below(kHues.size()));
  }
  const int items = itemsAFrame(settings);
  if (pointer) {
    const std::vector<int> blocks = random.choose(kSyntheticBlocks, items);
    truth.pointedBlock = blocks.front();
    for (int frame = 1; frame < kSyntheticFrames; ++frame) {
      drawPointedFrame(truth, frame, blocks, random);
    }
  } else {
    for (int frame = 0; frame < kSyntheticFrames; ++frame) {
      drawFreeFrame(truth, settings.task, frame, random.choose(kSyntheticBlocks, items), random);
    }
  }
  return truth;
}

// One frame in float, channels last.
class Canvas {
 public:
  float* pixel(int y, int x) {
    return &values_[static_cast<std::size_t>((y * kSyntheticSize + x) * 3)];
  }
  std::array<float, kSyntheticSize * kSyntheticSize * 3>& values() { return values_; }

  void fill(int x0, int y0, int width, int height, const Colour& colour) {
    for (int y = y0; y < y0 + height; ++y) {
      for (int x = x0; x < x0 + width; ++x) {
        std::copy(colour.begin(), colour.end(), pixel(y, x));
      }
    }
  }

 private:
  std::array<float, kSyntheticSize * kSyntheticSize * 3> values_{};
};

Colour painted(Colour colour, Random& random) {
  for (float& channel : colour) {
    channel =
        std::clamp(channel + static_cast<float>(random.normal(0.0, kPaintDeviation)), 0.0F, 255.0F);
  }
  return colour;
}

Canvas drawBackground(double amplitude, Random& random) {
  constexpr int kCoarse = 4;
  constexpr int kFine = 16;
  Canvas canvas;
  for (int channel = 0; channel < 3; ++channel) {
    std::array<std::array<double, kCoarse>, kCoarse> coarse{};
    std::array<std::array<double, kFine>, kFine> fine{};
    for (auto& row : coarse) {
      std::generate(row.begin(), row.end(), [&] { return random.normal(); });
    }
    for (auto& row : fine) {
      std::generate(row.begin(), row.end(), [&] { return random.normal(); });
    }
    const auto place = [](int pixel) {
      const double at = (pixel + 0.5) * kCoarse / kSyntheticSize - 0.5;
      const double low = std::floor(at);
      const auto clamped = [](double value) {
        return static_cast<std::size_t>(std::clamp(value, 0.0, kCoarse - 1.0));
      };
      return std::tuple(clamped(low), clamped(low + 1), at - low);
    };
    for (int y = 0; y < kSyntheticSize; ++y) {
      const auto [top, bottom, down] = place(y);
      for (int x = 0; x < kSyntheticSize; ++x) {
        const auto [left, right, along] = place(x);
        const double smooth =
            (coarse[top][left] * (1 - along) + coarse[top][right] * along) * (1 - down) +
            (coarse[bottom][left] * (1 - along) + coarse[bottom][right] * along) * down;
        const double rough = fine[static_cast<std::size_t>(y / 2)][static_cast<std::size_t>(x / 2)];
        canvas.pixel(y, x)[channel] = static_cast<float>(95.0 + amplitude * (smooth + 0.5 * rough));
      }
    }
  }
  return canvas;
}

void roll(Canvas& source, int down, int right, Canvas& target) {
  const auto wrap = [](int value) {
    return ((value % kSyntheticSize) + kSyntheticSize) % kSyntheticSize;
  };
  for (int y = 0; y < kSyntheticSize; ++y) {
    for (int x = 0; x < kSyntheticSize; ++x) {
      std::copy_n(source.pixel(wrap(y - down), wrap(x - right)), 3, target.pixel(y, x));
    }
  }
}

void paintGlyph(Canvas& canvas, const SyntheticGlyph& glyph, Random& random) {
  const auto dx = static_cast<int>(random.below(2));
  const auto dy = static_cast<int>(random.below(2));
  const Colour& base = glyph.hue >= 0 ? kHues[static_cast<std::size_t>(glyph.hue)]
                                      : kPastels[random.below(kPastels.size())];
  const Colour colour = painted(base, random);
  const int x0 = kCell * (glyph.block % kBlocksAcross) + dx;
  const int y0 = kCell + kCell * (glyph.block / kBlocksAcross) + dy;
  const auto& rows = kGlyphs[static_cast<std::size_t>(glyph.shape)];
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 7; ++x) {
      if ((rows[static_cast<std::size_t>(y)] >> (6 - x)) & 1) {
        std::copy(colour.begin(), colour.end(), canvas.pixel(y0 + y, x0 + x));
      }
    }
  }
}

void paintPointer(Canvas& canvas, int block, Random& random) {
  const Colour colour = painted(kPointer, random);
  const int x0 = kCell * (block % kBlocksAcross);
  const int y0 = kCell + kCell * (block / kBlocksAcross);
  canvas.fill(x0, y0, kCell, 2, colour);
  canvas.fill(x0, y0 + kCell - 2, kCell, 2, colour);
  canvas.fill(x0, y0 + 2, 2, kCell - 4, colour);
  canvas.fill(x0 + kCell - 2, y0 + 2, 2, kCell - 4, colour);
}

void paintBar(Canvas& canvas, const SyntheticSettings& settings, const SyntheticTruth& truth,
              int frame, Random& random) {
  const int hue = settings.task == SyntheticTask::Match          ? truth.hue
                  : truth.green[static_cast<std::size_t>(frame)] ? kGreen
                                                                 : kRed;
  canvas.fill(truth.barX, 0, settings.barWidth, kBarHeight,
              painted(kHues[static_cast<std::size_t>(hue)], random));
}

void paintClip(const SyntheticSettings& settings, const SyntheticTruth& truth, Random& random,
               std::span<std::uint8_t> rgb) {
  Canvas background = drawBackground(settings.amplitude, random);
  const double driftDown = random.uniform(-1.0, 1.0);
  const double driftRight = random.uniform(-1.0, 1.0);
  Canvas canvas;
  auto glyph = truth.glyphs.begin();
  for (int frame = 0; frame < kSyntheticFrames; ++frame) {
    roll(background, static_cast<int>(std::lround(frame * driftDown)),
         static_cast<int>(std::lround(frame * driftRight)), canvas);
    if (truth.barX >= 0) {
      paintBar(canvas, settings, truth, frame, random);
    }
    if (frame == 0 && truth.pointedBlock >= 0) {
      paintPointer(canvas, truth.pointedBlock, random);
    }
    for (; glyph != truth.glyphs.end() && glyph->frame == frame; ++glyph) {
      paintGlyph(canvas, *glyph, random);
    }
    auto* out = rgb.data() + static_cast<std::size_t>(frame) * canvas.values().size();
    for (const float value : canvas.values()) {
      const double noisy = value + settings.noise * random.normal();
      *out++ = static_cast<std::uint8_t>(std::clamp(noisy, 0.0, 255.0));
    }
  }
}

}  // namespace

SyntheticTruth drawSyntheticClip(const SyntheticSettings& settings, std::uint64_t seed, Split split,
                                 std::int64_t index, std::span<std::uint8_t> rgb) {
  constexpr std::size_t kBytes =
      std::size_t{3} * kSyntheticFrames * kSyntheticSize * kSyntheticSize;
  expects(rgb.empty() || rgb.size() == kBytes, "a synthetic clip is 8x32x32x3 bytes");
  Random random(seed, static_cast<std::uint64_t>(split), index);
  SyntheticTruth truth = drawTruth(settings, random);
  if (!rgb.empty()) {
    paintClip(settings, truth, random, rgb);
  }
  return truth;
}

}  // namespace attelier::clips
