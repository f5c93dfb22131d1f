#include "ui/history/weights_time_pane.h"

#include "ui/history/health_panel.h"
#include "widgets/base/icon.h"

#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPointer>
#include <QSettings>
#include <QSplitter>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

// What costs t is not found again within 20 t, nor within two seconds.
constexpr qint64 kLeastMilliseconds = 2000;
constexpr qint64 kCostFactor = 20;
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

}  // namespace

WeightsTimePane::WeightsTimePane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"weights_time"_s, tr("Weights over time"), parent) {
  makeActions();
  map_ = new widgets::WeightHeatMap(this);
  map_->setObjectName(u"weights_time_map"_s);
  splitter_ = new QSplitter(Qt::Horizontal, this);
  splitter_->addWidget(map_);
  panel_ = new HealthPanel(this);
  splitter_->addWidget(panel_);
  splitter_->setChildrenCollapsible(false);
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 1);
  splitter_->setSizes({700, 300});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeHeader());
  column->addWidget(splitter_, 1);
  setFocusProxy(map_);
  again_.setSingleShot(true);

  connect(panel_, &HealthPanel::alarmChosen, this, &WeightsTimePane::goToAlarm);
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
  auto* orderButton = new QToolButton(header);
  orderButton->setDefaultAction(order_);
  orderButton->setFocusPolicy(Qt::TabFocus);
  orderButton->setAccessibleName(tr("Greatest weight first"));
  row->addWidget(rowsBox_);
  row->addWidget(orderButton);
  row->addStretch(1);
  return header;
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
}

void WeightsTimePane::presentMap(const Shown& shown) {
  Source source{.history = shown.run ? shown.run->history : nullptr, .rows = rows()};
  if (source.rows == Rows::IntoNode) source.node = shown.choices.node;
  const bool hasRecords = source.history && !source.history->records.empty();
  panel_->setVisible(hasRecords);
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
  panel_->setCurrentStep(shown.step());
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
    setHealth(nullptr);
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
  const qint64 pause = std::max(kLeastMilliseconds, kCostFactor * healthCost_);
  if (isSame && isOfSamePlace && sinceHealth_.isValid() && !sinceHealth_.hasExpired(pause)) {
    if (!again_.isActive()) again_.start(static_cast<int>(pause - sinceHealth_.elapsed()) + 1);
    return;
  }
  const bool isOfSameRun =
      source.run == healthSource_.run && source.generation == healthSource_.generation;
  if (health_ && !(isOfSameRun && isOfSamePlace)) setHealth(nullptr);
  isFindingHealth_ = true;
  healthSource_ = source;
  healthHistory_ = run->history;
  sinceHealth_.start();
  QThreadPool::globalInstance()->start(
      [self = QPointer<WeightsTimePane>(this), history = run->history, source = std::move(source)] {
        QElapsedTimer timer;
        timer.start();
        auto health = std::make_shared<const SearchHealth>(searchHealth(*history, source.options));
        QMetaObject::invokeMethod(
            qApp,
            [self, health, source, cost = timer.elapsed()] {
              if (!self) return;
              self->isFindingHealth_ = false;
              self->healthCost_ = cost;
              if (source == self->healthSource_) self->setHealth(health);
              self->wantHealth();  // what came in meanwhile
            },
            Qt::QueuedConnection);
      });
}

void WeightsTimePane::goToAlarm(const HealthAlarm& alarm) {
  workspace().look([&](Choices& choices) {
    choices.step = alarm.step;
    if (alarm.nodes.empty()) return;
    choices.node = alarm.nodes.front();
    choices.edge.reset();
  });
}

void WeightsTimePane::setHealth(std::shared_ptr<const SearchHealth> health) {
  health_ = std::move(health);
  healthTable_->setEnabled(health_ != nullptr);
  panel_->setHealth(health_);
}

void WeightsTimePane::showHealthTable() {
  if (health_) widgets::showDataTable(health_->table(), this);
}

}  // namespace attelier::ui
