#include "ui/clips/clip_delegate.h"

#include "ui/clips/clip_model.h"
#include "ui/clips/clip_pictures.h"
#include "ui/runs/sign.h"
#include "widgets/base/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

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
    : QStyledItemDelegate(parent), model_(model), pictures_(pictures) {}

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

void ClipDelegate::drawPicture(QPainter& painter, const QRect& rect,
                               const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const widgets::Theme& theme = widgets::Theme::of(option.palette);
  const run::ClipRow& clip = model_.clip(index.row());
  const ClipStrip* strip = pictures_.find(clip, model_.probeOf(clip.id));
  painter.fillRect(rect, theme.dark ? theme.raised : theme.grid);
  if (strip != nullptr && !strip->picture.isNull()) {
    const int frame = index == playing_ ? frame_ : strip->frames / 2;
    painter.drawImage(rect, strip->picture, covering(strip->frame(frame), rect.size()));
    if (index == playing_ && strip->frames > 1) {
      // How far it is in the clip.
      const int height = std::max(2, rect.height() / 32);
      const int width = rect.width() * (frame % strip->frames + 1) / strip->frames;
      painter.fillRect(QRect(rect.left(), rect.bottom() - height + 1, width, height), theme.accent);
    }
    return;
  }
  const int inset = rect.height() / 3;
  const QString sign = clip.state == "unreadable" ? u"error"_s
                       : strip == nullptr         ? u"clock"_s
                                                  : u"clip"_s;
  drawSign(painter, rect.adjusted(inset, inset, -inset, -inset), sign, theme.mutedText);
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
  QPainterPath rounded;
  rounded.addRoundedRect(picture, gap, gap);
  painter->save();
  painter->setClipPath(rounded);
  drawPicture(*painter, picture, option, index);
  if (clip.state != "ok") {
    const QColor colour = clip.state == "unreadable" ? theme.bad : theme.warning;
    drawBadge(*painter, picture.bottomLeft(), picture.width(), metrics, clipStateIcon(clip.state),
              clipStateText(clip.state), colour, theme);
  }
  painter->restore();

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
  const bool isWrong =
      prediction != nullptr && prediction->top[0] >= 0 && prediction->top[0] != clip.label;
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
