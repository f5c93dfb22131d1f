#pragma once

#include <QImage>
#include <QList>
#include <QRectF>
#include <QString>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace attelier::widgets {

/// Positions of a map: (frames, height, width). 1 means that a weight holds for that whole axis.
using TokenGrid = std::array<int, 3>;

/// A position of a map, as the network counts: x grows with the network's picture, which may be
/// mirrored.
struct TokenPoint {
  int t = 0;
  int y = 0;
  int x = 0;
  bool operator==(const TokenPoint&) const = default;
};

/// A clip with what a node attended to in it. Pictures and map are one object, so that no map is
/// ever seen on another clip's or another frame's picture.
struct AttentionFrames {
  QList<QImage> pictures;     ///< what a person sees, one a frame of the network
  std::vector<double> times;  ///< of each picture in the clip, in seconds
  QRectF crop{0, 0, 1, 1};    ///< what the network saw of a picture, as fractions of it
  bool flipped = false;       ///< the network saw the crop mirrored

  TokenGrid grid{1, 1, 1};
  std::vector<float> values;        ///< Shape: `grid`; empty: pictures only
  TokenGrid askGrid{0, 0, 0};       ///< positions that can be asked about; all 0: as `grid`
  std::optional<TokenPoint> asked;  ///< the map answers the question about this position …
  TokenGrid askedGrid{1, 1, 1};     ///< … of this grid: what the node tells apart
  bool asksWhoLooks = false;        ///< who looks there; else what it attends to

  double uniform = 0;      ///< weight of each position if all got the same; 0: has no meaning
  QString name;            ///< whose map, in a word or two
  QString label;           ///< what it is, for a person: name and question
  std::int64_t step = -1;  ///< of the training; -1: none

  int frameCount() const { return static_cast<int>(pictures.size()); }
  bool hasMap() const;
  const TokenGrid& askable() const { return askGrid[0] > 0 ? askGrid : grid; }
};

using FramesPtr = std::shared_ptr<const AttentionFrames>;

/// Frame of a grid that a picture belongs to: with fewer frames than pictures each covers several.
int tokenFrame(const AttentionFrames& frames, const TokenGrid& grid, int picture);

/// First picture of a frame of a grid.
int firstPicture(const AttentionFrames& frames, const TokenGrid& grid, int t);

/// Position of a grid at a point of a picture (fractions of it); nothing outside what the network
/// saw.
std::optional<TokenPoint> tokenAt(const AttentionFrames& frames, const TokenGrid& grid, int picture,
                                  QPointF point);

/// What a position covers of its pictures, as fractions of them.
QRectF tokenRect(const AttentionFrames& frames, const TokenGrid& grid, const TokenPoint& at);

/// The position of `to` in which the middle of a position of `from` lies.
TokenPoint converted(const TokenPoint& at, const TokenGrid& from, const TokenGrid& to);

/// The value at a position of frames.grid.
float valueAt(const AttentionFrames& frames, const TokenPoint& at);

/// Sum of the values of each frame of the grid. Shape: grid[0].
std::vector<double> massPerFrame(const AttentionFrames& frames);

/// The positions with the greatest values of the whole clip, greatest first.
std::vector<TokenPoint> strongest(const AttentionFrames& frames, int count);

/// a minus b on the pictures of a. Where the grids differ the finer one is taken on each axis,
/// where uniform differs (and has a meaning in both) the values are multiples of it.
AttentionFrames difference(const AttentionFrames& a, const AttentionFrames& b);

}  // namespace attelier::widgets
