#include "ui/graph/derivation_bar.h"

#include "ui/graph/cell_card.h"
#include "ui/graph/cell_values.h"
#include "ui/graph/derivation_table.h"
#include "ui/graph/elided_label.h"
#include "ui/graph/margin_bar.h"
#include "ui/graph/pinned_cells_page.h"
#include "ui/graph/supergraph_values.h"
#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QAction>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QSlider>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

// A table that can be read by others: copied, saved.
class RowsView : public QTreeView, public widgets::HasDataTable {
 public:
  using QTreeView::QTreeView;
  widgets::DataTable dataTable() const override {
    widgets::DataTable table{accessibleName(), {}, {}};
    for (int column = 0; column < DerivationTable::Take; ++column) {
      table.columns << model()->headerData(column, Qt::Horizontal).toString();
    }
    for (int row = 0; row < model()->rowCount(); ++row) {
      QVariantList values;
      for (int column = 0; column < DerivationTable::Take; ++column) {
        const QVariant key = model()->index(row, column).data(DerivationTable::kSortRole);
        // -1 stands for a score that nobody knows.
        const bool unknown = column == DerivationTable::Score && key.toDouble() < 0;
        values << (unknown ? QVariant() : key);
      }
      table.rows << values;
    }
    return table;
  }
};

}  // namespace

DerivationBar::DerivationBar(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"derivation"_s, tr("Derived cell"), parent) {
  moreNodes_ = add(u"more_nodes"_s, u"plus"_s, tr("Keep one node &more"), QKeySequence(u"A"_s),
                   [this] { change(&space::DerivationOptions::topNodes, 1, tr("Kept nodes")); });
  fewerNodes_ =
      add(u"fewer_nodes"_s, u"minus"_s, tr("Keep one node &fewer"), QKeySequence(u"Shift+A"_s),
          [this] { change(&space::DerivationOptions::topNodes, -1, tr("Kept nodes")); });
  moreInputs_ =
      add(u"more_inputs"_s, u"plus"_s, tr("Read one p&redecessor more"), QKeySequence(u"B"_s),
          [this] { change(&space::DerivationOptions::topPredecessors, 1, tr("Predecessors")); });
  fewerInputs_ = add(
      u"fewer_inputs"_s, u"minus"_s, tr("Read one pre&decessor fewer"), QKeySequence(u"Shift+B"_s),
      [this] { change(&space::DerivationOptions::topPredecessors, -1, tr("Predecessors")); });
  pinCell_ = add(u"pin_cell"_s, u"pin"_s, tr("&Put the cell aside"), QKeySequence(u"Ctrl+D"_s),
                 [this] { pinDerived(); });

  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  tabs_->setObjectName(u"derivation_tabs"_s);
  tabs_->setAccessibleName(title());
  cellPage_ = makeCellPage();
  tablePage_ = makeTablePage();
  pinned_ = new PinnedCellsPage(workspace, tabs_);
  tabs_->addTab(cellPage_, tr("&Cell"));
  tabs_->addTab(tablePage_, tr("E&very alpha and beta"));
  tabs_->addTab(pinned_, tr("Put a&side"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(tabs_);
  connect(tabs_, &QTabWidget::currentChanged, this, [this] { present(shown()); });
  setFocusProxy(alpha_.slider);
}

DerivationBar::~DerivationBar() = default;

QAction* DerivationBar::add(const QString& name, const QString& icon, const QString& text,
                            const QKeySequence& shortcut, std::function<void()> action) {
  auto* made = new QAction(widgets::icon(icon), text, this);
  made->setObjectName(u"derivation."_s + name);
  made->setShortcut(shortcut);
  connect(made, &QAction::triggered, this, std::move(action));
  addAction(made);
  return made;
}

QList<QAction*> DerivationBar::paneActions() const {
  return {moreNodes_, fewerNodes_, moreInputs_, fewerInputs_, pinCell_};
}

DerivationBar::Count DerivationBar::makeCount(const QString& name, const QString& text,
                                              const QString& tip,
                                              int space::DerivationOptions::*member,
                                              const QString& edit) {
  Count count{new QLabel(text, this), new QSlider(Qt::Horizontal, this), new QSpinBox(this)};
  const QString spoken = QString(text).remove(u'&');
  count.slider->setObjectName(name + u"_slider"_s);
  count.box->setObjectName(name + u"_box"_s);
  count.slider->setAccessibleName(spoken);
  count.box->setAccessibleName(spoken);
  count.slider->setPageStep(1);
  count.slider->setMinimumWidth(fontMetrics().height() * 7);
  count.label->setBuddy(count.box);
  for (QWidget* part : {static_cast<QWidget*>(count.label), static_cast<QWidget*>(count.slider),
                        static_cast<QWidget*>(count.box)}) {
    part->setProperty("tip", tip);
    part->setToolTip(tip);
  }
  const auto set = [this, member, edit](int value) {
    this->workspace().edit(edit, [&](Choices& choices) { choices.derivation.*member = value; });
  };
  connect(count.slider, &QSlider::valueChanged, this, set);
  connect(count.box, &QSpinBox::valueChanged, this, set);
  return count;
}

QWidget* DerivationBar::makeCellPage() {
  auto* page = new QWidget(tabs_);
  const int em = fontMetrics().height();
  alpha_ =
      makeCount(u"alpha"_s, tr("Kept &nodes (alpha)"),
                tr("How many nodes the cell returns: those of greatest sink weight\nA, Shift+A"),
                &space::DerivationOptions::topNodes, tr("Kept nodes"));
  beta_ = makeCount(u"beta"_s, tr("P&redecessors (beta)"),
                    tr("How many nodes of the level below each kept node reads\nB, Shift+B"),
                    &space::DerivationOptions::topPredecessors, tr("Predecessors"));
  forced_ = new QLabel(page);
  forced_->setObjectName(u"forced"_s);
  forced_->setTextFormat(Qt::RichText);
  forced_->setWordWrap(true);
  forced_->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
  forced_->setAccessibleName(tr("Nodes decided by hand"));
  connect(forced_, &QLabel::linkActivated, this, [this](const QString& node) {
    const std::string name = node.toStdString();
    this->workspace().edit(tr("Let the weights decide about %1").arg(node), [&](Choices& choices) {
      std::erase(choices.derivation.forced, name);
      std::erase(choices.derivation.forbidden, name);
    });
  });
  margin_ = new MarginBar(page);
  flips_ = new QLabel(page);
  same_ = new QLabel(page);
  problem_ = new QLabel(page);
  flips_->setObjectName(u"flips"_s);
  same_->setObjectName(u"same"_s);
  problem_->setObjectName(u"problem"_s);
  flips_->setAccessibleName(tr("What would change the cell"));
  same_->setAccessibleName(tr("How long the cell has been the same"));
  problem_->setAccessibleName(tr("Why there is no cell"));
  for (auto* label : {flips_, same_, problem_}) label->setWordWrap(true);
  auto* pin = new QToolButton(page);
  pin->setDefaultAction(pinCell_);
  pin->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  pin->setFocusPolicy(Qt::StrongFocus);
  pin->setObjectName(u"pin"_s);
  pin_ = pin;
  card_ = new CellCard(page);
  card_->setObjectName(u"derived_card"_s);
  connect(&card_->view(), &widgets::CellView::nodeSelected, this, [this](int node) {
    if (!derived_ || node < 0) return;
    const int chosen = derived_->derivation.supergraphNodes[static_cast<std::size_t>(node)];
    this->workspace().look([chosen](Choices& choices) {
      choices.node = chosen;
      choices.edge.reset();
    });
  });

  auto* controls = new QGridLayout;
  controls->setColumnStretch(1, 1);
  int row = 0;
  for (const Count* count : {&alpha_, &beta_}) {
    controls->addWidget(count->label, row, 0);
    controls->addWidget(count->slider, row, 1);
    controls->addWidget(count->box, row++, 2);
  }
  controls->addWidget(forced_, row++, 0, 1, 3);
  controls->addWidget(margin_, row++, 0, 1, 3);
  controls->addWidget(flips_, row++, 0, 1, 3);
  controls->addWidget(same_, row++, 0, 1, 3);
  controls->addWidget(problem_, row++, 0, 1, 3);
  controls->setRowStretch(row++, 1);
  controls->addWidget(pin_, row, 0, 1, 3, Qt::AlignLeft);
  columns_ = new QBoxLayout(QBoxLayout::LeftToRight, page);
  columns_->setContentsMargins(em / 2, em / 2, em / 2, em / 2);
  columns_->setSpacing(em);
  columns_->addLayout(controls, 2);
  columns_->addWidget(card_, 3);
  return page;
}

// The cell stands under the numbers where there is no room beside them.
void DerivationBar::resizeEvent(QResizeEvent* event) {
  Pane::resizeEvent(event);
  const bool isNarrow = width() < fontMetrics().height() * 36;
  columns_->setDirection(isNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

QWidget* DerivationBar::makeTablePage() {
  auto* page = new QWidget(tabs_);
  table_ = new DerivationTable(this);
  sorted_ = new QSortFilterProxyModel(this);
  sorted_->setSourceModel(table_);
  sorted_->setSortRole(DerivationTable::kSortRole);
  rows_ = new RowsView(page);
  rows_->setObjectName(u"every_alpha_beta"_s);
  rows_->setAccessibleName(tr("Every alpha and beta"));
  rows_->setModel(sorted_);
  rows_->setRootIsDecorated(false);
  rows_->setUniformRowHeights(true);
  rows_->setAlternatingRowColors(true);
  rows_->setAllColumnsShowFocus(false);
  rows_->setSelectionBehavior(QAbstractItemView::SelectRows);
  rows_->setSortingEnabled(true);
  rows_->sortByColumn(-1, Qt::AscendingOrder);
  rows_->setTextElideMode(Qt::ElideRight);
  QHeaderView* header = rows_->header();
  header->setStretchLastSection(false);
  header->setMinimumSectionSize(fontMetrics().height() * 2);
  const int digit = fontMetrics().averageCharWidth();
  for (int column = 0; column < DerivationTable::kColumns; ++column) {
    header->resizeSection(column, digit * (column == DerivationTable::Pin    ? 4
                                           : column == DerivationTable::Take ? 9
                                           : column < 2                      ? 8
                                                                             : 12));
  }
  header->setSectionResizeMode(DerivationTable::Cell, QHeaderView::Stretch);
  for (const int column : {DerivationTable::Take, DerivationTable::Pin}) {
    header->setSectionResizeMode(column, QHeaderView::Fixed);
  }
  connect(rows_, &QTreeView::clicked, this, [this](const QModelIndex& index) {
    if (index.column() == DerivationTable::Take) take(index);
    if (index.column() == DerivationTable::Pin) pinRow(index);
  });
  connect(rows_, &QTreeView::activated, this, [this](const QModelIndex& index) {
    if (index.column() == DerivationTable::Pin) {
      pinRow(index);
    } else {
      take(index);
    }
  });
  tableNote_ = new ElidedLabel(page);
  tableNote_->setObjectName(u"table_note"_s);
  tableNote_->setAccessibleName(tr("About the table"));
  const int em = fontMetrics().height();
  tableNote_->setContentsMargins(em / 2, em / 4, em / 2, em / 4);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(rows_, 1);
  column->addWidget(tableNote_);
  connect(table_, &DerivationTable::computed, this, [this] { presentTable(shown()); });
  return page;
}

void DerivationBar::showTable() {
  tabs_->setCurrentWidget(tablePage_);
  rows_->setFocus();
}

void DerivationBar::showEvent(QShowEvent* event) {
  Pane::showEvent(event);
  presentTable(shown());
}

void DerivationBar::present(const Shown& shown) {
  const Moment* moment = shown.moment();
  const bool graph = moment != nullptr && moment->weights != nullptr;
  emptyText_ = graph || !shown.run ? QString()
               : isSearch(*shown.run)
                   ? tr("No connection weights are stored yet. They come with the first steps.")
                   : tr("An evaluation trains one cell: there is nothing to derive.");
  for (QWidget* page : {cellPage_, tablePage_}) page->setEnabled(graph);
  for (auto* action : paneActions()) action->setEnabled(graph);
  pinCell_->setEnabled(shown.derived != nullptr);
  presentCounts(shown);
  presentForced(shown);
  presentCell(shown);
  presentTable(shown);
  if (tabs_->currentWidget() == pinned_) pinned_->present(shown);
}

void DerivationBar::setCount(const Count& count, int least, int most, int value,
                             const QString& reason) {
  const QSignalBlocker quietSlider(count.slider), quietBox(count.box);
  count.slider->setRange(least, most);
  // What the run was started with may lie beyond what changes anything.
  count.box->setRange(least, std::max(most, value));
  count.slider->setValue(value);
  count.box->setValue(value);
  count.box->setSuffix(tr(" of %1").arg(QLocale().toString(most)));
  for (QWidget* part : {static_cast<QWidget*>(count.label), static_cast<QWidget*>(count.slider),
                        static_cast<QWidget*>(count.box)}) {
    part->setEnabled(reason.isEmpty());
    part->setToolTip(reason.isEmpty() ? part->property("tip").toString() : reason);
  }
}

void DerivationBar::presentCounts(const Shown& shown) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights) return;
  const auto& shape = moment->weights->probabilities.shape;
  const auto& options = shown.choices.derivation;
  const DerivationRanges ranges = derivationRanges(shape, options);
  setCount(alpha_, ranges.leastNodes, ranges.mostNodes, options.topNodes,
           ranges.mostNodes > ranges.leastNodes
               ? QString()
               : tr("Every node that is allowed is kept in any case"));
  setCount(beta_, 1, ranges.mostPredecessors, options.topPredecessors,
           ranges.mostPredecessors > 1 ? QString()
           : shape.levels > 1          ? tr("Each level has one node only")
                                       : tr("With one level every node reads the cell's input"));
  moreNodes_->setEnabled(options.topNodes < ranges.mostNodes);
  fewerNodes_->setEnabled(options.topNodes > ranges.leastNodes);
  moreInputs_->setEnabled(options.topPredecessors < ranges.mostPredecessors);
  fewerInputs_->setEnabled(options.topPredecessors > 1 && ranges.mostPredecessors > 1);
}

void DerivationBar::change(int space::DerivationOptions::*member, int by, const QString& edit) {
  workspace().edit(edit, [&](Choices& choices) { choices.derivation.*member += by; });
}

void DerivationBar::presentForced(const Shown& shown) {
  const auto& options = shown.choices.derivation;
  const auto links = [](const std::vector<std::string>& names) {
    QStringList made;
    for (const auto& name : names) {
      const QString safe = QString::fromStdString(name).toHtmlEscaped();
      made << u"<a href=\"%1\">%1</a>"_s.arg(safe);
    }
    return made.join(u", "_s);
  };
  QStringList parts;
  if (!options.forced.empty()) parts << tr("Kept in any case: %1.").arg(links(options.forced));
  if (!options.forbidden.empty()) parts << tr("Forbidden: %1.").arg(links(options.forbidden));
  forced_->setVisible(!parts.isEmpty());
  const QString text = parts.join(u' ');
  if (forced_->text() == text) return;
  forced_->setText(text);
  forced_->setToolTip(tr("Choose a node to let the weights decide about it again"));
}

void DerivationBar::presentCell(const Shown& shown) {
  const bool hasProblem = !shown.derivationProblem.isEmpty();
  problem_->setVisible(hasProblem);
  problem_->setText(shown.derivationProblem);
  if (shown.derived == derived_ && derived_) return;
  derived_ = shown.derived;
  for (QWidget* part : {static_cast<QWidget*>(margin_), static_cast<QWidget*>(flips_),
                        static_cast<QWidget*>(same_)}) {
    part->setVisible(derived_ != nullptr);
  }
  if (!derived_) {
    card_->clear();
    margin_->clear({});
    return;
  }
  const auto& derivation = derived_->derivation;
  const Moment* moment = shown.moment();
  card_->setCell(derivation.cell, cellPicture(derivation.cell),
                 moment->place.channels > 0 ? std::optional(derived_->cost) : std::nullopt);
  const QString sentence = flipSentence(derivation, moment->weights->probabilities.shape);
  flips_->setText(sentence);
  if (derivation.flip.table == space::ChoiceTable::None) {
    margin_->clear(sentence);
  } else {
    margin_->setChoice(derivation.flip.keptWeight, derivation.flip.droppedWeight, sentence);
  }
  const std::int64_t since = derived_->sameSince;
  same_->setText(since < 0 ? QString()
                 : since >= moment->weights->step
                     ? tr("The cell is new at this step.")
                     : tr("The same cell for %1, since step %2.")
                           .arg(stepsText(moment->weights->step - since),
                                QLocale().toString(static_cast<qlonglong>(since))));
}

void DerivationBar::presentTable(const Shown& shown) {
  if (tabs_->currentWidget() != tablePage_ || !isVisible()) return;
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights) {
    table_->ask({});
    return;
  }
  if (shown.run->evaluations != evaluations_) {
    evaluations_ = shown.run->evaluations;
    table_->setScores(knownScores(*shown.run));
  }
  const auto& options = shown.choices.derivation;
  table_->setCurrent(options.topNodes, options.topPredecessors);
  DerivationQuestion question{moment->weights, options, {}, placeOf(*moment)};
  if (shown.derived) question.settings = shown.derived->derivation.cell.settings;
  table_->ask(question);
  std::vector<std::string> architectures;
  for (int row = 0; row < table_->rowCount(); ++row) {
    architectures.push_back(table_->row(row).architecture);
  }
  std::sort(architectures.begin(), architectures.end());
  const auto different =
      std::unique(architectures.begin(), architectures.end()) - architectures.begin();
  tableNote_->setText(
      table_->rowCount() == 0 && table_->isComputing()
          ? tr("Computing…")
          : tr("%1 combinations give %2 different cells. The pin puts one aside to compare.")
                .arg(QLocale().toString(table_->rowCount()),
                     QLocale().toString(static_cast<qlonglong>(different))));
}

void DerivationBar::take(const QModelIndex& index) {
  const DerivationRow& row = table_->row(sorted_->mapToSource(index).row());
  const int nodes = row.topNodes, predecessors = row.topPredecessors;
  workspace().edit(tr("Take alpha %1 and beta %2").arg(nodes).arg(predecessors),
                   [=](Choices& choices) {
                     choices.derivation.topNodes = nodes;
                     choices.derivation.topPredecessors = predecessors;
                   });
}

void DerivationBar::pinRow(const QModelIndex& index) {
  const DerivationRow& row = table_->row(sorted_->mapToSource(index).row());
  pin(row.derivation.cell, row.topNodes, row.topPredecessors);
}

void DerivationBar::pinDerived() {
  if (!shown().derived) return;
  const auto& options = shown().choices.derivation;
  pin(shown().derived->derivation.cell, options.topNodes, options.topPredecessors);
}

void DerivationBar::pin(const space::CellDesign& cell, int topNodes, int topPredecessors) {
  const std::int64_t step = shown().step();
  const QString name = tr("step %1, %2 and %3")
                           .arg(QLocale().toString(static_cast<qlonglong>(step)))
                           .arg(topNodes)
                           .arg(topPredecessors);
  workspace().edit(tr("Put a cell aside"), [&](Choices& choices) {
    auto& pinned = choices.pinnedCells;
    const PinnedCell made{name.toStdString(), cell, step, topNodes, topPredecessors};
    if (std::find(pinned.begin(), pinned.end(), made) == pinned.end()) pinned.push_back(made);
  });
  Q_EMIT workspace().said(tr("Put aside: %1").arg(cellText(cell)));
}

}  // namespace attelier::ui
