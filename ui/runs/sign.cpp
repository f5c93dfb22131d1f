#include "ui/runs/sign.h"

#include "widgets/base/icon.h"

#include <QPainter>
#include <QPixmapCache>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

void drawSign(QPainter& painter, const QRect& rect, const QString& name, const QColor& colour) {
  const int side = std::min(rect.width(), rect.height());
  const qreal ratio = painter.device()->devicePixelRatioF();
  const QString key =
      u"sign/%1/%2/%3/%4"_s.arg(name).arg(side).arg(ratio).arg(colour.rgba(), 0, 16);
  QPixmap picture;
  if (!QPixmapCache::find(key, &picture)) {
    picture = widgets::icon(name).pixmap(QSize(side, side), ratio);
    if (picture.isNull()) return;
    QPainter tint(&picture);
    tint.setCompositionMode(QPainter::CompositionMode_SourceIn);
    tint.fillRect(picture.rect(), colour);
    tint.end();
    QPixmapCache::insert(key, picture);
  }
  painter.drawPixmap(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2,
                     side, side, picture);
}

}  // namespace attelier::ui
