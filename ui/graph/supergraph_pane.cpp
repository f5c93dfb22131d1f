#include "ui/graph/supergraph_pane.h"

#include "ui/graph/cell_values.h"
#include "ui/graph/elided_label.h"
#include "ui/graph/supergraph_values.h"
#include "widgets/base/icon.h"
#include "widgets/graph/cell_view.h"
#include "widgets/graph/picture_file.h"
#include "widgets/graph/supergraph_view.h"
#include "widgets/plots/picture_dialog.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

// Weights that matter are small: the slider's squares give them most of its way.
constexpr int kHideSteps = 100;
constexpr double kMostHidden = 0.5;

double weightOfSlider(int value) {
  const double share = 1.0 * value / kHideSteps;
  return kMostHidden * share * share;
}

int sliderOfWeight(double weight) {
  return static_cast<int>(std::lround(kHideSteps * std::sqrt(std::max(0.0, weight) / kMostHidden)));
}

void erase(std::vector<std::string>& names, const std::string& name) { std::erase(names, name); }

}  // namespace

SupergraphPane::SupergraphPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"supergraph"_s, tr("Supergraph"), parent) {
  makeActions();
  auto* header = new QWidget(this);
  makeHeader(header);

  pages_ = new QStackedWidget(this);
  view_ = new widgets::SupergraphView(pages_);
  view_->setObjectName(u"supergraph_view"_s);
  view_->setHistory([this](const widgets::EdgePicture& edge) {
    return weightCourse(this->shown(), edge.from, edge.to);
  });
  cell_ = new widgets::CellView(pages_);
  empty_ = new QLabel(pages_);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  for (QWidget* page : {static_cast<QWidget*>(view_), static_cast<QWidget*>(cell_),
                        static_cast<QWidget*>(empty_)}) {
    pages_->addWidget(page);
  }
  caption_ = new ElidedLabel(this);
  caption_->setObjectName(u"caption"_s);
  caption_->setAccessibleName(tr("What moves"));
  const int em = fontMetrics().height();
  caption_->setContentsMargins(em / 2, em / 6, em / 2, em / 6);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(header);
  column->addWidget(pages_, 1);
  column->addWidget(caption_);
  setFocusProxy(view_);

  connect(view_, &widgets::SupergraphView::nodeSelected, this, &SupergraphPane::chooseNode);
  connect(view_, &widgets::SupergraphView::edgeSelected, this, [this](int edge) {
    this->workspace().look([&](Choices& choices) {
      choices.edge.reset();
      if (edge < 0) return;
      const auto& picked = view_->picture().edges[static_cast<std::size_t>(edge)];
      choices.edge = ChosenEdge{picked.from, picked.to};
    });
  });
  connect(view_, &widgets::SupergraphView::nodeActivated, this, [this](int node) {
    chooseNode(node);
    Q_EMIT attentionRequested();
  });
  connect(view_, &widgets::SupergraphView::contextRequested, this, &SupergraphPane::showMenu);
  connect(cell_, &widgets::CellView::nodeSelected, this, &SupergraphPane::chooseNode);
}

SupergraphPane::~SupergraphPane() = default;

QAction* SupergraphPane::add(const QString& name, const QString& icon, const QString& text,
                             const QString& tip, const QKeySequence& shortcut) {
  auto* action = new QAction(widgets::icon(icon), text, this);
  action->setObjectName(u"graph."_s + name);
  action->setShortcut(shortcut);
  const QString plain = QString(text).remove(u'&').remove(u'…');
  action->setToolTip(tip.isEmpty() ? plain : u"%1\n%2"_s.arg(plain, tip));
  addAction(action);
  return action;
}

void SupergraphPane::makeActions() {
  focus_ =
      add(u"focus"_s, u"eye"_s, tr("&Focus on what feeds the node"),
          tr("Dims everything that the selected node does not read, over any number of levels"),
          QKeySequence(u"F"_s));
  focus_->setCheckable(true);
  connect(focus_, &QAction::triggered, this, [this](bool on) {
    workspace().edit(tr("Focus"), [on](Choices& choices) { choices.focusAncestors = on; });
  });
  difference_ = add(u"difference"_s, u"difference"_s, tr("&Difference to the pinned step"), {},
                    QKeySequence(u"D"_s));
  difference_->setCheckable(true);
  connect(difference_, &QAction::triggered, this, [this](bool on) {
    workspace().edit(tr("Difference"), [on](Choices& choices) { choices.showDifference = on; });
  });
  relative_ = add(u"relative"_s, u"contour"_s, tr("&Widths by the strongest edge"),
                  tr("Shows small differences; widths then mean something else at each step"));
  relative_->setCheckable(true);
  legend_ = add(u"legend"_s, u"info"_s, tr("&Legend"), tr("What shapes and lines mean"));
  legend_->setCheckable(true);
  legend_->setChecked(QSettings().value(u"graph/legend"_s, true).toBool());
  connect(relative_, &QAction::toggled, this, [this] { presentGraph(shown()); });
  connect(legend_, &QAction::toggled, this, [this](bool on) {
    QSettings().setValue(u"graph/legend"_s, on);
    presentGraph(shown());
  });
  fit_ = add(u"fit"_s, u"fit"_s, tr("&Show all"), tr("Double click, or 0 in the graph"));
  zoomIn_ = add(u"zoom_in"_s, u"zoom-in"_s, tr("Zoom &in"), tr("Wheel, or + in the graph"));
  zoomOut_ = add(u"zoom_out"_s, u"zoom-out"_s, tr("Zoom &out"), tr("Wheel, or - in the graph"));
  connect(fit_, &QAction::triggered, this, [this] { view_->fit(); });
  connect(zoomIn_, &QAction::triggered, this,
          [this] { view_->zoomBy(1.25, QRectF(view_->rect()).center()); });
  connect(zoomOut_, &QAction::triggered, this,
          [this] { view_->zoomBy(0.8, QRectF(view_->rect()).center()); });
  keep_ = add(u"keep"_s, u"check"_s, tr("&Keep the node"),
              tr("The cell returns it whatever its weight"), QKeySequence(u"K"_s));
  forbid_ = add(u"forbid"_s, u"stop"_s, tr("For&bid the node"),
                tr("The cell neither returns nor reads it"), QKeySequence(u"Shift+K"_s));
  free_ = add(u"free"_s, u"undo"_s, tr("Let the &weights decide"),
              tr("Neither kept in any case nor forbidden"), QKeySequence(u"Ctrl+Shift+K"_s));
  freeAll_ = add(u"free_all"_s, u"repeat"_s, tr("Let the weights decide about &all nodes"), {});
  connect(keep_, &QAction::triggered, this, &SupergraphPane::keepNode);
  connect(forbid_, &QAction::triggered, this, &SupergraphPane::forbidNode);
  connect(free_, &QAction::triggered, this, &SupergraphPane::freeNode);
  connect(freeAll_, &QAction::triggered, this, &SupergraphPane::freeAll);
  save_ = add(u"save"_s, u"save"_s, tr("Save the &picture…"), tr("PNG, SVG or PDF"));
  connect(save_, &QAction::triggered, this, &SupergraphPane::savePicture);
  table_ = add(u"table"_s, u"table"_s, tr("Show edges as &table…"), {});
  connect(table_, &QAction::triggered, this, [this] {
    const auto* drawing = pages_->currentWidget() == cell_
                              ? static_cast<const widgets::HasDataTable*>(cell_)
                              : static_cast<const widgets::HasDataTable*>(view_);
    widgets::showDataTable(drawing->dataTable(), this);
  });
}

QToolButton* SupergraphPane::button(QAction* action) {
  auto* made = new QToolButton(this);
  made->setDefaultAction(action);
  made->setAutoRaise(true);
  made->setFocusPolicy(Qt::TabFocus);
  made->setAccessibleName(QString(action->text()).remove(u'&').remove(u'…'));
  buttons_ << made;
  return made;
}

void SupergraphPane::makeHeader(QWidget* header) {
  const int em = fontMetrics().height();
  auto* row = new QHBoxLayout(header);
  row->setContentsMargins(em / 2, em / 4, em / 2, em / 4);
  row->setSpacing(em / 4);
  places_ = new QComboBox(header);
  places_->setObjectName(u"places"_s);
  places_->setAccessibleName(tr("Place of the cell"));
  places_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  connect(places_, &QComboBox::activated, this, [this](int index) {
    const std::int64_t place = places_->itemData(index).toLongLong();
    workspace().edit(tr("Place"), [place](Choices& choices) { choices.place = place; });
  });
  hideLabel_ = new QLabel(header);
  // As wide as its widest text, so that the slider does not move under the hand.
  hideLabel_->setMinimumWidth(hideLabel_->fontMetrics().horizontalAdvance(
      tr("Hide below %1").arg(QLocale().toString(0.05, 'f', 3))));
  hide_ = new QSlider(Qt::Horizontal, header);
  hide_->setObjectName(u"hide_below"_s);
  hide_->setRange(0, kHideSteps);
  hide_->setPageStep(10);
  hide_->setMaximumWidth(em * 9);
  hide_->setAccessibleName(tr("Hide edges of smaller weight"));
  hide_->setToolTip(tr("Edges of smaller weight are not drawn; the cell's own always are"));
  hideLabel_->setBuddy(hide_);
  connect(hide_, &QSlider::valueChanged, this, [this](int value) {
    workspace().edit(tr("Hide edges"),
                     [value](Choices& choices) { choices.hideBelow = weightOfSlider(value); });
  });
  row->addWidget(places_);
  row->addWidget(hideLabel_);
  row->addWidget(hide_);
  row->addStretch(1);
  for (auto* action : {focus_, difference_, relative_, zoomOut_, fit_, zoomIn_, legend_}) {
    row->addWidget(button(action));
  }
}

QList<QAction*> SupergraphPane::paneActions() const {
  return {focus_, difference_, relative_, legend_,  fit_,  zoomIn_, zoomOut_,
          keep_,  forbid_,     free_,     freeAll_, save_, table_};
}

void SupergraphPane::present(const Shown& shown) {
  const Moment* moment = shown.moment();
  emptyText_.clear();
  if (shown.run && !isSearch(*shown.run)) {
    presentCell(shown);
  } else if (moment != nullptr && moment->weights) {
    presentGraph(shown);
    pages_->setCurrentWidget(view_);
  } else {
    if (shown.run) {
      emptyText_ = tr("No connection weights are stored yet. They come with the first steps.");
    }
    view_->setPicture({});
    weights_.reset();
    caption_->clear();
    pages_->setCurrentWidget(empty_);
  }
  if (empty_->text() != emptyText_) empty_->setText(emptyText_);
  presentHeader(shown);
  presentActions(shown);
}

void SupergraphPane::presentHeader(const Shown& shown) {
  const bool graph = pages_->currentWidget() == view_;
  const auto places = shown.run ? shown.run->places : nullptr;
  const bool several = places && places->size() > 1;
  places_->setVisible(several);
  if (several) {
    QStringList names;
    for (const auto& place : *places) names << QString::fromStdString(place.name);
    QStringList have;
    for (int i = 0; i < places_->count(); ++i) have << places_->itemText(i);
    if (have != names) {
      places_->clear();
      for (const auto& place : *places) {
        places_->addItem(QString::fromStdString(place.name),
                         QVariant::fromValue<qlonglong>(place.id));
      }
    }
    const Moment* moment = shown.moment();
    places_->setCurrentIndex(
        moment != nullptr ? places_->findData(QVariant::fromValue<qlonglong>(moment->place.id))
                          : 0);
    const auto& configuration = *shown.run->configuration;
    const auto space = configuration.find("space");
    const bool shared =
        space != configuration.end() && space->is_object() && space->value("share_weights", false);
    places_->setToolTip(shared ? tr("All places share the weights; attention and cost differ")
                               : tr("Each place has weights of its own"));
  }
  hide_->setEnabled(graph);
  hideLabel_->setEnabled(graph);
  const QSignalBlocker quiet(hide_);
  hide_->setValue(sliderOfWeight(shown.choices.hideBelow));
  hideLabel_->setText(
      shown.choices.hideBelow > 0
          ? tr("Hide below %1").arg(QLocale().toString(shown.choices.hideBelow, 'f', 3))
          : tr("Hide none"));
}

void SupergraphPane::presentGraph(const Shown& shown) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights) return;
  const bool isNew = moment->weights != weights_ || shown.run->history != history_ ||
                     shown.derived != derived_ || shown.pinned != pinned_ ||
                     !(shown.choices.derivation == derivation_);
  if (isNew) {
    weights_ = moment->weights;
    history_ = shown.run->history;
    derived_ = shown.derived;
    pinned_ = shown.pinned;
    derivation_ = shown.choices.derivation;
    view_->setPicture(supergraphPicture(shown));
    const QString caption = movementCaption(shown);
    if (caption != caption_->text()) caption_->setText(caption);
  }
  widgets::SupergraphOptions options;
  options.fixedScale = !relative_->isChecked();
  options.hideBelow = shown.choices.hideBelow;
  options.focusOnAncestors = shown.choices.focusAncestors;
  options.showDifferences = shown.choices.showDifference;
  options.showLegend = legend_->isChecked();
  view_->setOptions(options);
  if (view_->selectedNode() != shown.choices.node) view_->selectNode(shown.choices.node);
  const auto& edge = shown.choices.edge;
  view_->selectEdge(edge ? widgets::findEdge(view_->picture(), edge->from, edge->to) : -1);
}

void SupergraphPane::presentCell(const Shown& shown) {
  if (configuration_ != shown.run->configuration) {
    configuration_ = shown.run->configuration;
    const auto cell = configuration_->find("cell");
    auto design = cell != configuration_->end() && cell->is_object()
                      ? space::cellFromJson(*cell, "cell")
                      : Result<space::CellDesign>(space::CellDesign{});
    cell_->setCell(design ? cellPicture(*design) : widgets::CellPicture{});
  }
  caption_->setText(tr("The cell that is trained here. It has no connection weights to watch."));
  weights_.reset();
  if (cell_->cell().empty()) {
    emptyText_ = tr("This is the plain backbone: it has no cell.");
    caption_->clear();
    pages_->setCurrentWidget(empty_);
    return;
  }
  cell_->selectNode(shown.choices.node);
  pages_->setCurrentWidget(cell_);
}

void SupergraphPane::presentActions(const Shown& shown) {
  const bool graph = pages_->currentWidget() == view_;
  const bool node = graph && shown.choices.node >= 0;
  const auto& options = shown.choices.derivation;
  const std::string name = node ? chosenName().toStdString() : std::string();
  const auto contains = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  focus_->setChecked(shown.choices.focusAncestors);
  focus_->setEnabled(graph);
  difference_->setChecked(shown.choices.showDifference);
  const bool comparable = graph && !view_->picture().referenceName.isEmpty();
  difference_->setEnabled(comparable || shown.choices.showDifference);
  difference_->setToolTip(comparable     ? tr("Weights and cell against %1").arg(shown.pinnedName)
                          : shown.pinned ? tr("The pinned step has another supergraph")
                                         : tr("Pin a step first: P takes the one that is shown"));
  for (auto* action : {relative_, legend_, fit_, zoomIn_, zoomOut_}) action->setEnabled(graph);
  for (auto* action : {save_, table_}) action->setEnabled(pages_->currentWidget() != empty_);
  keep_->setEnabled(node && !contains(options.forced));
  forbid_->setEnabled(node && !contains(options.forbidden));
  free_->setEnabled(node && (contains(options.forced) || contains(options.forbidden)));
  freeAll_->setEnabled(graph && !(options.forced.empty() && options.forbidden.empty()));
}

QString SupergraphPane::chosenName() const {
  return widgets::endName(view_->picture(), view_->selectedNode());
}

void SupergraphPane::chooseNode(int node) {
  workspace().look([node](Choices& choices) {
    choices.node = node;
    choices.edge.reset();
  });
}

void SupergraphPane::keepNode() {
  const std::string name = chosenName().toStdString();
  if (name.empty()) return;
  workspace().edit(tr("Keep %1").arg(chosenName()), [&](Choices& choices) {
    auto& options = choices.derivation;
    erase(options.forbidden, name);
    erase(options.forced, name);
    options.forced.push_back(name);
    options.topNodes = std::max(options.topNodes, static_cast<int>(options.forced.size()));
  });
}

void SupergraphPane::forbidNode() {
  const std::string name = chosenName().toStdString();
  if (name.empty()) return;
  workspace().edit(tr("Forbid %1").arg(chosenName()), [&](Choices& choices) {
    auto& options = choices.derivation;
    erase(options.forced, name);
    erase(options.forbidden, name);
    options.forbidden.push_back(name);
  });
}

void SupergraphPane::freeNode() {
  const std::string name = chosenName().toStdString();
  workspace().edit(tr("Let the weights decide about %1").arg(chosenName()), [&](Choices& choices) {
    erase(choices.derivation.forced, name);
    erase(choices.derivation.forbidden, name);
  });
}

void SupergraphPane::freeAll() {
  workspace().edit(tr("Let the weights decide"), [](Choices& choices) {
    choices.derivation.forced.clear();
    choices.derivation.forbidden.clear();
  });
}

void SupergraphPane::showMenu(int node, const QPoint& globalPosition) {
  if (view_->picture().empty()) return;
  if (node >= 0) view_->selectNode(node, true);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setToolTipsVisible(true);
  if (node >= 0) {
    menu->addSection(chosenName());
    menu->addActions({keep_, forbid_, free_});
    menu->addSeparator();
  }
  menu->addActions({freeAll_, focus_, difference_, relative_, legend_});
  menu->addSeparator();
  menu->addActions({fit_, zoomIn_, zoomOut_});
  menu->addSeparator();
  menu->addActions({save_, table_});
  menu->popup(globalPosition);
}

void SupergraphPane::savePicture() {
  const bool cell = pages_->currentWidget() == cell_;
  const QString title = cell ? tr("Cell") : tr("Supergraph");
  widgets::askForPicture(title, pages_->size(), this,
                         [self = QPointer<SupergraphPane>(this), cell, title](
                             const QString& path, const QSize& size, double scale) {
                           if (!self) return QString();
                           return widgets::writePicture(
                               path, size, scale, title,
                               [&](QPainter& painter, const QRectF& room) {
                                 if (cell) {
                                   self->cell_->paint(painter, room, widgets::Theme::light());
                                 } else {
                                   self->view_->paint(painter, room, widgets::Theme::light());
                                 }
                               });
                         });
}

}  // namespace attelier::ui
