#include "widgets/video/attention_frames.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace attelier::widgets {

namespace {

std::size_t positions(const TokenGrid& grid) {
  return static_cast<std::size_t>(grid[0]) * static_cast<std::size_t>(grid[1]) *
         static_cast<std::size_t>(grid[2]);
}

std::size_t indexOf(const TokenGrid& grid, const TokenPoint& at) {
  return (static_cast<std::size_t>(at.t) * static_cast<std::size_t>(grid[1]) +
          static_cast<std::size_t>(at.y)) *
             static_cast<std::size_t>(grid[2]) +
         static_cast<std::size_t>(at.x);
}

TokenPoint pointOf(const TokenGrid& grid, std::size_t index) {
  const auto width = static_cast<std::size_t>(grid[2]);
  const auto height = static_cast<std::size_t>(grid[1]);
  return {static_cast<int>(index / (width * height)), static_cast<int>(index / width % height),
          static_cast<int>(index % width)};
}

}  // namespace

bool AttentionFrames::hasMap() const {
  return !values.empty() && grid[0] > 0 && grid[1] > 0 && grid[2] > 0 &&
         values.size() == positions(grid);
}

int tokenFrame(const AttentionFrames& frames, const TokenGrid& grid, int picture) {
  if (frames.pictures.isEmpty()) return 0;
  return std::clamp(picture * grid[0] / frames.frameCount(), 0, grid[0] - 1);
}

int firstPicture(const AttentionFrames& frames, const TokenGrid& grid, int t) {
  return (t * frames.frameCount() + grid[0] - 1) / grid[0];
}

std::optional<TokenPoint> tokenAt(const AttentionFrames& frames, const TokenGrid& grid, int picture,
                                  QPointF point) {
  const QRectF& crop = frames.crop;
  double x = (point.x() - crop.x()) / crop.width();
  const double y = (point.y() - crop.y()) / crop.height();
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return std::nullopt;
  if (frames.flipped) x = 1 - x;
  const auto cell = [](double at, int count) {
    return std::clamp(static_cast<int>(at * count), 0, count - 1);
  };
  return TokenPoint{tokenFrame(frames, grid, picture), cell(y, grid[1]), cell(x, grid[2])};
}

QRectF tokenRect(const AttentionFrames& frames, const TokenGrid& grid, const TokenPoint& at) {
  const QRectF& crop = frames.crop;
  const double width = crop.width() / grid[2];
  const double height = crop.height() / grid[1];
  const int x = frames.flipped ? grid[2] - 1 - at.x : at.x;
  return {crop.x() + x * width, crop.y() + at.y * height, width, height};
}

TokenPoint converted(const TokenPoint& at, const TokenGrid& from, const TokenGrid& to) {
  const auto axis = [](int position, int fromCount, int toCount) {
    return std::clamp((2 * position + 1) * toCount / (2 * fromCount), 0, toCount - 1);
  };
  return {axis(at.t, from[0], to[0]), axis(at.y, from[1], to[1]), axis(at.x, from[2], to[2])};
}

float valueAt(const AttentionFrames& frames, const TokenPoint& at) {
  return frames.values.at(indexOf(frames.grid, at));
}

std::vector<double> massPerFrame(const AttentionFrames& frames) {
  if (!frames.hasMap()) return {};
  const std::size_t count = frames.values.size() / static_cast<std::size_t>(frames.grid[0]);
  std::vector<double> mass;
  for (auto at = frames.values.begin(); at != frames.values.end();
       at += static_cast<std::ptrdiff_t>(count)) {
    mass.push_back(std::accumulate(at, at + static_cast<std::ptrdiff_t>(count), 0.0));
  }
  return mass;
}

std::vector<TokenPoint> strongest(const AttentionFrames& frames, int count) {
  if (!frames.hasMap()) return {};
  std::vector<std::size_t> order(frames.values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto kept = std::min(order.size(), static_cast<std::size_t>(count));
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    [&](std::size_t a, std::size_t b) {
                      if (frames.values[a] != frames.values[b])
                        return frames.values[a] > frames.values[b];
                      return a < b;
                    });
  std::vector<TokenPoint> points;
  for (std::size_t i = 0; i < kept; ++i) points.push_back(pointOf(frames.grid, order[i]));
  return points;
}

AttentionFrames difference(const AttentionFrames& a, const AttentionFrames& b) {
  AttentionFrames result = a;
  result.values.clear();
  result.asked.reset();
  result.label = QCoreApplication::translate("attelier::widgets::AttentionFrames", "%1 minus %2")
                     .arg(a.name, b.name);
  result.name = result.label;
  const bool inUniform = a.uniform != b.uniform && a.uniform > 0 && b.uniform > 0;
  const float unitA = inUniform ? static_cast<float>(a.uniform) : 1;
  const float unitB = inUniform ? static_cast<float>(b.uniform) : 1;
  if (a.uniform != b.uniform) result.uniform = inUniform ? 1 : 0;
  if (!a.hasMap() || !b.hasMap()) return result;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    result.grid[axis] = std::max(a.grid[axis], b.grid[axis]);
  }
  result.values.resize(positions(result.grid));
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const TokenPoint at = pointOf(result.grid, i);
    result.values[i] = valueAt(a, converted(at, result.grid, a.grid)) / unitA -
                       valueAt(b, converted(at, result.grid, b.grid)) / unitB;
  }
  return result;
}

}  // namespace attelier::widgets
