#include "ui/clips/clip_delegate.h"

#include "ui/clips/clip_model.h"
#include "ui/clips/clip_pictures.h"
#include "ui/runs/sign.h"
#include "widgets/base/theme.h"

#include <QPainter>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kStillsKib = 64 << 10;

int gapOf(const QFontMetrics& metrics) { return std::max(3, metrics.height() / 4); }

int pictureHeight(const QFontMetrics& metrics, int tileWidth) {
  return (tileWidth - 2 * gapOf(metrics)) * 3 / 4;
}

/// The part of a frame that fills a rectangle without being distorted.
QRect covering(const QRect& frame, const QSize& rect) {
  const QSize size = rect.scaled(frame.size(), Qt::KeepAspectRatio);
  return {frame.x() + (frame.width() - size.width()) / 2,
          frame.y() + (frame.height() - size.height()) / 2, size.width(), size.height()};
}

/// Words on a dark ground, so that they can be read on any picture.
void drawBadge(QPainter& painter, const QPoint& bottomLeft, int width, const QFontMetrics& metrics,
               const QString& sign, const QString& words, const QColor& colour,
               const widgets::Theme& theme) {
  const int gap = gapOf(metrics);
  const int side = metrics.ascent();
  const int needed = side + 4 * gap + metrics.horizontalAdvance(words);
  const QRect badge(bottomLeft.x() + gap, bottomLeft.y() - metrics.height() - 2 * gap,
                    std::min(needed, width - 2 * gap), metrics.height() + gap);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.raised);
  painter.drawRoundedRect(badge, gap, gap);
  drawSign(painter, QRect(badge.left() + gap, badge.top(), side, badge.height()), sign, colour);
  painter.setPen(colour);
  const QRect text = badge.adjusted(side + 2 * gap, 0, -gap, 0);
  painter.drawText(text, Qt::AlignVCenter, metrics.elidedText(words, Qt::ElideRight, text.width()));
}

}  // namespace

ClipDelegate::ClipDelegate(ClipModel& model, ClipPictures& pictures, QObject* parent)
    : QStyledItemDelegate(parent), model_(model), pictures_(pictures), stills_(kStillsKib) {
  connect(&pictures, &ClipPictures::arrived, this, [this](qint64 clip) { stills_.remove(clip); });
}

void ClipDelegate::setPlaying(const QModelIndex& index, int frame) {
  playing_ = index;
  frame_ = frame;
}

int ClipDelegate::tileWidth(const QFontMetrics& metrics) { return metrics.height() * 17 / 2; }

int ClipDelegate::tileHeight(const QFontMetrics& metrics, int width) {
  return pictureHeight(metrics, width) + 2 * metrics.height() + 4 * gapOf(metrics);
}

QRect ClipDelegate::starRect(const QRect& tile, const QFontMetrics& metrics) {
  const int gap = gapOf(metrics);
  const int side = metrics.height() + 2 * gap;
  return {tile.right() - gap - side, tile.top() + 2 * gap, side, side};
}

QSize ClipDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  const int width = tileWidth(option.fontMetrics);
  return {width, tileHeight(option.fontMetrics, width)};
}

QPixmap ClipDelegate::frameOf(const ClipStrip& strip, int frame, const QSize& size, qreal ratio,
                              int radius) {
  QPixmap picture(size * ratio);
  picture.setDevicePixelRatio(ratio);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRect source = covering(strip.frame(frame), size);
  const QImage scaled = strip.picture.copy(source).scaled(size * ratio, Qt::IgnoreAspectRatio,
                                                          Qt::SmoothTransformation);
  QBrush brush(scaled);
  brush.setTransform(QTransform::fromScale(1 / ratio, 1 / ratio));
  painter.setPen(Qt::NoPen);
  painter.setBrush(brush);
  painter.drawRoundedRect(QRect(QPoint(), size), radius, radius);
  return picture;
}

void ClipDelegate::drawPicture(QPainter& painter, const QRect& rect,
                               const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const widgets::Theme& theme = widgets::Theme::of(option.palette);
  const run::ClipRow& clip = model_.clip(index.row());
  const int radius = gapOf(option.fontMetrics);
  const ClipStrip* strip = pictures_.find(clip, model_.probeOf(clip.id));
  if (strip == nullptr || strip->picture.isNull()) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.dark ? theme.raised : theme.grid);
    painter.drawRoundedRect(rect, radius, radius);
    const int inset = rect.height() / 3;
    const QString sign = clip.state == "unreadable" ? u"error"_s
                         : strip == nullptr         ? u"clock"_s
                                                    : u"clip"_s;
    drawSign(painter, rect.adjusted(inset, inset, -inset, -inset), sign, theme.mutedText);
    return;
  }
  const qreal ratio = painter.device()->devicePixelRatioF();
  if (index == playing_) {
    painter.drawPixmap(rect.topLeft(), frameOf(*strip, frame_, rect.size(), ratio, radius));
    if (strip->frames > 1) {
      // How far it is in the clip.
      const int height = std::max(2, rect.height() / 32);
      const int width = (rect.width() - 2 * radius) * (frame_ % strip->frames + 1) / strip->frames;
      painter.fillRect(QRect(rect.left() + radius, rect.bottom() - height + 1, width, height),
                       theme.accent);
    }
    return;
  }
  QPixmap* still = stills_.object(clip.id);
  if (still == nullptr || still->size() != rect.size() * ratio) {
    still = new QPixmap(frameOf(*strip, strip->frames / 2, rect.size(), ratio, radius));
    const int kib = still->width() * still->height() / 256;
    const QPixmap shown = *still;
    stills_.insert(clip.id, still, kib);
    painter.drawPixmap(rect.topLeft(), shown);
    return;
  }
  painter.drawPixmap(rect.topLeft(), *still);
}

void ClipDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  const QFontMetrics& metrics = option.fontMetrics;
  const widgets::Theme& theme = widgets::Theme::of(option.palette);
  const run::ClipRow& clip = model_.clip(index.row());
  const int gap = gapOf(metrics);
  const bool isSelected = option.state.testFlag(QStyle::State_Selected);
  const bool isHovered = option.state.testFlag(QStyle::State_MouseOver);
  const QRect tile = option.rect;
  painter->save();
  painter->setFont(option.font);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setRenderHint(QPainter::SmoothPixmapTransform);
  if (isSelected || isHovered) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(isSelected ? option.palette.color(QPalette::Highlight) : theme.grid);
    painter->drawRoundedRect(tile, gap, gap);
  }

  const QRect picture(tile.left() + gap, tile.top() + gap, tile.width() - 2 * gap,
                      pictureHeight(metrics, tile.width()));
  drawPicture(*painter, picture, option, index);
  if (clip.state != "ok") {
    const QColor colour = clip.state == "unreadable" ? theme.bad : theme.warning;
    drawBadge(*painter, picture.bottomLeft(), picture.width(), metrics, clipStateIcon(clip.state),
              clipStateText(clip.state), colour, theme);
  }

  const bool isProbe = model_.probeOf(clip.id) != nullptr;
  const bool isPending = pending_.contains(clip.id);
  if (isProbe || isPending || ((isHovered || isSelected) && clip.state != "unreadable")) {
    const QRect star = starRect(tile, metrics);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.raised);
    painter->drawEllipse(star);
    drawSign(*painter, star.adjusted(gap, gap, -gap, -gap),
             isPending ? u"clock"_s
             : isProbe ? u"star-filled"_s
                       : u"star"_s,
             isProbe && !isPending ? theme.warning : theme.text);
  }

  const QRect first(tile.left() + 2 * gap, picture.bottom() + gap, tile.width() - 4 * gap,
                    metrics.height());
  const QColor text = isSelected ? option.palette.color(QPalette::HighlightedText) : theme.text;
  painter->setPen(text);
  painter->drawText(first, Qt::AlignVCenter,
                    metrics.elidedText(model_.title(clip), Qt::ElideMiddle, first.width()));
  const auto* prediction = model_.predictionOf(clip.id);
  const bool isWrong = prediction != nullptr && clip.label >= 0 && prediction->top[0] >= 0 &&
                       prediction->top[0] != clip.label;
  // Below the name of its class the split says more.
  QString words =
      model_.isByClass() ? QString::fromStdString(clip.split) : model_.labelName(clip.label);
  if (isWrong) words += u" → "_s + model_.labelName(prediction->top[0]);
  painter->setPen(isSelected ? text : isWrong ? theme.bad : theme.mutedText);
  const QRect second = first.translated(0, metrics.height());
  painter->drawText(second, Qt::AlignVCenter,
                    metrics.elidedText(words, Qt::ElideRight, second.width()));

  if (option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(isSelected ? text : theme.accent, std::max(1, gap / 2)));
    painter->drawRoundedRect(tile.adjusted(1, 1, -1, -1), gap, gap);
  }
  painter->restore();
}

}  // namespace attelier::ui
