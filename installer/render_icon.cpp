#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QSvgRenderer>

#include <cstdio>

// render_icon IN.svg SIZE OUT.png [SIZE OUT.png …]
int main(int argc, char** argv) {
  QSvgRenderer svg(argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString());
  if (!svg.isValid()) {
    std::fputs("render_icon: no picture\n", stderr);
    return 1;
  }
  for (int i = 2; i + 1 < argc; i += 2) {
    const int size = QString::fromLocal8Bit(argv[i]).toInt();
    QImage image(size, size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    svg.render(&painter);
    painter.end();
    const QString file = QString::fromLocal8Bit(argv[i + 1]);
    if (!image.save(file)) {
      std::fprintf(stderr, "render_icon: %s can't be written\n", qPrintable(file));
      return 1;
    }
  }
  return 0;
}
