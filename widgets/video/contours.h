#pragma once

#include <QImage>
#include <QRect>

namespace cv {
class Mat;
}

namespace attelier::widgets {

/// Draws lines at a quarter, half and three quarters of the range: white in black, the thicker the
/// stronger, to be told apart without colours. `map`: shares of the range, 0 to 255 a position.
///
/// Smooth lines run through the bilinear map, the others along the borders of positions.
void paintContours(QImage& picture, const QRect& where, const cv::Mat& map, bool smooth,
                   double gamma);

}  // namespace attelier::widgets
