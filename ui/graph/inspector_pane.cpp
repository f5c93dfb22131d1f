#include "ui/graph/inspector_pane.h"

#include "ui/graph/cell_card.h"
#include "ui/graph/cell_values.h"
#include "ui/graph/explanation.h"
#include "ui/graph/supergraph_values.h"
#include "widgets/plots/sparkline.h"

#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kMostRows = 9;  // beyond it the list scrolls

QString nameOf(const space::SupergraphShape& shape, int node) {
  return QString::fromStdString(space::nodeName(shape, node));
}

// A node's operation: its activation is the strongest where it is searched.
space::Operation operationOf(const space::ConnectionProbabilities& weights, int node) {
  space::Operation operation{weights.shape.kindOf(node), space::Activation::Sigmoid};
  operation.activation = space::defaultActivation(operation.kind.type);
  if (weights.activation.empty()) return operation;
  double most = -1;
  for (int i = 0; i < space::kActivations; ++i) {
    const auto activation = static_cast<space::Activation>(i);
    const double weight = weights.activation[weights.activationIndex(node, activation)];
    if (weight > most) {
      most = weight;
      operation.activation = activation;
    }
  }
  return operation;
}

QString signedText(double value) {
  const QString number = QLocale().toString(std::abs(value), 'f', 4);
  return (value < 0 ? u"−"_s : u"+"_s) + number;
}

}  // namespace

InspectorPane::InspectorPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"inspector"_s, tr("Inspector"), parent) {
  auto* area = new QScrollArea(this);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setFocusPolicy(Qt::NoFocus);
  auto* page = new QWidget(area);
  selection_ = new QGroupBox(page);
  cell_ = new QGroupBox(tr("Derived cell"), page);
  makeSelection(selection_);
  makeCell(cell_);
  empty_ = new QLabel(page);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  const int em = fontMetrics().height();
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(em / 2, em / 2, em / 2, em / 2);
  column->addWidget(empty_);
  column->addWidget(selection_);
  column->addWidget(cell_, 1);
  area->setWidget(page);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(area);
}

InspectorPane::~InspectorPane() = default;

QLabel* InspectorPane::addRow(QFormLayout* form, const QString& name, const QString& text) {
  auto* value = new QLabel(this);
  value->setObjectName(name);
  value->setAccessibleName(text);
  value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  value->setFocusPolicy(Qt::NoFocus);  // to be copied by its menu, not a stop for Tab
  form->addRow(text, value);
  return value;
}

void InspectorPane::set(QLabel* value, const QString& text) {
  QWidget* name = facts_->labelForField(value);
  value->setVisible(!text.isEmpty());
  if (name != nullptr) name->setVisible(!text.isEmpty());
  if (value->text() != text) value->setText(text);
}

void InspectorPane::makeSelection(QWidget* page) {
  auto* column = new QVBoxLayout(page);
  title_ = new QLabel(page);
  title_->setObjectName(u"title"_s);
  QFont large = title_->font();
  large.setBold(true);
  large.setPointSizeF(large.pointSizeF() * 1.25);
  title_->setFont(large);
  title_->setAccessibleName(tr("Selected"));
  kind_ = new QLabel(page);
  kind_->setAccessibleName(tr("Kind"));
  why_ = new QLabel(page);
  why_->setObjectName(u"why"_s);
  why_->setAccessibleName(tr("Why"));
  for (auto* label : {kind_, why_}) label->setWordWrap(true);
  facts_ = new QFormLayout;
  facts_->setHorizontalSpacing(fontMetrics().height());
  weight_ = addRow(facts_, u"weight"_s, tr("Weight"));
  logit_ = addRow(facts_, u"logit"_s, tr("Before softmax"));
  rank_ = addRow(facts_, u"rank"_s, tr("Rank"));
  margin_ = addRow(facts_, u"margin"_s, tr("Margin"));
  change_ = addRow(facts_, u"change"_s, tr("Change"));
  activation_ = addRow(facts_, u"activation"_s, tr("Activation"));
  parameters_ = addRow(facts_, u"node_parameters"_s, tr("Parameters"));
  flops_ = addRow(facts_, u"node_flops"_s, tr("Operations"));
  memory_ = addRow(facts_, u"node_memory"_s, tr("Memory"));
  course_ = new widgets::Sparkline(page);
  course_->setMinimumHeight(fontMetrics().height() * 3);
  inputs_ = new QTreeWidget(page);
  inputs_->setObjectName(u"inputs"_s);
  inputs_->setAccessibleName(tr("Edges of the node"));
  inputs_->setHeaderLabels({tr("edge"), tr("weight"), tr("kept")});
  inputs_->setRootIsDecorated(false);
  inputs_->setUniformRowHeights(true);
  inputs_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  inputs_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
  inputs_->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
  inputs_->header()->setStretchLastSection(false);
  inputs_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(inputs_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    if (item == nullptr) return;
    const ChosenEdge edge{item->data(0, Qt::UserRole).toInt(),
                          item->data(0, Qt::UserRole + 1).toInt()};
    this->workspace().look([&](Choices& choices) { choices.edge = edge; });
  });
  column->addWidget(title_);
  column->addWidget(kind_);
  column->addWidget(why_);
  column->addLayout(facts_);
  column->addWidget(course_);
  column->addWidget(inputs_);
}

void InspectorPane::makeCell(QWidget* page) {
  card_ = new CellCard(page);
  card_->setMinimumHeight(fontMetrics().height() * 13);
  connect(&card_->view(), &widgets::CellView::nodeSelected, this, [this](int node) {
    if (!derived_ || node < 0) return;
    const auto& nodes = derived_->derivation.supergraphNodes;
    if (node >= static_cast<int>(nodes.size())) return;  // only in the other cell
    const int chosen = nodes[static_cast<std::size_t>(node)];
    this->workspace().look([chosen](Choices& choices) {
      choices.node = chosen;
      choices.edge.reset();
    });
  });
  margins_ = new QLabel(page);
  margins_->setAccessibleName(tr("Margin of the cell"));
  differences_ = new QLabel(page);
  differences_->setObjectName(u"differences"_s);
  differences_->setAccessibleName(tr("Differences to the cell put aside"));
  for (auto* label : {margins_, differences_}) label->setWordWrap(true);
  reference_ = new QComboBox(page);
  reference_->setObjectName(u"reference"_s);
  reference_->setAccessibleName(tr("Compare with"));
  reference_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  connect(reference_, &QComboBox::activated, this, [this](int index) {
    referenceName_ = index > 0 ? reference_->itemText(index) : QString();
    derived_.reset();
    presentCell(shown());
  });
  auto* column = new QVBoxLayout(page);
  column->addWidget(card_, 1);
  column->addWidget(margins_);
  column->addWidget(reference_);
  column->addWidget(differences_);
}

void InspectorPane::present(const Shown& shown) {
  const Moment* moment = shown.moment();
  const bool graph = moment != nullptr && moment->weights != nullptr;
  const int node = shown.choices.node;
  if (!graph) {
    weights_.reset();
    const bool cell = shown.run && !isSearch(*shown.run);
    emptyText_ = !shown.run ? QString()
                 : cell     ? QString()
                            : tr("Nothing to inspect before the first weights are stored.");
    selection_->hide();
    cell_->hide();
    if (cell) presentEvaluationNode(shown);
    empty_->setVisible(!emptyText_.isEmpty());
    empty_->setText(emptyText_);
    return;
  }
  cell_->show();
  cell_->setTitle(tr("Derived cell"));
  const auto& edge = shown.choices.edge;
  const bool chosen = edge.has_value() || node >= 0;
  emptyText_ = chosen ? QString() : tr("Select a node or an edge of the supergraph.");
  empty_->setVisible(!chosen);
  empty_->setText(emptyText_);
  selection_->setVisible(chosen);
  const bool isNew = weights_ != moment->weights || history_ != shown.run->history ||
                     derived_ != shown.derived || choices_.edge != edge || choices_.node != node ||
                     !(choices_.derivation == shown.choices.derivation) ||
                     choices_.pinnedCells != shown.choices.pinnedCells;
  if (!isNew) return;
  weights_ = moment->weights;
  history_ = shown.run->history;
  choices_ = shown.choices;
  if (edge) {
    presentEdge(shown, edge->from, edge->to);
  } else if (node >= 0 && node < weights_->probabilities.shape.nodes()) {
    presentNode(shown, node);
  }
  if (node >= 0 && node < weights_->probabilities.shape.nodes()) presentInputs(shown, node);
  presentCell(shown);
}

void InspectorPane::presentNode(const Shown& shown, int node) {
  const auto& shape = weights_->probabilities.shape;
  title_->setText(nameOf(shape, node));
  kind_->setText(widgets::kindName(space::kindIndex(shape.kindOf(node))));
  set(why_, whyNode(shown, node));
  presentWeight(shown, node, widgets::kSinkNode);
  presentCost(shown, node);
}

void InspectorPane::presentEdge(const Shown& shown, int from, int to) {
  const auto& shape = weights_->probabilities.shape;
  if (from >= shape.nodes() || to >= shape.nodes()) return;
  title_->setText(u"%1 → %2"_s.arg(from < 0 ? tr("input") : nameOf(shape, from),
                                   to < 0 ? tr("sink") : nameOf(shape, to)));
  kind_->setText(widgets::edgeKindName(from < 0 ? widgets::EdgeKind::Input
                                       : to < 0 ? widgets::EdgeKind::Sink
                                                : widgets::EdgeKind::Level));
  set(why_, whyEdge(shown, from, to));
  presentWeight(shown, from, to);
  for (auto* value : {activation_, parameters_, flops_, memory_}) set(value, {});
}

void InspectorPane::presentWeight(const Shown& shown, int from, int to) {
  const auto standing = standingOf(shown, from, to);
  course_->setVisible(standing.has_value());
  if (!standing) {
    for (auto* value : {weight_, logit_, rank_, margin_, change_}) set(value, {});
    return;
  }
  const QLocale locale;
  const auto& shape = weights_->probabilities.shape;
  const int count = to < 0 ? shape.nodes() : shape.nodesPerLevel();
  set(weight_, tr("%1 (%2 × uniform)")
                   .arg(locale.toString(standing->weight, 'f', 4),
                        locale.toString(standing->weight * count, 'f', 2)));
  set(logit_, locale.toString(standing->logit, 'f', 4));
  set(rank_, tr("%1 of %2").arg(locale.toString(standing->rank), locale.toString(standing->of)));
  set(margin_,
      standing->margin
          ? tr("%1 to %2").arg(signedText(*standing->margin), nameOf(shape, standing->rival))
          : QString());
  const Earlier earlier = earlierWeights(shown);
  set(change_, earlier.weights == nullptr
                   ? QString()
                   : tr("%1 in %2")
                         .arg(signedText(standing->weight -
                                         edgeWeight(earlier.weights->probabilities, from, to)),
                              stepsText(earlier.steps)));
  course_->setValues(weightCourse(shown, from, to), tr("Recent course of the weight"));
}

void InspectorPane::presentCost(const Shown& shown, int node) {
  const auto& weights = weights_->probabilities;
  const space::Operation operation = operationOf(weights, node);
  const QString name = QString::fromLatin1(enumName(operation.activation));
  if (weights.activation.empty()) {
    set(activation_, name);
  } else {
    const double weight = weights.activation[weights.activationIndex(node, operation.activation)];
    set(activation_, tr("%1 (weight %2)").arg(name, QLocale().toString(weight, 'f', 3)));
  }
  const Moment* moment = shown.moment();
  if (moment->place.channels <= 0 || !shown.derived) {
    for (auto* value : {parameters_, flops_, memory_}) set(value, {});
    return;
  }
  const space::PartCost cost =
      space::operationCost(operation, shown.derived->derivation.cell.settings, placeOf(*moment));
  set(parameters_, QLocale().toString(static_cast<qlonglong>(cost.parameters)));
  set(flops_, flopsText(cost.flops));
  set(memory_, activationText(cost.activationBytes));
}

void InspectorPane::presentInputs(const Shown& shown, int node) {
  const widgets::SupergraphPicture picture = supergraphPicture(shown);
  const auto edges = widgets::edgesOf(picture, node);
  const QSignalBlocker quiet(inputs_);
  // Rows are kept while the node is, so that the selection and the scroll position stay.
  while (inputs_->topLevelItemCount() > static_cast<int>(edges.size())) {
    delete inputs_->takeTopLevelItem(inputs_->topLevelItemCount() - 1);
  }
  while (inputs_->topLevelItemCount() < static_cast<int>(edges.size())) {
    new QTreeWidgetItem(inputs_);
  }
  QTreeWidgetItem* current = nullptr;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto& edge = picture.edges[static_cast<std::size_t>(edges[i])];
    auto* item = inputs_->topLevelItem(static_cast<int>(i));
    item->setText(0, widgets::edgeName(picture, edge));
    item->setText(1, edge.kind == widgets::EdgeKind::Input
                         ? QString()
                         : QLocale().toString(static_cast<double>(edge.weight), 'f', 3));
    item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    item->setText(2, edge.kept ? tr("yes") : QString());
    item->setData(0, Qt::UserRole, edge.from);
    item->setData(0, Qt::UserRole + 1, edge.to);
    QFont font = inputs_->font();
    font.setBold(edge.kept);
    item->setFont(0, font);
    if (shown.choices.edge == ChosenEdge{edge.from, edge.to}) current = item;
  }
  inputs_->setCurrentItem(current);
  const int rows = std::clamp(static_cast<int>(edges.size()), 3, kMostRows);
  inputs_->setFixedHeight(inputs_->header()->sizeHint().height() + 2 * inputs_->frameWidth() +
                          rows * inputs_->fontMetrics().height() * 5 / 4);
}

void InspectorPane::presentCell(const Shown& shown) {
  const auto& pinned = shown.choices.pinnedCells;
  reference_->setVisible(!pinned.empty());
  QStringList names{tr("Compare with no other cell")};
  for (const auto& cell : pinned)
    names << tr("Compare with %1").arg(QString::fromStdString(cell.name));
  QStringList have;
  for (int i = 0; i < reference_->count(); ++i) have << reference_->itemText(i);
  if (names != have) {
    // A cell that is put aside is what one wants to compare with.
    if (names.size() > have.size() && !have.isEmpty()) referenceName_ = names.last();
    const QSignalBlocker quiet(reference_);
    reference_->clear();
    reference_->addItems(names);
  }
  const int index = std::max(0, static_cast<int>(names.indexOf(referenceName_)));
  reference_->setCurrentIndex(index);
  derived_ = shown.derived;
  if (!derived_) {
    card_->clear();
    margins_->setText(shown.derivationProblem);
    differences_->hide();
    return;
  }
  const auto& derivation = derived_->derivation;
  widgets::CellPicture drawing = cellPicture(derivation.cell);
  const Moment* moment = shown.moment();
  const bool hasPlace = moment->place.channels > 0;
  differences_->setVisible(index > 0);
  if (index > 0) {
    const auto& other = pinned[static_cast<std::size_t>(index - 1)].cell;
    drawing = widgets::markDifferences(drawing, cellPicture(other));
    QString text;
    if (space::sameArchitecture(other, derivation.cell)) {
      text = tr("The same architecture.");
    } else if (hasPlace && space::validate(other)) {
      const space::CellCost cost = space::cost(other, placeOf(*moment));
      const auto change = [](std::int64_t now, std::int64_t then) {
        const double by = static_cast<double>(now - then);
        return (by < 0 ? u"−"_s : u"+"_s) + shortNumber(std::abs(by));
      };
      text = tr("%1FLOPs, %2 parameters, %3B activations.")
                 .arg(change(derived_->cost.flops, cost.flops),
                      change(derived_->cost.parameters, cost.parameters),
                      change(derived_->cost.activationBytes, cost.activationBytes));
    }
    differences_->setText(text);
  }
  card_->setCell(derivation.cell, drawing, hasPlace ? std::optional(derived_->cost) : std::nullopt);
  margins_->setText(flipSentence(derivation, weights_->probabilities.shape));
}

void InspectorPane::presentEvaluationNode(const Shown& shown) {
  const auto cell = shown.run->configuration->find("cell");
  const bool has = cell != shown.run->configuration->end() && cell->is_object();
  const auto design =
      has ? space::cellFromJson(*cell, "cell") : Result<space::CellDesign>(space::CellDesign{});
  if (!design || design->nodes.empty()) {
    emptyText_ = tr("This is the plain backbone: it has no cell.");
    return;
  }
  cell_->show();
  cell_->setTitle(tr("Cell"));
  reference_->hide();
  differences_->hide();
  margins_->clear();
  derived_.reset();
  const Moment* moment = shown.moment();
  const bool hasPlace = moment != nullptr && moment->place.channels > 0;
  card_->setCell(*design, cellPicture(*design),
                 hasPlace ? std::optional(space::cost(*design, placeOf(*moment))) : std::nullopt);
}

}  // namespace attelier::ui
