#include "ui/history/health_panel.h"

#include "widgets/base/icon.h"
#include "widgets/base/theme.h"
#include "widgets/plots/sparkline.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString wordOf(Severity severity) {
  switch (severity) {
    case Severity::Warning:
    case Severity::Bad:
      return HealthPanel::tr("Warning");
    case Severity::Good:
      return HealthPanel::tr("Good");
    default:
      return HealthPanel::tr("Note");
  }
}

QIcon signOf(Severity severity, const widgets::Theme& theme, int side, qreal ratio) {
  const bool isWarning = severity == Severity::Warning || severity == Severity::Bad;
  const bool isGood = severity == Severity::Good;
  QPixmap sign = widgets::icon(isWarning ? u"warning"_s
                               : isGood  ? u"check"_s
                                         : u"info"_s)
                     .pixmap(QSize(side, side), ratio);
  if (sign.isNull()) return {};
  QPainter tint(&sign);
  tint.setCompositionMode(QPainter::CompositionMode_SourceIn);
  tint.fillRect(sign.rect(), isWarning ? theme.warning : isGood ? theme.good : theme.mutedText);
  tint.end();
  // The selected row tints its icon otherwise.
  QIcon icon;
  for (const auto mode : {QIcon::Normal, QIcon::Selected, QIcon::Active})
    icon.addPixmap(sign, mode);
  return icon;
}

}  // namespace

HealthPanel::HealthPanel(QWidget* parent) : QWidget(parent) {
  const int em = fontMetrics().height();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(em / 2, 0, em / 2, em / 4);
  column->setSpacing(em / 4);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(em / 2);
  grid->setVerticalSpacing(em / 4);
  grid->setColumnStretch(2, 1);
  const std::array<std::pair<QString, QString>, 4> names{
      std::pair{tr("Sink entropy"),
                tr("How undecided the sink is: 1 is uniform, 0 is one node alone")},
      std::pair{tr("Level entropy"), tr("As above, of the weights between levels")},
      std::pair{
          tr("Margin"),
          tr("By how much the weakest choice of the derived cell was won: near 0 it is luck")},
      std::pair{tr("Cell changes"), tr("How often the derived cell has changed so far")}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto* name = new QLabel(names[i].first, this);
    name->setToolTip(names[i].second);
    auto& course = courses_[i];
    course.name = names[i].first;
    course.value = new QLabel(this);
    course.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    // So that the curves do not move with the digits.
    course.value->setMinimumWidth(fontMetrics().horizontalAdvance(u"0.0000"_s));
    course.value->setAccessibleName(course.name);
    course.line = new widgets::Sparkline(this);
    course.line->setRange(i < 2 ? std::optional(std::pair(0.0, 1.0)) : std::nullopt);
    const int line = static_cast<int>(i);
    grid->addWidget(name, line, 0);
    grid->addWidget(course.value, line, 1);
    grid->addWidget(course.line, line, 2);
  }
  column->addLayout(grid);
  title_ = new QLabel(this);
  title_->setObjectName(u"list_title"_s);
  list_ = new QListWidget(this);
  list_->setObjectName(u"alarms"_s);
  list_->setAccessibleName(tr("Alarms"));
  list_->setWordWrap(true);
  list_->setTextElideMode(Qt::ElideNone);
  list_->setResizeMode(QListView::Adjust);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  title_->setBuddy(list_);
  connect(list_, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { choose(list_->row(item)); });
  connect(list_, &QListWidget::itemActivated, this,
          [this](QListWidgetItem* item) { choose(list_->row(item)); });
  column->addWidget(title_);
  column->addWidget(list_, 1);
}

void HealthPanel::setHealth(std::shared_ptr<const SearchHealth> health) {
  health_ = std::move(health);
  const SearchHealth none;
  const SearchHealth& now = health_ ? *health_ : none;
  const std::array<const std::vector<float>*, 4> values{&now.sinkEntropy, &now.levelEntropy,
                                                        &now.margin, &now.changes};
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    courses_[i].line->setValues(*values[i], tr("%1 over the stored steps").arg(courses_[i].name));
  }
  presentValues();
  presentAlarms();
}

void HealthPanel::setCurrentStep(std::int64_t step) {
  if (step == step_) return;
  step_ = step;
  presentValues();
}

void HealthPanel::presentValues() {
  int index = -1;
  if (health_ && !health_->steps.empty()) {
    const auto& steps = health_->steps;
    const auto next = std::upper_bound(steps.begin(), steps.end(), step_);
    index = std::max(0, static_cast<int>(next - steps.begin()) - 1);
  }
  const QLocale locale;
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    courses_[i].line->setMarked(index);
    QString text;
    if (index >= 0) {
      const auto at = static_cast<std::size_t>(index);
      const float value = i == 0   ? health_->sinkEntropy[at]
                          : i == 1 ? health_->levelEntropy[at]
                          : i == 2 ? health_->margin[at]
                                   : health_->changes[at];
      text = !std::isfinite(value) ? u"–"_s
             : i == 3              ? locale.toString(static_cast<int>(value))
                      : locale.toString(static_cast<double>(value), 'f', i == 2 ? 4 : 2);
    }
    courses_[i].value->setText(text);
  }
}

void HealthPanel::presentAlarms() {
  const std::vector<HealthAlarm> alarms = health_ ? health_->alarms : std::vector<HealthAlarm>();
  title_->setText(!health_ ? tr("Looking at the search…")
                  : alarms.empty()
                      ? tr("Nothing stands out.")
                      : tr("%n thing(s) stand out", nullptr, static_cast<int>(alarms.size())));
  list_->setVisible(!alarms.empty());
  if (alarms == listed_ && list_->count() == static_cast<int>(alarms.size())) return;
  listed_ = alarms;
  const QSignalBlocker quiet(list_);
  const int row = list_->currentRow();
  list_->clear();
  const int side = style()->pixelMetric(QStyle::PM_SmallIconSize);
  list_->setIconSize({side, side});
  for (const auto& alarm : listed_) {
    auto* item = new QListWidgetItem(
        signOf(alarm.severity, widgets::Theme::of(palette()), side, devicePixelRatioF()),
        tr("%1: %2").arg(wordOf(alarm.severity), alarm.sentence), list_);
    item->setToolTip(
        tr("Go to step %1").arg(QLocale().toString(static_cast<qlonglong>(alarm.step))));
  }
  if (row >= 0) list_->setCurrentRow(std::min(row, list_->count() - 1));
}

void HealthPanel::choose(int row) {
  if (row < 0 || static_cast<std::size_t>(row) >= listed_.size()) return;
  // A copy: the list may be made anew by what follows.
  const HealthAlarm alarm = listed_[static_cast<std::size_t>(row)];
  Q_EMIT alarmChosen(alarm);
}

void HealthPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && list_ != nullptr) {
    listed_.clear();  // the signs have the theme's colours
    list_->clear();
    presentAlarms();
  }
}

}  // namespace attelier::ui
