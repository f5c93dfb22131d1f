#include "widgets/plots/stroke_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace attelier::widgets {

namespace {

constexpr std::size_t kBlock = 16;  ///< columns of one cache line

}  // namespace

void Strokes::reach(std::int64_t column, double from, double to) {
  if (column < 0 || column >= static_cast<std::int64_t>(top.size())) return;
  const auto i = static_cast<std::size_t>(column);
  const auto upper = static_cast<std::int32_t>(std::lround(std::min(from, to)));
  const auto lower = static_cast<std::int32_t>(std::lround(std::max(from, to)));
  if (bottom[i] < top[i]) {
    top[i] = upper;
    bottom[i] = lower;
  } else {
    top[i] = std::min(top[i], upper);
    bottom[i] = std::max(bottom[i], lower);
  }
}

StrokePicture::StrokePicture(const QRect& area, double dotsPerPixel)
    : area_(area),
      dotsPerPixel_(dotsPerPixel),
      image_((QSizeF(area.size()) * dotsPerPixel).toSize().expandedTo({1, 1}),
             QImage::Format_ARGB32_Premultiplied) {
  image_.setDevicePixelRatio(dotsPerPixel);
}

void StrokePicture::add(const Strokes& strokes, const QColor& colour) {
  if (isEmpty_) image_.fill(Qt::transparent);
  isEmpty_ = false;
  const std::uint32_t source = qPremultiply(colour.rgba());
  const std::uint32_t rest = 256 - qAlpha(source) - qAlpha(source) / 255;
  const auto stride = static_cast<std::size_t>(image_.bytesPerLine()) / sizeof(std::uint32_t);
  auto* dots = reinterpret_cast<std::uint32_t*>(image_.bits());
  const std::int32_t height = image_.height();
  for (std::size_t x = 0; x < columns(); x += kBlock) {
    std::array<std::int32_t, kBlock> top{}, bottom{};
    const std::size_t width = std::min(kBlock, columns() - x);
    std::int32_t first = height, last = -1;
    for (std::size_t i = 0; i < width; ++i) {
      top[i] = std::max(0, strokes.top[x + i]);
      bottom[i] = std::min(height - 1, strokes.bottom[x + i]);
      if (top[i] > bottom[i]) continue;
      first = std::min(first, top[i]);
      last = std::max(last, bottom[i]);
    }
    for (std::int32_t y = first; y <= last; ++y) {
      std::uint32_t* line = dots + static_cast<std::size_t>(y) * stride + x;
      for (std::size_t i = 0; i < width; ++i) {
        const std::uint32_t dot = line[i];
        const std::uint32_t even = ((dot & 0x00ff00ffU) * rest >> 8) & 0x00ff00ffU;
        const std::uint32_t odd = ((dot >> 8) & 0x00ff00ffU) * rest & 0xff00ff00U;
        const bool isHit = (y >= top[i]) & (y <= bottom[i]);
        line[i] = isHit ? source + (even | odd) : dot;
      }
    }
  }
}

void StrokePicture::paint(QPainter& painter) const {
  if (!isEmpty_) painter.drawImage(area_.topLeft(), image_);
}

void StrokePicture::paintAsShapes(QPainter& painter, const Strokes& strokes,
                                  const QColor& colour) const {
  const double dot = 1 / dotsPerPixel_;
  for (std::size_t x = 0; x < columns(); ++x) {
    const std::int32_t top = std::max(0, strokes.top[x]);
    const std::int32_t bottom = std::min(image_.height() - 1, strokes.bottom[x]);
    if (top > bottom) continue;
    painter.fillRect(QRectF(area_.left() + static_cast<double>(x) * dot, area_.top() + top * dot,
                            dot, (bottom - top + 1) * dot),
                     colour);
  }
}

}  // namespace attelier::widgets
