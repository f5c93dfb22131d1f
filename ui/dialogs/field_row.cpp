#include "ui/dialogs/field_row.h"

#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "widgets/base/icon.h"

#include <QGridLayout>
#include <QHelpEvent>
#include <QLabel>
#include <QShortcut>
#include <QToolButton>
#include <QToolTip>
#include <QWhatsThis>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// Paths and texts get the width, and their help a line of its own.
bool isWide(const FieldInfo& info) {
  return info.type == FieldType::List || info.type == FieldType::Text;
}

}  // namespace

FieldRow::FieldRow(const FieldInfo& info, PathKind path, const QString& option, QGridLayout* grid,
                   int gridRow, QWidget* parent)
    : QObject(parent), info_(info), option_(option) {
  editor_ = FieldEditor::make(info, path, parent);
  label_ = new QLabel(editor_->carriesLabel() ? QString() : fieldLabel(info), parent);
  label_->setBuddy(editor_->focusTarget());
  help_ = new MessageBar(MessageBar::Look::Line, parent);
  help_->say(Severity::Quiet, fieldHelp(info));
  message_ = new MessageBar(MessageBar::Look::Line, parent);
  message_->setObjectName(QString::fromStdString(info.path()) + u".message"_s);

  reset_ = new QToolButton(parent);
  reset_->setAutoRaise(true);
  reset_->setIcon(widgets::icon(u"undo"_s));
  reset_->setObjectName(QString::fromStdString(info.path()) + u".reset"_s);
  reset_->setFocusPolicy(Qt::StrongFocus);
  question_ = new QToolButton(parent);
  question_->setAutoRaise(true);
  question_->setIcon(widgets::icon(u"help"_s));
  question_->setFocusPolicy(Qt::StrongFocus);
  question_->setObjectName(QString::fromStdString(info.path()) + u".details"_s);
  question_->setAccessibleName(tr("About %1").arg(fieldName(info)));

  // A page that is being laid out anew squeezes what has no size of its own.
  for (QToolButton* button : {reset_, question_}) button->setMinimumSize(button->sizeHint());

  const bool wide = isWide(info);
  grid->addWidget(label_, gridRow, 0, Qt::AlignRight | Qt::AlignVCenter);
  grid->addWidget(editor_, gridRow, 1, 1, wide ? 2 : 1, Qt::AlignVCenter);
  grid->addWidget(help_, wide ? gridRow + 1 : gridRow, wide ? 1 : 2, 1, wide ? 2 : 1,
                  Qt::AlignVCenter);
  grid->addWidget(reset_, gridRow, 3, Qt::AlignVCenter);
  grid->addWidget(question_, gridRow, 4, Qt::AlignVCenter);
  grid->addWidget(message_, gridRow + 2, 1, 1, 2);
  grid->setColumnMinimumWidth(3, reset_->sizeHint().width());  // typing moves nothing

  connect(editor_, &FieldEditor::edited, this, [this] {
    refusal_.clear();
    refresh();
    Q_EMIT edited();
  });
  connect(reset_, &QToolButton::clicked, this, [this] {
    // The button is about to vanish under the focus.
    if (reset_->hasFocus()) editor_->focusTarget()->setFocus();
    editor_->setValue(editor_->base());
  });
  for (QWidget* widget : {editor_->focusTarget(), static_cast<QWidget*>(question_)}) {
    widget->installEventFilter(this);
  }
  connect(question_, &QToolButton::clicked, this, &FieldRow::showDetails);
  auto* help = new QShortcut(QKeySequence(Qt::Key_F1), editor_, nullptr, nullptr,
                             Qt::WidgetWithChildrenShortcut);
  connect(help, &QShortcut::activated, this, &FieldRow::showDetails);
  refresh();
}

void FieldRow::setRefusal(const QString& text) {
  if (text == refusal_) return;
  refusal_ = text;
  refresh();
}

void FieldRow::setCheck(std::function<Status(const nlohmann::json&)> check) {
  check_ = std::move(check);
  refresh();
}

void FieldRow::setRemark(Severity severity, const QString& text) {
  remarkSeverity_ = severity;
  remark_ = text;
  refresh();
}

void FieldRow::setHelp(const QString& text) { help_->say(Severity::Quiet, text); }

int FieldRow::editorWidth() const { return isWide(info_) ? 0 : editor_->sizeHint().width(); }

QList<QWidget*> FieldRow::tabStops() const {
  QList<QWidget*> stops;
  for (QWidget* widget : editor_->findChildren<QWidget*>()) {
    // The line of a combo or spin box is no stop of its own, and its popup is another window.
    const bool isPart = widget->parentWidget()->inherits("QComboBox") ||
                        widget->parentWidget()->inherits("QAbstractSpinBox") ||
                        widget->window() != editor_->window();
    if ((widget->focusPolicy() & Qt::TabFocus) != 0 && !isPart) stops << widget;
  }
  return stops << reset_ << question_;
}

void FieldRow::setEnabled(bool enabled) {
  for (QWidget* widget : {static_cast<QWidget*>(label_), static_cast<QWidget*>(editor_),
                          static_cast<QWidget*>(help_), static_cast<QWidget*>(reset_)}) {
    widget->setEnabled(enabled);
  }
}

void FieldRow::setShown(bool shown) {
  isShown_ = shown;
  for (QWidget* widget : {static_cast<QWidget*>(label_), static_cast<QWidget*>(editor_),
                          static_cast<QWidget*>(help_), static_cast<QWidget*>(question_)}) {
    widget->setVisible(shown);
  }
  refresh();
}

void FieldRow::refresh() {
  const auto value = editor_->value();
  const Status checked = value && check_ ? check_(*value) : Status();
  const QString why = !value     ? errorText(value.error())
                      : !checked ? QString::fromStdString(checked.error().message)
                                 : refusal_;
  isWrong_ = !why.isEmpty();
  message_->say(isWrong_ ? Severity::Bad : remarkSeverity_, isWrong_ ? why : remark_);
  message_->setVisible(isShown_ && !message_->text().isEmpty());
  editor_->focusTarget()->setAccessibleDescription(isWrong_ ? why : fieldHelp(info_));
  const QString base = valueText(editor_->base());
  reset_->setVisible(isShown_ && editor_->isChanged());
  const QString back = tr("Back to the default: %1").arg(base.isEmpty() ? tr("empty") : base);
  reset_->setToolTip(back);
  reset_->setAccessibleName(tr("%1: back to the default, %2").arg(fieldName(info_), base));
}

QString FieldRow::details() const {
  return fieldDetails(info_, valueText(editor_->base()), option_);
}

bool FieldRow::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), details(),
                       static_cast<QWidget*>(watched));
    return true;
  }
  return QObject::eventFilter(watched, event);
}

void FieldRow::showDetails() {
  QWhatsThis::showText(question_->mapToGlobal(question_->rect().bottomLeft()), details(),
                       question_);
}

}  // namespace attelier::ui
