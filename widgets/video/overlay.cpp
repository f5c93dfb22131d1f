#include "widgets/video/overlay.h"

#include "widgets/video/contours.h"

#include <QPainter>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace attelier::widgets {

namespace {

constexpr int kTinyPicture = 64;

std::span<const float> frameValues(const AttentionFrames& frames, int t) {
  const std::size_t count =
      static_cast<std::size_t>(frames.grid[1]) * static_cast<std::size_t>(frames.grid[2]);
  return std::span(frames.values).subspan(static_cast<std::size_t>(t) * count, count);
}

cv::Mat asMat(QImage& image) {
  return {image.height(), image.width(), CV_8UC4, image.bits(),
          static_cast<std::size_t>(image.bytesPerLine())};
}

cv::Mat asMat(const QImage& image) {
  // OpenCV has no view that is only read; nobody writes to this one.
  return {image.height(), image.width(), CV_8UC4, const_cast<uchar*>(image.constBits()),
          static_cast<std::size_t>(image.bytesPerLine())};
}

QImage scaledPicture(const AttentionFrames& frames, int picture, bool grey, QSize pixels) {
  const QImage source = frames.pictures[picture].convertToFormat(QImage::Format_RGB32);
  cv::Mat from = asMat(source);
  if (grey) {
    cv::Mat lightness;
    cv::cvtColor(from, lightness, cv::COLOR_BGRA2GRAY);
    cv::Mat coloured;
    cv::cvtColor(lightness, coloured, cv::COLOR_GRAY2BGRA);
    from = coloured;
  }
  QImage scaled(pixels, QImage::Format_RGB32);
  cv::Mat to = asMat(scaled);
  const bool shrinks = pixels.width() < source.width();
  const int method = isPixelated(frames) && !shrinks ? cv::INTER_NEAREST
                     : shrinks                       ? cv::INTER_AREA
                                                     : cv::INTER_LINEAR;
  cv::resize(from, to, to.size(), 0, 0, method);
  return scaled;
}

/// Where the crop lies in a picture of this size.
QRect cropRect(const AttentionFrames& frames, QSize pixels) {
  const QRectF& crop = frames.crop;
  const int left = qRound(crop.left() * pixels.width());
  const int top = qRound(crop.top() * pixels.height());
  const QRect rect(left, top, qRound(crop.right() * pixels.width()) - left,
                   qRound(crop.bottom() * pixels.height()) - top);
  return rect.intersected(QRect(QPoint(), pixels));
}

/// The shares of a frame's range as the person sees them (mirrored back). Shape: (h, w), 0 to 255.
cv::Mat shares(const AttentionFrames& frames, int t, const ValueRange& range, bool difference) {
  cv::Mat map(frames.grid[1], frames.grid[2], CV_8UC1);
  const auto values = frameValues(frames, t);
  std::transform(values.begin(), values.end(), map.data, [&](float value) {
    return static_cast<uchar>(std::lround((kColourSteps - 1) * range.share(value, difference)));
  });
  if (frames.flipped) cv::flip(map, map, 1);
  return map;
}

void blend(QImage& picture, const QRect& where, const cv::Mat& map, const OverlayTable& table) {
  std::array<quint32, kColourSteps> redBlue{}, green{}, rest{};
  for (std::size_t i = 0; i < kColourSteps; ++i) {
    const auto alpha = static_cast<quint32>(table.alpha[i]);
    redBlue[i] = (table.colour[i] & 0xff00ffU) * alpha;
    green[i] = (table.colour[i] & 0x00ff00U) * alpha;
    rest[i] = 256 - alpha;
  }
  for (int y = 0; y < where.height(); ++y) {
    const uchar* at = map.ptr(y);
    auto* pixel = reinterpret_cast<QRgb*>(picture.scanLine(where.y() + y)) + where.x();
    for (int x = 0; x < where.width(); ++x) {
      const std::size_t i = at[x];
      const quint32 rb = ((pixel[x] & 0xff00ffU) * rest[i] + redBlue[i]) >> 8;
      const quint32 g = ((pixel[x] & 0x00ff00U) * rest[i] + green[i]) >> 8;
      pixel[x] = 0xff000000U | (rb & 0xff00ffU) | (g & 0x00ff00U);
    }
  }
}

void fadeUnseen(QImage& picture, const QRect& seen, const Theme& theme) {
  if (seen == picture.rect()) return;
  QPainter painter(&picture);
  QColor veil = theme.surface;
  veil.setAlphaF(0.6F);
  painter.setClipRegion(QRegion(picture.rect()) - seen);
  painter.fillRect(picture.rect(), veil);
}

}  // namespace

double ValueRange::share(double value, bool difference) const {
  if (std::isnan(value)) return difference ? 0.5 : 0;
  if (!(high > low)) return difference ? 0.5 : 0;
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

ValueRange valueRange(const AttentionFrames& frames, int picture, const OverlayStyle& style) {
  ValueRange range{0, 0};
  if (style.normalisation == Normalisation::Fixed) {
    const double unit = style.fixedInUniform && frames.uniform > 0 ? frames.uniform : 1;
    range = {style.fixedLow * unit, style.fixedHigh * unit};
  } else if (style.normalisation == Normalisation::Clip && style.clipRange) {
    const double unit = style.clipRangeInUniform ? frames.uniform : 1;
    range = {style.clipRange->low * unit, style.clipRange->high * unit};
  } else if (frames.hasMap()) {
    const auto values = style.normalisation == Normalisation::Frame
                            ? frameValues(frames, tokenFrame(frames, frames.grid, picture))
                            : std::span(frames.values);
    range = {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (const float value : values) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, double{value});
      range.high = std::max(range.high, double{value});
    }
    if (range.low > range.high) range = {0, 0};
  }
  if (style.difference) {
    const double most = std::max(std::abs(range.low), std::abs(range.high));
    range = {-most, most};
  }
  return range;
}

OverlayTable overlayTable(const OverlayStyle& style, bool dark) {
  const auto colours = style.difference ? differenceTable(dark) : colourTable(style.map);
  OverlayTable table{};
  for (std::size_t i = 0; i < kColourSteps; ++i) {
    const double share = static_cast<double>(i) / (kColourSteps - 1);
    const double value = style.difference ? share : std::pow(share, style.gamma);
    const double strength = style.difference ? std::abs(2 * share - 1) : value;
    table.colour[i] = colours[static_cast<std::size_t>(std::lround(value * (kColourSteps - 1)))];
    const bool isHidden = (style.difference ? strength : share) < style.hideBelow;
    table.alpha[i] =
        isHidden
            ? 0
            : static_cast<int>(std::lround(256 * style.opacity * (style.fadeWeak ? strength : 1)));
  }
  return table;
}

bool isPixelated(const AttentionFrames& frames) {
  if (frames.pictures.isEmpty()) return false;
  const QSize size = frames.pictures.first().size();
  return std::max(size.width(), size.height()) <= kTinyPicture;
}

QSize fittingSize(const AttentionFrames& frames, QSize space) {
  if (frames.pictures.isEmpty() || space.isEmpty()) return {};
  const QSize picture = frames.pictures.first().size();
  const QSize size = picture.scaled(space, Qt::KeepAspectRatio);
  const int times = picture.isEmpty() ? 0 : size.width() / picture.width();
  if (isPixelated(frames) && times >= 4) return picture * times;
  return size.expandedTo({1, 1});
}

QImage renderFrame(const AttentionFrames& frames, int picture, const OverlayStyle& style,
                   QSize pixels, const Theme& theme) {
  if (picture < 0 || picture >= frames.frameCount() || pixels.isEmpty()) return {};
  const bool overlaid = style.shown && frames.hasMap();
  QImage image = scaledPicture(frames, picture, overlaid && style.greyPicture, pixels);
  const QRect seen = cropRect(frames, pixels);
  fadeUnseen(image, seen, theme);
  if (!overlaid || seen.isEmpty()) return image;
  const ValueRange range = valueRange(frames, picture, style);
  const int t = tokenFrame(frames, frames.grid, picture);
  const cv::Mat map = shares(frames, t, range, style.difference);
  if (style.contours && !style.difference) {
    paintContours(image, seen, map, style.smooth, style.gamma);
    return image;
  }
  cv::Mat large;
  const bool shrinks = seen.width() < map.cols || seen.height() < map.rows;
  const int smooth = shrinks ? cv::INTER_AREA : cv::INTER_LINEAR;
  cv::resize(map, large, {seen.width(), seen.height()}, 0, 0,
             style.smooth ? smooth : cv::INTER_NEAREST);
  blend(image, seen, large, overlayTable(style, theme.dark));
  return image;
}

}  // namespace attelier::widgets
