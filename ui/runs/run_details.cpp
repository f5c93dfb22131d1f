#include "ui/runs/run_details.h"

#include "ui/runs/run_texts.h"
#include "ui/runs/star_rating.h"
#include "widgets/base/icon.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kIdleMs = 1500;

QString tagsOf(const RunEntry& entry) {
  QStringList tags;
  for (const std::string& tag : entry.notes.tags) tags << QString::fromStdString(tag);
  return tags.join(u", "_s);
}

std::vector<std::string> tagsFrom(const QString& text) {
  std::vector<std::string> tags;
  for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
    const std::string tag = part.simplified().toStdString();
    const bool isNew = std::find(tags.begin(), tags.end(), tag) == tags.end();
    if (!tag.empty() && isNew) tags.push_back(tag);
  }
  return tags;
}

}  // namespace

RunDetails::RunDetails(QWidget* parent)
    : QWidget(parent),
      name_(new QLineEdit),
      stars_(new StarRating),
      about_(new QLabel),
      tags_(new QLineEdit),
      notes_(new QPlainTextEdit),
      step_(new QSpinBox),
      reference_(new QPushButton(widgets::icon(u"pin"_s), tr("Use as Reference"))) {
  const int line = fontMetrics().height();
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  auto* first = new QHBoxLayout;
  first->addWidget(name_, 1);
  first->addWidget(stars_);
  rows->addLayout(first);
  rows->addWidget(about_);
  rows->addWidget(tags_);
  rows->addWidget(notes_);
  auto* last = new QHBoxLayout;
  auto* stepLabel = new QLabel(tr("S&tep"));
  stepLabel->setBuddy(step_);
  last->addWidget(stepLabel);
  last->addWidget(step_, 1);
  last->addWidget(reference_);
  rows->addLayout(last);

  name_->setAccessibleName(tr("Name of the run"));
  about_->setWordWrap(true);
  about_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  about_->setAccessibleName(tr("About the run"));
  tags_->setPlaceholderText(tr("Tags, separated by commas"));
  tags_->setAccessibleName(tr("Tags"));
  notes_->setPlaceholderText(tr("Notes"));
  notes_->setAccessibleName(tr("Notes"));
  notes_->setTabChangesFocus(true);
  notes_->setFixedHeight(line * 4);
  notes_->installEventFilter(this);
  step_->setAccessibleName(tr("Step to compare with"));
  step_->setGroupSeparatorShown(true);
  step_->setMinimum(0);

  connect(name_, &QLineEdit::editingFinished, this, [this] {
    const std::string name = name_->text().trimmed().toStdString();
    if (!entry_ || !name_->isModified()) return;
    name_->setModified(false);
    Q_EMIT notesEdited(entry_, [name](run::UserNotes& notes) { notes.name = name; });
  });
  connect(tags_, &QLineEdit::editingFinished, this, [this] {
    if (!entry_ || !tags_->isModified()) return;
    tags_->setModified(false);
    Q_EMIT notesEdited(
        entry_, [tags = tagsFrom(tags_->text())](run::UserNotes& notes) { notes.tags = tags; });
  });
  connect(stars_, &StarRating::rated, this, [this](int stars) {
    if (entry_) Q_EMIT notesEdited(entry_, [stars](run::UserNotes& notes) { notes.stars = stars; });
  });
  saving_.setSingleShot(true);
  saving_.setInterval(kIdleMs);
  connect(&saving_, &QTimer::timeout, this, &RunDetails::saveNotes);
  connect(notes_, &QPlainTextEdit::textChanged, this, [this] {
    if (notes_->document()->isModified()) saving_.start();
  });
  connect(reference_, &QPushButton::clicked, this, [this] {
    if (entry_) Q_EMIT stepChosen(entry_, step_->value());
  });
  fill();
}

RunDetails::~RunDetails() { saveNotes(); }

void RunDetails::focusName() {
  name_->setFocus(Qt::ShortcutFocusReason);
  name_->selectAll();
}

void RunDetails::setEntry(const RunEntryPointer& entry) {
  if (entry == entry_) return;
  const bool isOther = !entry || !entry_ || entry->path != entry_->path;
  if (isOther) {
    saveNotes();
    for (QLineEdit* edit : {name_, tags_}) {
      if (edit->isModified()) Q_EMIT edit->editingFinished();
      edit->setModified(false);
    }
    notes_->document()->setModified(false);
  }
  entry_ = entry;
  if (isOther && entry_) {
    step_->setMaximum(static_cast<int>(
        std::min<std::int64_t>(entry_->status.step, std::numeric_limits<int>::max())));
    step_->setValue(step_->maximum());
  }
  fill();
}

void RunDetails::setReferenceProblem(const QString& why) {
  if (why == referenceProblem_) return;
  referenceProblem_ = why;
  fill();
}

void RunDetails::fill() {
  setEnabled(entry_ != nullptr);
  const RunEntry none;
  const RunEntry& entry = entry_ ? *entry_ : none;
  const bool canWrite = entry_ && entry.isWritable && entry.notesProblem.isEmpty();
  if (!name_->isModified()) name_->setText(QString::fromStdString(entry.notes.name));
  name_->setPlaceholderText(entry_ ? entry.name() : tr("Nothing is chosen"));
  if (!tags_->isModified()) tags_->setText(tagsOf(entry));
  const QString notes = QString::fromStdString(entry.notes.notes);
  if (!notes_->document()->isModified() && notes_->toPlainText() != notes) {
    const QSignalBlocker blocker(notes_);
    notes_->setPlainText(notes);
  }
  stars_->setStars(entry.notes.stars);
  for (QLineEdit* edit : {name_, tags_}) edit->setReadOnly(!canWrite);
  notes_->setReadOnly(!canWrite);
  stars_->setEnabled(canWrite);
  step_->setMaximum(
      static_cast<int>(std::min<std::int64_t>(entry.status.step, std::numeric_limits<int>::max())));

  QStringList about;
  if (entry_ && !entry.problem.isEmpty()) about << entry.problem;
  if (entry_ && !entry.notesProblem.isEmpty()) {
    about << tr("Its notes can't be read: %1").arg(entry.notesProblem);
  }
  if (entry_ && entry.problem.isEmpty()) {
    if (!entry.status.message.empty()) about << QString::fromStdString(entry.status.message);
    if (entry.isSnapshot) {
      about << tr("This is one file to look at: nothing in it can be changed.");
    } else if (!entry.isWritable) {
      about << tr("Its folder is read-only: name, notes, tags and stars can't be changed.");
    }
  }
  about_->setText(about.join(u'\n'));
  about_->setVisible(!about.isEmpty());

  QString why = referenceProblem_;
  if (entry_ && !entry.problem.isEmpty()) {
    why = tr("It can't be read.");
  } else if (entry_ && !entry.isSearch()) {
    why = tr("Only a search has connection weights to compare with.");
  } else if (entry_ && entry.status.step <= 0) {
    why = tr("It has made no step yet.");
  }
  reference_->setEnabled(why.isEmpty());
  step_->setEnabled(why.isEmpty());
  reference_->setToolTip(
      why.isEmpty() ? tr("Compare the open run with this step: weights and attention") : why);
}

void RunDetails::saveNotes() {
  saving_.stop();
  if (!entry_ || !notes_->document()->isModified()) return;
  notes_->document()->setModified(false);
  Q_EMIT notesEdited(entry_, [text = notes_->toPlainText().toStdString()](run::UserNotes& notes) {
    notes.notes = text;
  });
}

bool RunDetails::eventFilter(QObject* watched, QEvent* event) {
  if (watched == notes_ && event->type() == QEvent::FocusOut) saveNotes();
  return QWidget::eventFilter(watched, event);
}

}  // namespace attelier::ui
