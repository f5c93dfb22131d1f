#pragma once

#include "widgets/base/colour_map.h"
#include "widgets/base/theme.h"
#include "widgets/video/attention_frames.h"

#include <QSize>

#include <array>
#include <optional>

namespace attelier::widgets {

/// Over which values colours are spread.
enum class Normalisation {
  Frame,  ///< least to greatest of each frame: flickers, frames can't be compared
  Clip,   ///< least to greatest of the whole clip
  Fixed,  ///< a range that a person set
};

struct ValueRange {
  double low = 0;
  double high = 1;

  /// Where a value lies, 0 to 1. Nothing spread (high = low): 0, the middle where `difference`.
  double share(double value, bool difference = false) const;
  bool operator==(const ValueRange&) const = default;
};

/// How a map lies on its picture.
struct OverlayStyle {
  bool shown = true;
  double opacity = 0.7;
  ColourMap map = ColourMap::Cividis;
  Normalisation normalisation = Normalisation::Clip;
  /// In place of the clip's own: of several that are compared, so that colours mean the same.
  std::optional<ValueRange> clipRange{};
  bool clipRangeInUniform = false;  ///< it counts multiples of each map's uniform
  double fixedLow = 0;
  double fixedHigh = 1;
  bool fixedInUniform = false;  ///< the fixed range counts multiples of uniform, where there is one
  double gamma = 1;             ///< of the normalised value: below 1 lifts the weak ones
  double hideBelow = 0;         ///< the picture alone below this share of the range
  bool contours = false;        ///< lines at a quarter, half and three quarters instead of colour
  bool smooth = true;           ///< bilinear; else each position as the network has it
  bool greyPicture = false;     ///< the picture without its colours
  bool fadeWeak = true;         ///< the weaker, the more transparent
  bool difference = false;      ///< values of both signs: colours and range symmetric about 0
  bool operator==(const OverlayStyle&) const = default;
};

/// The values that get the first and the last colour on this picture. Values that are not finite
/// do not count.
ValueRange valueRange(const AttentionFrames& frames, int picture, const OverlayStyle& style);

/// Colour and opacity (0 to 256) of each share of a range.
struct OverlayTable {
  std::array<QRgb, kColourSteps> colour;
  std::array<int, kColourSteps> alpha;
};
OverlayTable overlayTable(const OverlayStyle& style, bool dark);

/// Whether pictures are so small that their pixels are shown as squares.
bool isPixelated(const AttentionFrames& frames);

/// The largest size within `space` with the shape of the clip's pictures; whole multiples for tiny
/// ones. Units: pixels.
QSize fittingSize(const AttentionFrames& frames, QSize space);

/// A picture with its map in exactly this many pixels. Parts that the network did not see are
/// faded. Threads: any.
QImage renderFrame(const AttentionFrames& frames, int picture, const OverlayStyle& style,
                   QSize pixels, const Theme& theme);

}  // namespace attelier::widgets
