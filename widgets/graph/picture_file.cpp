#include "widgets/graph/picture_file.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr double kDotsPerInch = 96, kMillimetresPerInch = 25.4;

}  // namespace

QString writePicture(const QString& path, const QSize& size, double scale, const QString& title,
                     const std::function<void(QPainter&, const QRectF&)>& paint) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  const QRectF room(QPointF(), size);
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return file.errorString();
  if (suffix == u"svg"_s) {
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setSize(size);
    generator.setViewBox(room);
    generator.setResolution(static_cast<int>(kDotsPerInch));
    generator.setTitle(title);
    QPainter painter(&generator);
    paint(painter, room);
  } else if (suffix == u"pdf"_s) {
    QPdfWriter writer(&file);
    writer.setResolution(static_cast<int>(kDotsPerInch));
    writer.setPageSize(QPageSize(QSizeF(size) * kMillimetresPerInch / kDotsPerInch,
                                 QPageSize::Millimeter, {}, QPageSize::ExactMatch));
    writer.setPageMargins({});
    writer.setTitle(title);
    QPainter painter(&writer);
    paint(painter, room);
  } else {
    QImage image((QSizeF(size) * scale).toSize(), QImage::Format_RGB32);
    image.setDotsPerMeterX(qRound(kDotsPerInch * scale * 1000 / kMillimetresPerInch));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    QPainter painter(&image);
    painter.scale(scale, scale);
    paint(painter, room);
    painter.end();
    if (!image.save(&file, "PNG")) {
      return QCoreApplication::translate("attelier::widgets::PictureFile",
                                         "the picture could not be encoded");
    }
  }
  return file.commit() ? QString() : file.errorString();
}

}  // namespace attelier::widgets
