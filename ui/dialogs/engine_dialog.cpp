#include "ui/dialogs/engine_dialog.h"

#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "ui/engine/engine_program.h"
#include "widgets/base/icon.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

EngineDialog::EngineDialog(EngineProgram& engine, const QString& title, const QString& startText,
                           QWidget* parent)
    : QDialog(parent), engine_(engine), startText_(startText) {
  setWindowTitle(title);
  setModal(false);
  auto* layout = new QVBoxLayout(this);
  content_ = new QWidget(this);
  body_ = new QVBoxLayout(content_);
  body_->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(content_, 1);
}

QList<QPushButton*> EngineDialog::addFooter(const QStringList& before) {
  auto* box = static_cast<QVBoxLayout*>(layout());
  auto* label = new QLabel(tr("Command line"), this);
  label->setForegroundRole(QPalette::PlaceholderText);
  command_ = new QPlainTextEdit(this);
  command_->setObjectName(u"commandLine"_s);
  command_->setAccessibleName(tr("Command line"));
  command_->setReadOnly(true);
  command_->setTabChangesFocus(true);
  command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  command_->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  const int lines =
      command_->fontMetrics().lineSpacing() * 5 / 2;  // two, and no scroll bar for them
  command_->setFixedHeight(lines + 2 * static_cast<int>(command_->document()->documentMargin()) +
                           2 * command_->frameWidth());
  auto* commandRow = new QHBoxLayout;
  commandRow->addWidget(label, 0, Qt::AlignTop);
  commandRow->addWidget(command_, 1);
  box->addLayout(commandRow);

  banner_ = new MessageBar(MessageBar::Look::Banner, this);
  banner_->setObjectName(u"banner"_s);
  box->addWidget(banner_);

  auto* buttons = new QHBoxLayout;
  QList<QPushButton*> added;
  for (const QString& text : before) {
    added << new QPushButton(text, this);
    added.back()->setAutoDefault(false);
    buttons->addWidget(added.back());
  }
  buttons->addStretch(1);
  copy_ = new QPushButton(tr("Co&py command line"), this);
  start_ = new QPushButton(startText_, this);
  close_ = new QPushButton(tr("Close"), this);
  copy_->setIcon(widgets::icon(u"copy"_s));
  copy_->setObjectName(u"copy"_s);
  start_->setObjectName(u"start"_s);
  close_->setObjectName(u"close"_s);
  for (QPushButton* button : {copy_, start_, close_}) {
    button->setAutoDefault(false);
    buttons->addWidget(button);
  }
  start_->setDefault(true);
  box->addLayout(buttons);
  connect(copy_, &QPushButton::clicked, this, &EngineDialog::copyCommandLine);
  connect(start_, &QPushButton::clicked, this, &EngineDialog::start);
  connect(close_, &QPushButton::clicked, this, &QDialog::reject);
  return added;
}

QString EngineDialog::commandLine() const {
  const QString program = engine_.isFound() ? engine_.program() : u"attelier-engine"_s;
  return EngineProgram::commandLine(program, arguments());
}

void EngineDialog::refresh() {
  const QString text = commandLine();
  if (command_->toPlainText() != text) command_->setPlainText(text);
  if (banner_->severity() == Severity::Bad && !isStarting_) banner_->clear();
  start_->setEnabled(engine_.isFound() && canStart() && !isStarting_);
  if (!engine_.isFound()) {
    banner_->say(
        Severity::Warning,
        tr("attelier-engine was found neither beside this program nor in PATH, so nothing can "
           "be started from here. Name it in ATTELIER_ENGINE, or copy the command line."));
  }
}

void EngineDialog::showEvent(QShowEvent* event) {
  refresh();
  QDialog::showEvent(event);
}

void EngineDialog::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::LocaleChange) refresh();
}

void EngineDialog::copyCommandLine() {
  if (showProblem()) return;
  QApplication::clipboard()->setText(commandLine());
  banner_->say(Severity::Good, tr("The command line was copied."));
}

void EngineDialog::start() {
  if (isStarting_ || !start_->isEnabled() || showProblem()) return;
  setStarting(true);
  const int number = ++starts_;
  if (const int patience = patienceMs(); patience > 0) {
    QTimer::singleShot(patience, this, [this, number] {
      if (isStarting_ && number == starts_) onAnswer(number, {});
    });
  }
  engine_.startDetached(arguments(), awaited(), this,
                        [this, number](const Status& status) { onAnswer(number, status); });
}

void EngineDialog::setStartText(const QString& text) {
  startText_ = text;
  if (!isStarting_) start_->setText(text);
}

void EngineDialog::setStarting(bool starting) {
  isStarting_ = starting;
  content_->setEnabled(!starting);
  start_->setEnabled(!starting && engine_.isFound() && canStart());
  start_->setText(starting ? tr("Starting…") : startText_);
  if (starting) {
    banner_->say(
        Severity::Information,
        tr("The engine looks at the clips and makes the network. This dialog may be closed."));
  } else {
    banner_->clear();
  }
}

void EngineDialog::onAnswer(int number, const Status& status) {
  if (number == starts_) setStarting(false);
  if (status) {
    if (startsTold_ >= number) return;
    startsTold_ = number;
    accept();
    onStarted();
    return;
  }
  // Also after it was taken for started: an engine that then refuses says so here.
  const Error& error = status.error();
  show();
  raise();
  if (showRefusal(error)) {
    banner_->say(Severity::Bad, tr("The engine did not start; see the field that is marked."));
  } else {
    banner_->say(Severity::Bad, tr("The engine did not start. %1").arg(errorText(error)));
  }
}

}  // namespace attelier::ui
