#include "widgets/base/icon.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

// The macro declares a function of the global namespace.
static void initResources() { Q_INIT_RESOURCE(attelier); }

namespace attelier::widgets {

namespace {

class ThemedSvg : public QIconEngine {
 public:
  explicit ThemedSvg(QByteArray svg) : svg_(std::move(svg)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const QPalette palette = QApplication::palette();
    const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
    const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText;
    QByteArray coloured = svg_;
    coloured.replace("currentColor", palette.color(group, role).name().toUtf8());
    QSvgRenderer(coloured).render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    if (size.isEmpty()) return pixmap;
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
  }

  QIconEngine* clone() const override { return new ThemedSvg(svg_); }

 private:
  QByteArray svg_;
};

}  // namespace

QIcon icon(const QString& name) {
  static const bool areThere = (initResources(), true);  // a static library's are not by themselves
  static_cast<void>(areThere);
  QFile file(QStringLiteral(":/attelier/icons/%1.svg").arg(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QIcon(new ThemedSvg(file.readAll()));
}

}  // namespace attelier::widgets
