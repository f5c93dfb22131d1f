#include "tests/support/golden.h"

#include <QDir>

#include <algorithm>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;

namespace attelier::tests {

QString compareWithGolden(const QImage& picture, const QString& name,
                          const GoldenTolerance& tolerance) {
  const QString path = QStringLiteral(ATTELIER_GOLDEN_FOLDER) + u'/' + name + u".png"_s;
  const QImage actual = picture.convertToFormat(QImage::Format_RGB32);
  if (qEnvironmentVariableIntValue("ATTELIER_UPDATE_GOLDEN") != 0) {
    QDir().mkpath(QStringLiteral(ATTELIER_GOLDEN_FOLDER));
    return actual.save(path) ? QString() : u"could not write "_s + path;
  }
  const QImage golden = QImage(path).convertToFormat(QImage::Format_RGB32);
  const QString written = QDir::current().filePath(name);
  const auto failed = [&](const QString& what) {
    actual.save(written + u".actual.png"_s);
    return what + u"; see "_s + written + u".actual.png beside "_s + path;
  };
  if (golden.isNull()) return failed(u"there is no golden picture"_s);
  if (golden.size() != actual.size()) return failed(u"the size differs"_s);
  QImage difference(actual.size(), QImage::Format_Grayscale8);
  std::int64_t different = 0;
  for (int y = 0; y < actual.height(); ++y) {
    for (int x = 0; x < actual.width(); ++x) {
      const QRgb a = actual.pixel(x, y), b = golden.pixel(x, y);
      const int most = std::max({std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)),
                                 std::abs(qBlue(a) - qBlue(b))});
      different += most > tolerance.channel;
      difference.scanLine(y)[x] = static_cast<uchar>(most);
    }
  }
  const double share = static_cast<double>(different) / (1.0 * actual.width() * actual.height());
  if (share <= tolerance.differentShare) return {};
  difference.save(written + u".diff.png"_s);
  return failed(u"%1 % of the pixels differ"_s.arg(100 * share, 0, 'f', 2));
}

}  // namespace attelier::tests
