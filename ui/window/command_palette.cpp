#include "ui/window/command_palette.h"

#include "ui/window/command_model.h"
#include "ui/window/recent_runs.h"
#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QCoreApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QScreen>
#include <QSettings>
#include <QStyledItemDelegate>
#include <QTextLayout>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kRows = 12;
constexpr qsizetype kRemembered = 20;
const QString kRecentKey = u"palette/recent"_s;

/// A row: sign, name with the typed letters strong, where it is or why it can't be done, keys.
class CommandDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return {option.rect.width(), option.fontMetrics.height() * 7 / 4};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    QStyleOptionViewItem row = option;
    const auto& theme = widgets::Theme::of(option.palette);
    const bool isCurrent = option.state & QStyle::State_Selected;
    const bool isAvailable = index.data(CommandModel::AvailableRole).toBool();
    painter->save();
    if (isCurrent) painter->fillRect(option.rect, theme.accent);
    const QColor strong = isCurrent ? theme.accentText : isAvailable ? theme.text : theme.mutedText;
    const QColor muted = isCurrent ? theme.accentText : theme.mutedText;
    const int gap = option.fontMetrics.horizontalAdvance(u'n');
    const int baseline = option.rect.top() +
                         (option.rect.height() - option.fontMetrics.height()) / 2 +
                         option.fontMetrics.ascent();
    QRect rest = option.rect.adjusted(gap, 0, -gap, 0);

    const int side = option.fontMetrics.height();
    const QRect sign(rest.left(), rest.center().y() - side / 2, side, side);
    const auto mode = isCurrent ? QIcon::Selected : isAvailable ? QIcon::Normal : QIcon::Disabled;
    index.data(Qt::DecorationRole).value<QIcon>().paint(painter, sign, Qt::AlignCenter, mode);
    rest.setLeft(sign.right() + 1 + gap);

    const QString keys = index.data(CommandModel::ShortcutRole).toString();
    if (!keys.isEmpty()) {
      painter->setPen(muted);
      rest.setRight(rest.right() - option.fontMetrics.horizontalAdvance(keys));
      painter->drawText(rest.right(), baseline, keys);
      rest.setRight(rest.right() - 2 * gap);
    }
    rest.setLeft(drawName(painter, option, index, rest, baseline, strong) + 2 * gap);
    const QString aside = isAvailable
                              ? index.data(CommandModel::PathRole).toString()
                              : index.data(CommandModel::TipRole).toString().section(u'\n', 0, 0);
    painter->setPen(muted);
    painter->drawText(rest.left(), baseline,
                      option.fontMetrics.elidedText(aside, Qt::ElideRight, rest.width()));
    painter->restore();
  }

 private:
  /// Returns the right end of the name.
  static int drawName(QPainter* painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index, const QRect& rect, int baseline,
                      const QColor& colour) {
    const QString full = index.data().toString();
    const QString text = option.fontMetrics.elidedText(full, Qt::ElideRight, rect.width());
    QList<QTextLayout::FormatRange> formats;
    for (const auto at : index.data(CommandModel::PositionsRole).value<QList<qsizetype>>()) {
      if (at >= text.size() || text[at] != full[at]) continue;
      QTextCharFormat strong;
      strong.setFontWeight(QFont::Bold);
      strong.setFontUnderline(true);
      formats << QTextLayout::FormatRange{static_cast<int>(at), 1, strong};
    }
    QTextLayout layout(text, option.font);
    layout.setFormats(formats);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(1e6);
    layout.endLayout();
    painter->setPen(colour);
    layout.draw(painter, QPointF(rect.left(), baseline - line.ascent()));
    return rect.left() + qRound(line.naturalTextWidth());
  }
};

}  // namespace

CommandPalette::CommandPalette(QWidget* window, RecentRuns* runs)
    : QDialog(window, Qt::Dialog | Qt::FramelessWindowHint),
      window_(window),
      runs_(runs),
      model_(new CommandModel(this)),
      filter_(new CommandFilter(this)),
      line_(new QLineEdit),
      list_(new QListView),
      tip_(new QLabel) {
  setObjectName(u"command-palette"_s);
  setWindowTitle(tr("Commands"));
  filter_->setSourceModel(model_);

  line_->setPlaceholderText(tr("Type the name of a command or a run"));
  line_->setAccessibleName(tr("Name of a command or a run"));
  line_->setClearButtonEnabled(true);
  line_->addAction(widgets::icon(u"search"_s), QLineEdit::LeadingPosition);
  line_->installEventFilter(this);
  list_->setModel(filter_);
  list_->setItemDelegate(new CommandDelegate(list_));
  list_->setUniformItemSizes(true);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setMouseTracking(true);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Commands"));
  tip_->setWordWrap(true);
  tip_->setForegroundRole(QPalette::PlaceholderText);
  tip_->setTextFormat(Qt::PlainText);

  auto* rows = new QVBoxLayout(this);
  rows->addWidget(line_);
  rows->addWidget(list_, 1);
  rows->addWidget(tip_);

  connect(line_, &QLineEdit::textChanged, this, [this](const QString& typed) {
    filter_->setTyped(typed);
    list_->setCurrentIndex(filter_->index(0, 0));
    list_->scrollToTop();
    describe();
  });
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &CommandPalette::describe);
  connect(filter_, &QAbstractItemModel::dataChanged, this, &CommandPalette::describe);
  connect(list_, &QListView::clicked, this, &CommandPalette::choose);
  connect(list_, &QListView::entered, list_,
          [this](const QModelIndex& index) { list_->setCurrentIndex(index); });
}

void CommandPalette::summon() {
  if (!isVisible()) gather();
  line_->clear();
  filter_->setTyped({});
  list_->setCurrentIndex(filter_->index(0, 0));
  list_->scrollToTop();
  describe();
  place();
  show();
  raise();
  activateWindow();
  line_->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::gather() {
  QList<CommandModel::Thing> things;
  if (runs_ != nullptr) {
    for (const auto& entry : runs_->entries()) {
      things << CommandModel::Thing{
          u"run:"_s + entry.path,
          entry.name,
          tr("Recent run"),
          entry.isThere ? entry.path : tr("%1 is not there any more").arg(entry.path),
          entry.isThere,
          [runs = runs_, path = entry.path] { runs->choose(path); }};
    }
  }
  model_->offer(actionsOf(window_), things);
  filter_->setRecent(QSettings().value(kRecentKey).toStringList());
}

void CommandPalette::place() {
  const int em = fontMetrics().horizontalAdvance(u'M');
  const QRect window(window_->mapToGlobal(QPoint()), window_->size());
  const int rowHeight = fontMetrics().height() * 7 / 4;
  const int height = kRows * rowHeight + fontMetrics().height() * 7;
  resize(std::clamp(window.width() * 3 / 5, 32 * em, 56 * em),
         std::min(height, std::max(window.height() * 4 / 5, 6 * rowHeight)));
  move(window.center().x() - width() / 2, window.top() + window.height() / 10);
}

void CommandPalette::describe() {
  const QModelIndex current = list_->currentIndex();
  if (!current.isValid()) {
    tip_->setText(tr("Nothing here is called “%1”.").arg(line_->text()));
    line_->setAccessibleDescription(tip_->text());
    return;
  }
  tip_->setText(current.data(CommandModel::TipRole).toString());
  // The focus stays in the line: what Up and Down chose is told there.
  line_->setAccessibleDescription(current.data(Qt::AccessibleTextRole).toString());
}

void CommandPalette::choose(const QModelIndex& index) {
  if (!index.isValid() || !index.data(CommandModel::AvailableRole).toBool()) return;
  const QString id = index.data(CommandModel::IdRole).toString();
  QSettings settings;
  QStringList recent = settings.value(kRecentKey).toStringList();
  recent.removeAll(id);
  recent.prepend(id);
  settings.setValue(kRecentKey, QStringList(recent.mid(0, kRemembered)));
  const QModelIndex source = filter_->mapToSource(index);
  accept();
  model_->run(source);
}

bool CommandPalette::event(QEvent* event) {
  if (event->type() == QEvent::WindowDeactivate && isVisible()) reject();
  return QDialog::event(event);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == line_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
      case Qt::Key_Up:
      case Qt::Key_Down: {
        const int count = filter_->rowCount();
        if (count == 0) return true;
        const int step = key->key() == Qt::Key_Down ? 1 : count - 1;
        list_->setCurrentIndex(filter_->index((list_->currentIndex().row() + step) % count, 0));
        return true;
      }
      case Qt::Key_PageUp:
      case Qt::Key_PageDown:
        QCoreApplication::sendEvent(list_, event);
        return true;
      case Qt::Key_Return:
      case Qt::Key_Enter:
        choose(list_->currentIndex());
        return true;
      default:
        break;
    }
  }
  return QDialog::eventFilter(watched, event);
}

void CommandPalette::paintEvent(QPaintEvent* event) {
  QDialog::paintEvent(event);
  QPainter painter(this);
  painter.setPen(widgets::Theme::of(palette()).border);
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace attelier::ui
