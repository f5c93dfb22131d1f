#include "widgets/video/contours.h"

#include "widgets/base/theme.h"

#include <QPainter>
#include <opencv2/imgproc.hpp>

#include <array>
#include <cmath>

namespace attelier::widgets {

namespace {

constexpr std::array kLevels{0.25F, 0.5F, 0.75F};

struct Line {
  float level;  // 0 to 255
  float half;   // half of its width in pixels, without its casing
};

QRgb mixed(QRgb below, QRgb over, float share) {
  const auto mix = [share](int a, int b) {
    return static_cast<int>(static_cast<float>(a) + share * static_cast<float>(b - a));
  };
  return qRgb(mix(qRed(below), qRed(over)), mix(qGreen(below), qGreen(over)),
              mix(qBlue(below), qBlue(over)));
}

/// A pixel's distance to a line is its distance in value over the slope there.
void paintSmooth(QImage& picture, const QRect& where, const cv::Mat& values,
                 const std::array<Line, kLevels.size()>& lines, float casing) {
  const float farthest = lines.back().half + casing + 1;
  const QRgb core = Theme::light().surface.rgb(), edge = Theme::light().text.rgb();
  for (int y = 0; y < where.height(); ++y) {
    const auto* above = values.ptr<float>(std::max(0, y - 1));
    const auto* row = values.ptr<float>(y);
    const auto* below = values.ptr<float>(std::min(values.rows - 1, y + 1));
    auto* pixel = reinterpret_cast<QRgb*>(picture.scanLine(where.y() + y)) + where.x();
    for (int x = 0; x < where.width(); ++x) {
      const float dx = row[x + 1 < values.cols ? x + 1 : x] - row[x > 0 ? x - 1 : x];
      const float dy = below[x] - above[x];
      const float slope = 0.5F * (std::abs(dx) + std::abs(dy));
      const float value = row[x];
      const float nearest =
          std::min(std::min(std::abs(value - lines[0].level), std::abs(value - lines[1].level)),
                   std::abs(value - lines[2].level));
      // Nearly all pixels are near no line and must be passed over quickly.
      if (nearest > farthest * slope || slope == 0) continue;
      for (const Line& line : lines) {
        const float off = std::abs(value - line.level);
        if (off > (line.half + casing + 1) * slope) continue;
        const float distance = off / (0.5F * std::sqrt(dx * dx + dy * dy));
        const auto cover = [distance](float half) {
          return std::clamp(half + 0.5F - distance, 0.0F, 1.0F);
        };
        pixel[x] = mixed(pixel[x], edge, cover(line.half + casing));
        pixel[x] = mixed(pixel[x], core, cover(line.half));
      }
    }
  }
}

void paintSteps(QImage& picture, const QRect& where, const cv::Mat& map,
                const std::array<Line, kLevels.size()>& lines, float casing) {
  QPainter painter(&picture);
  painter.setClipRect(where);
  painter.translate(where.topLeft());
  const double width = static_cast<double>(where.width()) / map.cols;
  const double height = static_cast<double>(where.height()) / map.rows;
  for (const bool isCasing : {true, false}) {
    const QColor colour = isCasing ? Theme::light().text : Theme::light().surface;
    for (const Line& line : lines) {
      const double half = line.half + (isCasing ? casing : 0);
      const auto isAbove = [&](int y, int x) { return map.at<uchar>(y, x) >= line.level; };
      for (int y = 0; y < map.rows; ++y) {
        for (int x = 0; x < map.cols; ++x) {
          if (x + 1 < map.cols && isAbove(y, x) != isAbove(y, x + 1)) {
            painter.fillRect(
                QRectF((x + 1) * width - half, y * height - half, 2 * half, height + 2 * half),
                colour);
          }
          if (y + 1 < map.rows && isAbove(y, x) != isAbove(y + 1, x)) {
            painter.fillRect(
                QRectF(x * width - half, (y + 1) * height - half, width + 2 * half, 2 * half),
                colour);
          }
        }
      }
    }
  }
}

}  // namespace

void paintContours(QImage& picture, const QRect& where, const cv::Mat& map, bool smooth,
                   double gamma) {
  const float unit =
      std::max(1.0F, static_cast<float>(std::min(where.width(), where.height())) / 400);
  std::array<Line, kLevels.size()> lines{};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i] = {255 * std::pow(kLevels[i], static_cast<float>(1 / gamma)),
                0.5F * unit * static_cast<float>(i + 1)};
  }
  if (!smooth) return paintSteps(picture, where, map, lines, unit);
  cv::Mat fine;
  map.convertTo(fine, CV_32F);
  cv::resize(fine, fine, {where.width(), where.height()}, 0, 0, cv::INTER_LINEAR);
  paintSmooth(picture, where, fine, lines, unit);
}

}  // namespace attelier::widgets
