#include "ui/dialogs/number_box.h"

#include "ui/dialogs/field_texts.h"
#include "widgets/base/theme.h"

#include <QEvent>
#include <QLineEdit>
#include <QLocale>
#include <QStyleOptionSpinBox>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// Decimals that a number is written with; 1e-05 has five.
int decimalsOf(const QString& plain) {
  const qsizetype exponentAt = plain.indexOf(u'e', 0, Qt::CaseInsensitive);
  const QString mantissa = exponentAt < 0 ? plain : plain.left(exponentAt);
  const int exponent = exponentAt < 0 ? 0 : plain.mid(exponentAt + 1).toInt();
  const qsizetype point = mantissa.indexOf(u'.');
  const auto digits = point < 0 ? 0 : static_cast<int>(mantissa.size() - point - 1);
  return std::clamp(digits - exponent, 0, 15);
}

}  // namespace

NumberBox::NumberBox(FieldInfo info, QWidget* parent)
    : QAbstractSpinBox(parent), info_(std::move(info)), placeholder_(info_.defaultValue) {
  setFocusPolicy(Qt::StrongFocus);  // the wheel scrolls the page, it changes nothing in passing
  setAccelerated(true);
  setPlaceholder(placeholder_);
  connect(lineEdit(), &QLineEdit::textChanged, this, &NumberBox::edited);
}

QString NumberBox::plainNumber(const QString& typed) {
  QLocale locale;
  locale.setNumberOptions(QLocale::RejectGroupSeparator);
  const QString text = typed.trimmed();
  bool isNumber = false;
  if (const qlonglong integer = locale.toLongLong(text, &isNumber); isNumber) {
    return QString::number(integer);
  }
  if (const double real = locale.toDouble(text, &isNumber); isNumber && std::isfinite(real)) {
    return QLocale::c().toString(real, 'g', QLocale::FloatingPointShortest);
  }
  return text;
}

QString NumberBox::text() const { return lineEdit()->text(); }

void NumberBox::setText(const QString& text) { lineEdit()->setText(text); }

void NumberBox::setPlaceholder(const nlohmann::json& value) {
  placeholder_ = value;
  lineEdit()->setPlaceholderText(valueText(value));
}

QValidator::State NumberBox::validate(QString&, int&) const { return QValidator::Acceptable; }

void NumberBox::stepBy(int steps) {
  const QString shown = text().isEmpty() ? lineEdit()->placeholderText() : text();
  const QString plain = plainNumber(shown);
  bool isNumber = false;
  const double now = QLocale::c().toDouble(plain, &isNumber);
  if (!isNumber) return;
  int decimals = info_.type == FieldType::Integer ? 0 : decimalsOf(plain);
  double next = now + steps * std::pow(10.0, -decimals);
  // Down from 0.001 comes 0.0009, no jump to zero.
  if (info_.type == FieldType::Number && now > 0 && next <= 0) {
    ++decimals;
    next = now + steps * std::pow(10.0, -decimals);
  }
  if (info_.minimum) next = std::max(next, *info_.minimum);
  if (info_.maximum) next = std::min(next, *info_.maximum);
  if (info_.exclusiveMinimum && next <= *info_.minimum) return;
  QLocale locale;
  locale.setNumberOptions(QLocale::OmitGroupSeparator);
  setText(locale.toString(next, 'f', decimals));
  selectAll();
}

QAbstractSpinBox::StepEnabled NumberBox::stepEnabled() const {
  return isReadOnly() ? StepEnabled(StepNone) : StepUpEnabled | StepDownEnabled;
}

QSize NumberBox::sizeHint() const {
  ensurePolished();
  QStyleOptionSpinBox option;
  initStyleOption(&option);
  const QSize text(fontMetrics().horizontalAdvance(u'0') * 13, lineEdit()->sizeHint().height());
  return style()->sizeFromContents(QStyle::CT_SpinBox, &option, text, this);
}

void NumberBox::changeEvent(QEvent* event) {
  QAbstractSpinBox::changeEvent(event);
  if (event->type() == QEvent::LocaleChange) setPlaceholder(placeholder_);
}

}  // namespace attelier::ui
