#include "ui/dialogs/path_box.h"

#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

PathBox::PathBox(const QString& what, Choose choose, QWidget* parent)
    : QWidget(parent), what_(what), box_(new QComboBox(this)) {
  setAcceptDrops(true);
  box_->setEditable(true);
  box_->setCompleter(nullptr);
  box_->setInsertPolicy(QComboBox::NoInsert);
  box_->setFocusPolicy(Qt::StrongFocus);
  box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box_->setMinimumContentsLength(20);
  box_->setAccessibleName(what);
  box_->lineEdit()->setAccessibleName(what);
  box_->lineEdit()->setAcceptDrops(false);  // the whole box takes them, as a path instead of a text
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(box_, 1);
  if (choose != Choose::File) {
    addButton(layout, choose == Choose::Either ? tr("Folder…") : tr("Browse…"), true);
  }
  if (choose != Choose::Folder) {
    addButton(layout, choose == Choose::Either ? tr("File…") : tr("Browse…"), false);
  }
  connect(box_->lineEdit(), &QLineEdit::textChanged, this, &PathBox::edited);
}

void PathBox::addButton(QHBoxLayout* layout, const QString& text, bool folder) {
  auto* button = new QPushButton(text, this);
  button->setAutoDefault(false);
  button->setAccessibleName(folder ? tr("%1: choose a folder").arg(what_)
                                   : tr("%1: choose a file").arg(what_));
  button->setObjectName(folder ? u"browseFolder"_s : u"browseFile"_s);
  layout->addWidget(button);
  connect(button, &QPushButton::clicked, this, [this, folder] { choose(folder); });
}

QString PathBox::path() const {
  const QString text = box_->lineEdit()->text().trimmed();
  // No shell stands between this box and the engine.
  return text == u"~"_s || text.startsWith(u"~/"_s) ? QDir::homePath() + text.mid(1) : text;
}

void PathBox::setPath(const QString& path) { box_->setEditText(path); }

void PathBox::setPlaceholder(const QString& text) { box_->lineEdit()->setPlaceholderText(text); }

QWidget* PathBox::focusTarget() const { return box_; }

QLineEdit* PathBox::lineEdit() const { return box_->lineEdit(); }

void PathBox::setRecent(const QStringList& paths) {
  const QString typed = box_->lineEdit()->text();
  const QSignalBlocker quiet(box_->lineEdit());
  box_->clear();
  box_->addItems(paths);
  box_->setCurrentIndex(-1);
  box_->setEditText(typed);
}

void PathBox::choose(bool folder) {
  auto* dialog = new QFileDialog(window(), what_, path());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
  dialog->setOption(QFileDialog::ShowDirsOnly, folder);
  if (!folder && !filter_.isEmpty()) dialog->setNameFilters({filter_, tr("All files (*)")});
  connect(dialog, &QFileDialog::fileSelected, this, &PathBox::setPath);
  dialog->open();
}

void PathBox::dragEnterEvent(QDragEnterEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void PathBox::dropEvent(QDropEvent* event) {
  setPath(event->mimeData()->urls().constFirst().toLocalFile());
  event->acceptProposedAction();
}

}  // namespace attelier::ui
