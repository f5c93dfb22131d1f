#include "ui/history/weights_time_pane.h"

#include "widgets/base/icon.h"
#include "widgets/base/theme.h"
#include "widgets/plots/sparkline.h"

#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QPointer>
#include <QSettings>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStyle>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kHealthMilliseconds = 2000;
constexpr std::size_t kMostValues = 500'000;  // a map of more is not drawn in one frame

// Each how many-th record a map of so many rows has room for.
std::size_t strideOf(std::size_t rows, std::size_t records) {
  return std::max<std::size_t>(1, (rows * records + kMostValues - 1) / kMostValues);
}

// The end of the colours: uniform weights keep their colour while the greatest doesn't double.
double topOfRange(const widgets::WeightCourse& course, double uniform) {
  float most = 0;
  for (const float value : course.values) most = std::max(most, value);
  double top = 2 * uniform;
  while (top < static_cast<double>(most)) top *= 2;
  return std::min(1.0, top);
}

QString wordOf(Severity severity) {
  switch (severity) {
    case Severity::Warning:
    case Severity::Bad:
      return WeightsTimePane::tr("Warning");
    case Severity::Good:
      return WeightsTimePane::tr("Good");
    default:
      return WeightsTimePane::tr("Note");
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

WeightsTimePane::WeightsTimePane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"weights_time"_s, tr("Weights over time"), parent) {
  makeActions();
  map_ = new widgets::WeightHeatMap(this);
  map_->setObjectName(u"weights_time_map"_s);
  splitter_ = new QSplitter(Qt::Horizontal, this);
  splitter_->addWidget(map_);
  splitter_->addWidget(makeSide());
  splitter_->setChildrenCollapsible(false);
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeHeader());
  column->addWidget(splitter_, 1);
  setFocusProxy(map_);
  again_.setSingleShot(true);

  connect(&again_, &QTimer::timeout, this, &WeightsTimePane::wantHealth);
  connect(map_, &widgets::WeightHeatMap::rowChosen, this, &WeightsTimePane::chooseRow);
  connect(map_, &widgets::WeightHeatMap::stepChosen, this,
          [this](qint64 step) { this->workspace().goTo(step); });
  connect(map_, &widgets::WeightHeatMap::liveRequested, this,
          [this] { this->workspace().goLive(); });

  const QSettings settings;
  const int rows = settings.value(u"weights_time/rows"_s, 0).toInt();
  rowActions_->actions()[std::clamp(rows, 0, 2)]->setChecked(true);
  rowsBox_->setCurrentIndex(std::clamp(rows, 0, 2));
  order_->setChecked(settings.value(u"weights_time/by_weight"_s, false).toBool());
  map_->setOrder(order_->isChecked() ? widgets::WeightHeatMap::Order::Weight
                                     : widgets::WeightHeatMap::Order::Graph);
}

void WeightsTimePane::makeActions() {
  rowActions_ = new QActionGroup(this);
  const std::array<std::pair<QString, QString>, 3> kinds{
      std::pair{u"sink"_s, tr("&Sink weights")},
      std::pair{u"into_node"_s, tr("Edges into the chosen &node")},
      std::pair{u"level"_s, tr("All edges between &levels")}};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    auto* action = rowActions_->addAction(kinds[i].second);
    action->setObjectName(u"weights_time.rows_"_s + kinds[i].first);
    action->setCheckable(true);
    connect(action, &QAction::triggered, this, [this, i] { setRows(static_cast<Rows>(i)); });
  }
  order_ = new QAction(tr("&Greatest weight first"), this);
  order_->setObjectName(u"weights_time.order"_s);
  order_->setCheckable(true);
  order_->setToolTip(tr("Orders the rows by their last weight, not as in the graph"));
  connect(order_, &QAction::toggled, this, [this](bool byWeight) {
    QSettings().setValue(u"weights_time/by_weight"_s, byWeight);
    map_->setOrder(byWeight ? widgets::WeightHeatMap::Order::Weight
                            : widgets::WeightHeatMap::Order::Graph);
  });
  table_ = new QAction(widgets::icon(u"table"_s), tr("Show as &table"), this);
  table_->setObjectName(u"weights_time.table"_s);
  connect(table_, &QAction::triggered, this,
          [this] { widgets::showDataTable(map_->dataTable(), this); });
  healthTable_ = new QAction(widgets::icon(u"table"_s), tr("Show &health as table"), this);
  healthTable_->setObjectName(u"weights_time.health_table"_s);
  connect(healthTable_, &QAction::triggered, this, &WeightsTimePane::showHealthTable);
}

QWidget* WeightsTimePane::makeHeader() {
  auto* header = new QWidget(this);
  const int em = fontMetrics().height();
  auto* row = new QHBoxLayout(header);
  row->setContentsMargins(em / 2, em / 4, em / 2, em / 4);
  rowsBox_ = new QComboBox(header);
  rowsBox_->setObjectName(u"rows"_s);
  rowsBox_->setAccessibleName(tr("Weights shown"));
  for (const auto* action : rowActions_->actions()) {
    rowsBox_->addItem(QString(action->text()).remove(u'&'));
  }
  connect(rowsBox_, &QComboBox::activated, this,
          [this](int index) { setRows(static_cast<Rows>(index)); });
  orderButton_ = new QToolButton(header);
  orderButton_->setDefaultAction(order_);
  orderButton_->setAutoRaise(true);
  orderButton_->setFocusPolicy(Qt::TabFocus);
  orderButton_->setAccessibleName(tr("Greatest weight first"));
  row->addWidget(rowsBox_);
  row->addWidget(orderButton_);
  row->addStretch(1);
  return header;
}

QWidget* WeightsTimePane::makeSide() {
  auto* side = new QWidget(this);
  const int em = fontMetrics().height();
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(em / 2, 0, em / 2, em / 4);
  column->setSpacing(em / 4);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(em / 2);
  grid->setVerticalSpacing(0);
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
    auto* name = new QLabel(names[i].first, side);
    name->setToolTip(names[i].second);
    auto& course = courses_[i];
    course.name = names[i].first;
    course.value = new QLabel(side);
    course.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    // So that the curves do not move with the digits.
    course.value->setMinimumWidth(fontMetrics().horizontalAdvance(u"0.0000"_s));
    course.value->setAccessibleName(course.name);
    course.line = new widgets::Sparkline(side);
    course.line->setRange(i < 2 ? std::optional(std::pair(0.0, 1.0)) : std::nullopt);
    const int line = static_cast<int>(i);
    grid->addWidget(name, line, 0);
    grid->addWidget(course.value, line, 1);
    grid->addWidget(course.line, line, 2);
  }
  column->addLayout(grid);
  alarmsTitle_ = new QLabel(side);
  alarmsTitle_->setObjectName(u"alarms_title"_s);
  alarms_ = new QListWidget(side);
  alarms_->setObjectName(u"alarms"_s);
  alarms_->setAccessibleName(tr("Alarms"));
  alarms_->setWordWrap(true);
  alarms_->setTextElideMode(Qt::ElideNone);
  alarms_->setResizeMode(QListView::Adjust);
  alarms_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  alarms_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  alarmsTitle_->setBuddy(alarms_);
  connect(alarms_, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { goToAlarm(alarms_->row(item)); });
  connect(alarms_, &QListWidget::itemActivated, this,
          [this](QListWidgetItem* item) { goToAlarm(alarms_->row(item)); });
  column->addWidget(alarmsTitle_);
  column->addWidget(alarms_, 1);
  return side;
}

QList<QAction*> WeightsTimePane::paneActions() const {
  QList<QAction*> actions = rowActions_->actions();
  actions << order_ << table_ << healthTable_;
  // The map's own, but for its table, which is here already.
  for (auto* action : map_->actions()) {
    if (action->objectName() != u"plot.table"_s) actions << action;
  }
  return actions;
}

WeightsTimePane::Rows WeightsTimePane::rows() const {
  return static_cast<Rows>(rowsBox_->currentIndex());
}

void WeightsTimePane::setRows(Rows rows) {
  const int index = static_cast<int>(rows);
  QSettings().setValue(u"weights_time/rows"_s, index);
  rowsBox_->setCurrentIndex(index);
  rowActions_->actions()[index]->setChecked(true);
  present(shown());
}

void WeightsTimePane::present(const Shown& shown) {
  presentMap(shown);
  presentCursor(shown);
  wantHealth();
  presentMarks();
}

void WeightsTimePane::presentMap(const Shown& shown) {
  Source source{.history = shown.run ? shown.run->history : nullptr, .rows = rows()};
  if (source.rows == Rows::IntoNode) source.node = shown.choices.node;
  const bool hasRecords = source.history && !source.history->records.empty();
  splitter_->widget(1)->setVisible(hasRecords);
  table_->setEnabled(hasRecords);
  emptyText_ =
      !shown.run              ? QString()
      : !isSearch(*shown.run) ? tr("An evaluation trains one cell: it has no connection weights.")
      : !hasRecords ? tr("No connection weights are stored yet. They come with the first steps.")
                    : QString();
  if (!hasRecords) {
    source_ = source;
    edges_.clear();
    map_->setCourse(nullptr);
    map_->setEmptyText(emptyText_);
    return;
  }
  if (source == source_ && source_.history) return;
  source_ = source;

  const auto& records = source.history->records;
  const auto& shape = records.front().probabilities.shape;
  const int n = shape.nodesPerLevel();
  auto course = std::make_shared<widgets::WeightCourse>();
  const auto name = [&](int node) { return QString::fromStdString(space::nodeName(shape, node)); };
  edges_.clear();
  const auto addEdgesInto = [&](int to) {
    for (int from = 0; from < n; ++from) {
      edges_.emplace_back((shape.levelOf(to) - 1) * n + from, to);
      course->names << tr("%1 → %2").arg(name(edges_.back().first), name(to));
    }
  };
  if (source.rows == Rows::Sink) {
    for (int node = 0; node < shape.nodes(); ++node) course->names << name(node);
  } else if (source.rows == Rows::Level) {
    for (int to = n; to < shape.nodes(); ++to) addEdgesInto(to);
  } else if (source.node >= n && source.node < shape.nodes()) {
    addEdgesInto(source.node);
  }
  map_->setEmptyText(source.rows == Rows::Level ? tr("One level has no edges between levels.")
                     : source.node < 0
                         ? tr("Choose a node: here or in the supergraph.")
                         : tr("%1 reads nothing but the input of the cell.")
                               .arg(source.node < shape.nodes() ? name(source.node) : QString()));
  if (course->names.isEmpty()) {
    map_->setCourse(nullptr);
    return;
  }

  const auto count = static_cast<std::size_t>(course->names.size());
  const std::size_t stride = strideOf(count, records.size());
  std::vector<const space::ConnectionProbabilities*> kept;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i % stride != 0 && i + 1 != records.size()) continue;
    course->steps.push_back(records[i].step);
    kept.push_back(&records[i].probabilities);
  }
  course->values.reserve(count * kept.size());
  for (std::size_t row = 0; row < count; ++row) {
    const std::size_t index =
        edges_.empty() ? row : kept.front()->levelIndex(edges_[row].second, edges_[row].first % n);
    for (const auto* weights : kept) {
      const auto& table = edges_.empty() ? weights->sink : weights->level;
      course->values.push_back(static_cast<float>(table[index]));
    }
  }
  const double uniform = 1.0 / (edges_.empty() ? shape.nodes() : n);
  map_->setRange(0, topOfRange(*course, uniform));
  map_->setValueLabel(edges_.empty() ? tr("sink weight") : tr("weight of the edge"));
  map_->setCourse(std::move(course));
}

int WeightsTimePane::rowOf(const Choices& choices) const {
  if (edges_.empty()) return source_.rows == Rows::Sink ? choices.node : -1;
  if (!choices.edge) return -1;
  const auto found =
      std::find(edges_.begin(), edges_.end(), std::pair(choices.edge->from, choices.edge->to));
  return found == edges_.end() ? -1 : static_cast<int>(found - edges_.begin());
}

void WeightsTimePane::presentCursor(const Shown& shown) {
  map_->setCurrentStep(shown.step(), shown.moment() == nullptr || shown.moment()->live);
  map_->setCurrentRow(rowOf(shown.choices));
}

void WeightsTimePane::chooseRow(int row) {
  workspace().look([&](Choices& choices) {
    if (edges_.empty()) {
      choices.node = row;
      choices.edge.reset();
    } else if (row >= 0 && static_cast<std::size_t>(row) < edges_.size()) {
      const auto [from, to] = edges_[static_cast<std::size_t>(row)];
      choices.node = to;
      choices.edge = ChosenEdge{from, to};
    }
  });
}

// Deriving a cell for each of 2000 stored steps takes tens of milliseconds: not in the window's
// thread, and not for each reading of a run that goes on.
void WeightsTimePane::wantHealth() {
  if (!isVisible()) return;  // asked again when it is shown
  const auto& run = shown().run;
  if (!run || !run->history || run->history->records.empty()) {
    healthHistory_.reset();
    healthSource_ = {};
    health_.reset();
    presentHealth();
    return;
  }
  HealthSource source{.run = run->path,
                      .generation = run->status.generation,
                      .options = {.derivation = shown().choices.derivation,
                                  .settings = {},
                                  .stepsPlanned = run->status.stepsPlanned}};
  if (shown().derived) source.options.settings = shown().derived->derivation.cell.settings;
  const bool isSame = source == healthSource_;
  if (isFindingHealth_ || (isSame && run->history == healthHistory_)) return;
  const bool isOfSamePlace = healthHistory_ && healthHistory_->place == run->history->place;
  if (isSame && isOfSamePlace && sinceHealth_.isValid() &&
      !sinceHealth_.hasExpired(kHealthMilliseconds)) {
    if (!again_.isActive()) {
      again_.start(kHealthMilliseconds - static_cast<int>(sinceHealth_.elapsed()));
    }
    return;
  }
  const bool isOfSameRun =
      source.run == healthSource_.run && source.generation == healthSource_.generation;
  if (health_ && !(isOfSameRun && isOfSamePlace)) {
    health_.reset();
    presentHealth();
  }
  isFindingHealth_ = true;
  healthSource_ = source;
  healthHistory_ = run->history;
  sinceHealth_.start();
  QThreadPool::globalInstance()->start(
      [self = QPointer<WeightsTimePane>(this), history = run->history, source = std::move(source)] {
        auto health = std::make_shared<const SearchHealth>(searchHealth(*history, source.options));
        QMetaObject::invokeMethod(
            qApp,
            [self, health, source] {
              if (!self) return;
              self->isFindingHealth_ = false;
              if (source == self->healthSource_) {
                self->health_ = health;
                self->presentHealth();
              }
              self->wantHealth();  // what came in meanwhile
            },
            Qt::QueuedConnection);
      });
}

void WeightsTimePane::presentHealth() {
  healthTable_->setEnabled(health_ != nullptr);
  const SearchHealth none;
  const SearchHealth& health = health_ ? *health_ : none;
  const std::array<const std::vector<float>*, 4> values{&health.sinkEntropy, &health.levelEntropy,
                                                        &health.margin, &health.changes};
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    courses_[i].line->setValues(*values[i], tr("%1 over the stored steps").arg(courses_[i].name));
  }
  presentMarks();
  presentAlarms();
}

void WeightsTimePane::presentMarks() {
  int index = -1;
  if (health_ && !health_->steps.empty()) {
    const auto& steps = health_->steps;
    const auto next = std::upper_bound(steps.begin(), steps.end(), shown().step());
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

void WeightsTimePane::presentAlarms() {
  const std::vector<HealthAlarm> alarms = health_ ? health_->alarms : std::vector<HealthAlarm>();
  alarmsTitle_->setText(
      !health_         ? tr("Looking at the search…")
      : alarms.empty() ? tr("Nothing stands out.")
                       : tr("%n thing(s) stand out", nullptr, static_cast<int>(alarms.size())));
  alarms_->setVisible(!alarms.empty());
  if (alarms == listed_ && alarms_->count() == static_cast<int>(alarms.size())) return;
  listed_ = alarms;
  const QSignalBlocker quiet(alarms_);
  const int row = alarms_->currentRow();
  alarms_->clear();
  const int side = style()->pixelMetric(QStyle::PM_SmallIconSize);
  alarms_->setIconSize({side, side});
  for (const auto& alarm : listed_) {
    auto* item = new QListWidgetItem(
        signOf(alarm.severity, widgets::Theme::of(palette()), side, devicePixelRatioF()),
        tr("%1: %2").arg(wordOf(alarm.severity), alarm.sentence), alarms_);
    item->setToolTip(
        tr("Go to step %1").arg(QLocale().toString(static_cast<qlonglong>(alarm.step))));
  }
  if (row >= 0) alarms_->setCurrentRow(std::min(row, alarms_->count() - 1));
}

void WeightsTimePane::goToAlarm(int row) {
  if (row < 0 || static_cast<std::size_t>(row) >= listed_.size()) return;
  const HealthAlarm alarm = listed_[static_cast<std::size_t>(row)];
  workspace().look([&](Choices& choices) {
    choices.step = alarm.step;
    if (alarm.nodes.empty()) return;
    choices.node = alarm.nodes.front();
    choices.edge.reset();
  });
}

void WeightsTimePane::showHealthTable() {
  if (health_) widgets::showDataTable(health_->table(), this);
}

void WeightsTimePane::changeEvent(QEvent* event) {
  Pane::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && alarms_ != nullptr) {
    listed_.clear();  // the signs have the theme's colours
    alarms_->clear();
    presentAlarms();
  }
}

}  // namespace attelier::ui
