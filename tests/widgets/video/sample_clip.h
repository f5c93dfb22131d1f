#pragma once

#include "widgets/video/attention_frames.h"

#include <QPainter>

#include <cmath>

namespace attelier::widgets::tests {

/// A disc that crosses a blue-to-sand field, with a map that follows it: 8 pictures of 160 x 96 px,
/// a map of 4 x 6 x 10 positions.
inline AttentionFrames sampleClip() {
  AttentionFrames clip;
  for (int i = 0; i < 8; ++i) {
    QImage picture(160, 96, QImage::Format_RGB32);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    QLinearGradient field(0, 0, 160, 96);
    field.setColorAt(0, QColor(40, 70, 110));
    field.setColorAt(1, QColor(200, 180, 130));
    painter.fillRect(picture.rect(), field);
    painter.setBrush(QColor(200, 60, 40));
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(20 + 17 * i, 48 + 18 * std::sin(0.8 * i)), 12, 12);
    clip.pictures << picture;
    clip.times.push_back(0.4 * i);
  }
  clip.grid = {4, 6, 10};
  clip.uniform = 1.0 / 240;
  clip.name = clip.label = QStringLiteral("L1.dST");
  clip.step = 480;
  for (int t = 0; t < 4; ++t) {
    const double frame = 2 * t + 0.5;
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 10; ++x) {
        const double dx = (x + 0.5) * 16 - (20 + 17 * frame);
        const double dy = (y + 0.5) * 16 - (48 + 18 * std::sin(0.8 * frame));
        clip.values.push_back(
            static_cast<float>(0.0008 + (0.01 + 0.005 * t) * std::exp(-(dx * dx + dy * dy) / 700)));
      }
    }
  }
  return clip;
}

inline FramesPtr shared(AttentionFrames frames) {
  return std::make_shared<const AttentionFrames>(std::move(frames));
}

/// Black pictures with one weight of 1 among zeros: where it is seen is where the map lies.
inline AttentionFrames planted(const TokenGrid& grid, const TokenPoint& at, QSize size,
                               int pictures) {
  AttentionFrames clip;
  for (int i = 0; i < pictures; ++i) {
    QImage picture(size, QImage::Format_RGB32);
    picture.fill(Qt::black);
    clip.pictures << picture;
    clip.times.push_back(i / 8.0);
  }
  clip.grid = grid;
  clip.values.assign(static_cast<std::size_t>(grid[0] * grid[1] * grid[2]), 0.0F);
  clip.values[static_cast<std::size_t>((at.t * grid[1] + at.y) * grid[2] + at.x)] = 1;
  return clip;
}

}  // namespace attelier::widgets::tests
