#include "ui/window/shortcuts_dialog.h"

#include "ui/window/shortcut_store.h"
#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShowEvent>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

enum Column { kName, kKeys, kColumns };
constexpr int kEntryRole = Qt::UserRole + 1;  // index of the action, on both columns
constexpr int kSearchRole = Qt::UserRole + 2;

QString keysText(const QList<QKeySequence>& shortcuts) {
  QStringList texts;
  for (const auto& shortcut : shortcuts) {
    if (!shortcut.isEmpty()) texts << shortcut.toString(QKeySequence::NativeText);
  }
  return texts.join(u", "_s);
}

QString bareName(const QAction* action) { return plainText(action->text()).remove(u'…'); }

bool isChanged(const QAction* action) { return action->shortcuts() != defaultShortcuts(action); }

}  // namespace

ShortcutsDialog::ShortcutsDialog(QWidget* window)
    : QDialog(window),
      window_(window),
      model_(new QStandardItemModel(0, kColumns, this)),
      filter_(new QSortFilterProxyModel(this)),
      search_(new QLineEdit),
      tree_(new QTreeView),
      name_(new QLabel),
      keys_(new QKeySequenceEdit),
      none_(new QPushButton(tr("&No shortcut"))),
      reset_(new QPushButton(tr("As it &came"))),
      resetAll_(new QPushButton(tr("Reset &all"))),
      answer_(new QLabel) {
  setObjectName(u"shortcuts"_s);
  setWindowTitle(tr("Shortcuts"));
  model_->setHorizontalHeaderLabels({tr("Command"), tr("Shortcut")});
  filter_->setSourceModel(model_);
  filter_->setRecursiveFilteringEnabled(true);
  filter_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  filter_->setFilterRole(kSearchRole);

  search_->setPlaceholderText(tr("Search commands and keys"));
  search_->setAccessibleName(tr("Search commands and keys"));
  search_->setClearButtonEnabled(true);
  search_->addAction(widgets::icon(u"search"_s), QLineEdit::LeadingPosition);
  tree_->setModel(filter_);
  tree_->setAccessibleName(tr("Commands and their shortcuts"));
  tree_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  tree_->setAllColumnsShowFocus(true);
  tree_->setExpandsOnDoubleClick(false);
  tree_->setUniformRowHeights(true);
  tree_->header()->setStretchLastSection(false);
  tree_->header()->setSectionResizeMode(kName, QHeaderView::Stretch);
  tree_->header()->setSectionResizeMode(kKeys, QHeaderView::ResizeToContents);
  tree_->installEventFilter(this);
  keys_->installEventFilter(this);
  name_->setBuddy(keys_);
  name_->setTextFormat(Qt::PlainText);
  keys_->setAccessibleName(tr("New shortcut of the chosen command"));
  keys_->setToolTip(tr("Press the keys"));
  none_->setToolTip(tr("The command keeps its place in menus and palette"));
  reset_->setToolTip(tr("The shortcut that the program comes with"));
  resetAll_->setToolTip(tr("All shortcuts as the program comes with them"));
  for (auto* button : {none_, reset_, resetAll_}) button->setAutoDefault(false);
  answer_->setWordWrap(true);
  answer_->setTextFormat(Qt::PlainText);
  answer_->setMinimumHeight(answer_->fontMetrics().height());

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
  buttons->button(QDialogButtonBox::Close)->setAutoDefault(false);
  buttons->addButton(resetAll_, QDialogButtonBox::ResetRole);
  auto* line = new QHBoxLayout;
  line->addWidget(name_);
  line->addWidget(keys_, 1);
  line->addWidget(none_);
  line->addWidget(reset_);
  auto* rows = new QVBoxLayout(this);
  rows->addWidget(search_);
  rows->addWidget(tree_, 1);
  rows->addLayout(line);
  rows->addWidget(answer_);
  rows->addWidget(buttons);
  const int em = fontMetrics().horizontalAdvance(u'M');
  resize(48 * em, 44 * em);

  connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
    filter_->setFilterFixedString(text.trimmed());
    tree_->expandAll();
    if (!currentAction().isValid()) {
      const QModelIndex group = filter_->index(0, 0);
      tree_->setCurrentIndex(filter_->index(0, 0, group));
    }
    present();
  });
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
    tell({}, false);
    present();
  });
  connect(tree_, &QTreeView::doubleClicked, keys_, qOverload<>(&QWidget::setFocus));
  connect(keys_, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence& keys) {
    // One press is a shortcut; a second would wait for the first to time out.
    if (keys.count() > 1) {
      keys_->setKeySequence(QKeySequence(keys[static_cast<uint>(keys.count() - 1)]));
    }
  });
  connect(keys_, &QKeySequenceEdit::editingFinished, this, &ShortcutsDialog::take);
  connect(none_, &QPushButton::clicked, this, [this] {
    if (const MenuAction* entry = current()) setShortcut(*entry, {});
    refresh();
  });
  connect(reset_, &QPushButton::clicked, this, [this] {
    const MenuAction* entry = current();
    if (entry == nullptr) return;
    for (const auto& shortcut : defaultShortcuts(entry->action)) {
      const QString owner = shortcutOwner(window_, entry->action, shortcut);
      if (owner.isEmpty()) continue;
      tell(tr("%1 belongs to “%2”; take it from there first.")
               .arg(shortcut.toString(QKeySequence::NativeText), owner),
           true);
      return;
    }
    resetShortcut(*entry);
    refresh();
  });
  connect(resetAll_, &QPushButton::clicked, this, [this] {
    for (const auto& entry : std::as_const(entries_)) resetShortcut(entry);
    refresh();
    tell(tr("All shortcuts are as they came."), false);
  });
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ShortcutsDialog::summon() {
  show();
  raise();
  activateWindow();
  search_->setFocus();
}

void ShortcutsDialog::showEvent(QShowEvent* event) {
  if (!event->spontaneous()) {
    gather();
    search_->clear();
    tell({}, false);
  }
  QDialog::showEvent(event);
}

void ShortcutsDialog::gather() {
  applyStoredShortcuts(window_);
  entries_ = actionsOf(window_);
  model_->removeRows(0, model_->rowCount());
  QHash<QString, QStandardItem*> groups;
  for (int i = 0; i < entries_.size(); ++i) {
    const auto& [action, menus] = entries_[i];
    const QString group = menus.isEmpty() ? tr("Panes") : menus.join(u" › "_s);
    QStandardItem*& parent = groups[group];
    if (parent == nullptr) {
      parent = new QStandardItem(group);
      QFont font = parent->font();
      font.setBold(true);
      parent->setFont(font);
      auto* empty = new QStandardItem;
      for (auto* item : {parent, empty}) item->setFlags(Qt::ItemIsEnabled);
      model_->appendRow({parent, empty});
    }
    auto* name = new QStandardItem(action->icon(), plainText(action->text()));
    auto* keys = new QStandardItem;
    for (auto* item : {name, keys}) {
      item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
      item->setData(i, kEntryRole);
      item->setToolTip(actionTip(action));
    }
    parent->appendRow({name, keys});
  }
  refresh();
  tree_->expandAll();
  for (int row = 0; row < filter_->rowCount(); ++row) tree_->setFirstColumnSpanned(row, {}, true);
  tree_->setCurrentIndex(filter_->index(0, 0, filter_->index(0, 0)));
}

void ShortcutsDialog::refresh() {
  for (int group = 0; group < model_->rowCount(); ++group) {
    const QStandardItem* parent = model_->item(group);
    for (int row = 0; row < parent->rowCount(); ++row) {
      QStandardItem* name = parent->child(row, kName);
      QStandardItem* keys = parent->child(row, kKeys);
      const QAction* action = entries_[name->data(kEntryRole).toInt()].action;
      const QString text = keysText(action->shortcuts());
      QFont font = tree_->font();
      font.setBold(isChanged(action));
      keys->setFont(font);
      keys->setText(text);
      name->setData(QString(name->text() + u' ' + parent->text() + u' ' + text), kSearchRole);
    }
  }
  present();
}

QModelIndex ShortcutsDialog::currentAction() const {
  const QModelIndex index = tree_->currentIndex();
  return index.data(kEntryRole).isValid() ? index : QModelIndex();
}

const MenuAction* ShortcutsDialog::current() const {
  const QModelIndex index = currentAction();
  return index.isValid() ? &entries_[index.data(kEntryRole).toInt()] : nullptr;
}

void ShortcutsDialog::present() {
  const MenuAction* entry = current();
  for (QWidget* widget : {static_cast<QWidget*>(keys_), static_cast<QWidget*>(none_),
                          static_cast<QWidget*>(reset_)}) {
    widget->setEnabled(entry != nullptr);
  }
  name_->setText(entry != nullptr ? tr("%1:").arg(bareName(entry->action))
                                  : tr("Choose a command"));
  const QSignalBlocker blocker(keys_);
  keys_->setKeySequence(entry != nullptr ? entry->action->shortcut() : QKeySequence());
  if (entry != nullptr) {
    reset_->setEnabled(isChanged(entry->action));
    none_->setEnabled(!entry->action->shortcut().isEmpty());
  }
  bool isAnyChanged = false;
  for (const auto& each : std::as_const(entries_)) isAnyChanged |= isChanged(each.action);
  resetAll_->setEnabled(isAnyChanged);
}

void ShortcutsDialog::take() {
  const MenuAction* entry = current();
  const QKeySequence wanted = keys_->keySequence();
  if (entry == nullptr || wanted.isEmpty() || wanted == entry->action->shortcut()) return;
  const QString keys = wanted.toString(QKeySequence::NativeText);
  const QString owner = shortcutOwner(window_, entry->action, wanted);
  if (!owner.isEmpty()) {
    present();
    tell(tr("%1 belongs to “%2”; take it from there first.").arg(keys, owner), true);
    return;
  }
  setShortcut(*entry, wanted);
  refresh();
  tell(tr("%1 is now “%2”.").arg(keys, bareName(entry->action)), false);
}

void ShortcutsDialog::tell(const QString& text, bool isRefusal) {
  QPalette colours = palette();
  const auto& theme = widgets::Theme::of(colours);
  colours.setColor(QPalette::WindowText, isRefusal ? theme.bad : theme.text);
  answer_->setPalette(colours);
  answer_->setText(text);
  keys_->setAccessibleDescription(text);
}

bool ShortcutsDialog::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  const auto modifiers = static_cast<QKeyEvent*>(event)->modifiers();
  if (watched == tree_ && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_F2)) {
    if (current() != nullptr) keys_->setFocus(Qt::OtherFocusReason);
    return true;
  }
  // Esc leaves the field; it is no shortcut, as it closes what is open everywhere.
  if (watched == keys_ && key == Qt::Key_Escape && modifiers == Qt::NoModifier) {
    present();
    tree_->setFocus(Qt::OtherFocusReason);
    return true;
  }
  return QDialog::eventFilter(watched, event);
}

}  // namespace attelier::ui
