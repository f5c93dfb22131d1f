#pragma once

#include <QImage>
#include <QString>

namespace attelier::tests {

/// How a picture may differ from its golden one.
struct GoldenTolerance {
  int channel = 24;              ///< difference of a channel (0 to 255) that still counts as equal
  double differentShare = 0.01;  ///< share of pixels that may differ by more
};

/// Compares with tests/golden/NAME.png. On a difference writes NAME.actual.png and NAME.diff.png
/// into the current folder and says where; ATTELIER_UPDATE_GOLDEN=1 rewrites the golden picture
/// instead.
///
/// Returns an empty text when equal, else what differs: EXPECT_EQ(compareWithGolden(...), "").
QString compareWithGolden(const QImage& actual, const QString& name,
                          const GoldenTolerance& tolerance = {});

}  // namespace attelier::tests
