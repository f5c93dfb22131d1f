#include "ui/runs/run_list_delegate.h"

#include "ui/runs/run_list_model.h"
#include "ui/runs/run_texts.h"
#include "ui/runs/sign.h"
#include "widgets/base/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>
#include <QStyle>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// Colours and measures of one cell.
struct Cell {
  QPainter* painter;
  const QStyleOptionViewItem& option;
  const widgets::Theme& theme;
  QFontMetrics metrics;
  int gap;

  bool isSelected() const { return option.state.testFlag(QStyle::State_Selected); }
  QColor text() const {
    return option.palette.color(isSelected() ? QPalette::HighlightedText : QPalette::Text);
  }
  QColor muted() const { return isSelected() ? text() : theme.mutedText; }
  QColor meaning(const QColor& colour) const { return isSelected() ? text() : colour; }

  void write(const QRect& rect, const QString& words, const QColor& colour,
             Qt::Alignment align = Qt::AlignLeft) const {
    painter->setPen(colour);
    painter->drawText(rect, static_cast<int>(align | Qt::AlignVCenter),
                      metrics.elidedText(words, Qt::ElideRight, rect.width()));
  }
  /// A sign of the height of a line; gives what is left of the rectangle.
  QRect sign(const QRect& rect, const QString& name, const QColor& colour) const {
    const int side = metrics.ascent();
    const QRect at(rect.left(), rect.center().y() - side / 2, side, side);
    drawSign(*painter, at, name, colour);
    return rect.adjusted(side + gap, 0, 0, 0);
  }
};

void drawThumbnail(const Cell& cell, const QRect& rect, const RunEntry& entry) {
  QPainterPath shape;
  shape.addRoundedRect(rect, cell.gap, cell.gap);
  cell.painter->save();
  cell.painter->setRenderHint(QPainter::Antialiasing);
  cell.painter->setRenderHint(QPainter::SmoothPixmapTransform);
  cell.painter->setClipPath(shape);
  cell.painter->fillRect(rect, cell.theme.grid);
  if (!entry.thumbnail.isNull()) {
    const QImage& picture = entry.thumbnail;
    const int side = std::min(picture.width(), picture.height());
    cell.painter->drawImage(
        rect, picture,
        QRect((picture.width() - side) / 2, (picture.height() - side) / 2, side, side));
  } else {
    const int inset = rect.width() / 4;
    drawSign(*cell.painter, rect.adjusted(inset, inset, -inset, -inset),
             entry.problem.isEmpty() ? u"film"_s : u"error"_s, cell.theme.mutedText);
  }
  cell.painter->restore();
}

void drawBar(const Cell& cell, const QRect& rect, const RunEntry& entry) {
  const double share = progressOf(entry);
  if (share < 0) return;
  const double radius = rect.height() / 2.0;
  cell.painter->save();
  cell.painter->setRenderHint(QPainter::Antialiasing);
  cell.painter->setPen(Qt::NoPen);
  QColor ground = cell.isSelected() ? cell.text() : cell.theme.mutedText;
  ground.setAlphaF(0.25F);
  cell.painter->setBrush(ground);
  cell.painter->drawRoundedRect(rect, radius, radius);
  QRectF done(rect);
  done.setWidth(std::max<double>(rect.height(), rect.width() * share));
  cell.painter->setBrush(cell.meaning(stateColor(entry, cell.theme)));
  if (share > 0) cell.painter->drawRoundedRect(done, radius, radius);
  cell.painter->restore();
}

/// Stars from the right; gives what is left of the rectangle.
QRect drawStars(const Cell& cell, const QRect& rect, int stars, bool fromRight) {
  const int side = cell.metrics.ascent();
  QRect left = rect;
  for (int i = 0; i < stars; ++i) {
    const QRect at =
        fromRight ? QRect(left.right() - side + 1, left.top(), side, left.height()) : left;
    cell.sign(at, u"star-filled"_s, cell.meaning(cell.theme.warning));
    left = fromRight ? left.adjusted(0, 0, -side, 0) : left.adjusted(side, 0, 0, 0);
  }
  return left.adjusted(0, 0, fromRight && stars > 0 ? -cell.gap : 0, 0);
}

void drawState(const Cell& cell, const QRect& rect, const RunEntry& entry, const QString& words) {
  const QColor colour = cell.meaning(stateColor(entry, cell.theme));
  cell.write(cell.sign(rect, stateIcon(entry), colour), words, colour);
}

QString joined(const QStringList& parts) {
  QStringList there;
  for (const QString& part : parts) {
    if (!part.isEmpty()) there << part;
  }
  return there.join(u"  ·  "_s);
}

}  // namespace

void RunListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                            const QModelIndex& index) const {
  const auto entry = index.data(RunListModel::EntryRole).value<RunEntryPointer>();
  QStyleOptionViewItem option = given;
  initStyleOption(&option, index);
  const QWidget* view = option.widget;
  QStyle* style = view != nullptr ? view->style() : QApplication::style();
  option.text.clear();
  option.icon = {};
  style->drawControl(QStyle::CE_ItemViewItem, &option, painter, view);
  if (entry == nullptr) return;

  painter->save();
  painter->setFont(option.font);
  const QFontMetrics metrics(option.font);
  const int gap = std::max(3, metrics.height() / 4);
  const Cell cell{painter, option, widgets::Theme::of(option.palette), metrics, gap};
  const QRect inner = option.rect.adjusted(gap, gap, -gap, -gap);
  const QString words = index.data(Qt::DisplayRole).toString();
  const int line = metrics.height();
  switch (index.column()) {
    case RunListModel::Name: {
      const int side = inner.height();
      drawThumbnail(cell, QRect(inner.topLeft(), QSize(side, side)), *entry);
      const QRect beside = inner.adjusted(side + 2 * gap, 0, 0, 0);
      const auto lineAt = [&](int number, int count) {
        const int top = beside.top() + (beside.height() - count * line) / 2 + number * line;
        return QRect(beside.left(), top, beside.width(), line);
      };
      const int lines = isCompact_ ? 3 : 2;
      QFont bold = option.font;
      bold.setWeight(entry->path == openRun_ ? QFont::Bold : QFont::DemiBold);
      const QRect first = isCompact_ ? drawStars(cell, lineAt(0, lines), entry->notes.stars, true)
                                     : lineAt(0, lines);
      painter->setFont(bold);
      const Cell boldCell{painter, option, cell.theme, QFontMetrics(bold), gap};
      boldCell.write(first, words, entry->isMissing ? cell.muted() : cell.text());
      painter->setFont(option.font);
      const QString what = entry->problem.isEmpty()
                               ? joined({entry->isSearch() ? entry->data() : tr("evaluation"),
                                         entry->isSnapshot ? tr("one file") : QString(),
                                         entry->path == openRun_ ? tr("open here") : QString()})
                               : entry->problem;
      if (!isCompact_) {
        cell.write(lineAt(1, lines), what, cell.muted());
      } else if (!entry->problem.isEmpty()) {
        drawState(cell, lineAt(1, lines), *entry, stateText(*entry));
        cell.write(lineAt(2, lines), what, cell.muted());
      } else {
        drawState(cell, lineAt(1, lines), *entry,
                  joined({stateText(*entry), progressText(*entry)}));
        cell.write(lineAt(2, lines),
                   joined({bestText(*entry), ageText(entry->info.created, run::now()), what}),
                   cell.muted());
      }
      break;
    }
    case RunListModel::State:
      drawState(cell, inner, *entry, words);
      break;
    case RunListModel::Progress: {
      const int bar = std::max(3, line / 5);
      QRect upper(inner.left(), inner.center().y() - (line + bar + gap) / 2, inner.width(), line);
      cell.write(upper, words, cell.text(), Qt::AlignRight);
      drawBar(cell, QRect(inner.left(), upper.bottom() + gap, inner.width(), bar), *entry);
      break;
    }
    case RunListModel::Stars:
      drawStars(cell, inner, entry->notes.stars, false);
      break;
    case RunListModel::Tags:
    case RunListModel::Age:
      cell.write(inner, words, cell.muted());
      break;
    case RunListModel::Size:
      cell.write(inner, words, cell.muted(), Qt::AlignRight);
      break;
    default:
      cell.write(inner, words, cell.text());
  }
  painter->restore();
}

QSize RunListDelegate::sizeHint(const QStyleOptionViewItem& given, const QModelIndex& index) const {
  QStyleOptionViewItem option = given;
  initStyleOption(&option, index);
  const QFontMetrics metrics(option.font);
  const int gap = std::max(3, metrics.height() / 4);
  const int lines = isCompact_ ? 3 : 2;
  const int height = lines * metrics.height() + 3 * gap;
  const int side = metrics.ascent();
  switch (index.column()) {
    case RunListModel::Name:
      return {metrics.averageCharWidth() * 28 + height, height};
    case RunListModel::State:
      return {metrics.horizontalAdvance(option.text) + side + 4 * gap, height};
    case RunListModel::Stars:
      return {5 * side + 3 * gap, height};
    default:
      return {metrics.horizontalAdvance(option.text) + 3 * gap, height};
  }
}

void RunListDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                           const QModelIndex&) const {
  const QFontMetrics metrics(option.font);
  const int gap = std::max(3, metrics.height() / 4);
  const int side = option.rect.height() - 2 * gap;
  const int height = std::min(editor->sizeHint().height(), option.rect.height());
  editor->setGeometry(option.rect.left() + side + 2 * gap, option.rect.top() + gap / 2,
                      option.rect.width() - side - 3 * gap, height);
}

}  // namespace attelier::ui
