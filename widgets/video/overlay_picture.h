#pragma once

#include "widgets/video/overlay.h"

namespace attelier::widgets {

/// What is written under a saved picture.
struct OverlayLegend {
  QString title;    ///< whose map; the label of the frames where empty
  QString caption;  ///< further: run, clip, step
};

/// A picture with its map, and below it whose it is, the time in the clip and the colours with
/// their numbers; of exactly this size. For files: PNGs and films. Threads: any that may paint.
QImage renderOverlay(const AttentionFrames& frames, int picture, const OverlayStyle& style,
                     QSize size, const OverlayLegend& legend, const Theme& theme = Theme::light());

}  // namespace attelier::widgets
