#include "ui/graph/pinned_cells_page.h"

#include "ui/graph/cell_card.h"
#include "ui/graph/cell_values.h"
#include "widgets/base/icon.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString signedNumber(double difference) {
  return (difference < 0 ? u"−"_s : u"+"_s) + shortNumber(std::abs(difference));
}

std::optional<space::CellCost> costOf(const Shown& shown, const space::CellDesign& cell) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || moment->place.channels <= 0 || !space::validate(cell)) return {};
  return space::cost(cell, placeOf(*moment));
}

}  // namespace

PinnedCellsPage::PinnedCellsPage(Workspace& workspace, QWidget* parent)
    : QWidget(parent), workspace_(workspace) {
  const int em = fontMetrics().height();
  list_ = new QListWidget(this);
  list_->setObjectName(u"pinned_cells"_s);
  list_->setAccessibleName(tr("Cells put aside"));
  list_->setMaximumWidth(em * 12);
  list_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
  remove_ = new QPushButton(widgets::icon(u"trash"_s), tr("&Remove"), this);
  remove_->setObjectName(u"remove_pinned"_s);
  auto* deleteKey = new QShortcut(QKeySequence::Delete, list_);
  deleteKey->setContext(Qt::WidgetShortcut);
  const auto box = [this](const QString& name, const QString& spoken) {
    auto* made = new QComboBox(this);
    made->setObjectName(name);
    made->setAccessibleName(spoken);
    made->setMinimumContentsLength(10);
    made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(made, &QComboBox::activated, this, [this] { presentCards(workspace_.shown()); });
    return made;
  };
  first_ = box(u"first_cell"_s, tr("First cell of the comparison"));
  second_ = box(u"second_cell"_s, tr("Second cell of the comparison"));
  firstCard_ = new CellCard(this);
  secondCard_ = new CellCard(this);
  summary_ = new QLabel(this);
  summary_->setObjectName(u"comparison"_s);
  summary_->setAccessibleName(tr("Differences of the two cells"));
  summary_->setWordWrap(true);

  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(em / 2, em / 2, em / 2, em / 2);
  grid->setHorizontalSpacing(em);
  grid->addWidget(list_, 0, 0, 2, 1);
  grid->addWidget(remove_, 2, 0, Qt::AlignLeft);
  grid->addWidget(first_, 0, 1);
  grid->addWidget(second_, 0, 2);
  grid->addWidget(firstCard_, 1, 1);
  grid->addWidget(secondCard_, 1, 2);
  grid->addWidget(summary_, 2, 1, 1, 2);
  grid->setColumnStretch(1, 1);
  grid->setColumnStretch(2, 1);
  grid->setRowStretch(1, 1);

  connect(remove_, &QPushButton::clicked, this, &PinnedCellsPage::remove);
  connect(deleteKey, &QShortcut::activated, this, &PinnedCellsPage::remove);
  connect(list_, &QListWidget::currentRowChanged, this, [this](int row) {
    remove_->setEnabled(row >= 0);
    // A cell that is picked from the list is the one to compare.
    if (row >= 0 && row + 1 < second_->count()) {
      second_->setCurrentIndex(row + 1);
      presentCards(workspace_.shown());
    }
  });
  connect(list_, &QListWidget::itemChanged, this,
          [this](QListWidgetItem* item) { rename(list_->row(item), item->text()); });
}

void PinnedCellsPage::present(const Shown& shown) {
  const auto& pinned = shown.choices.pinnedCells;
  if (pinned != pinned_ || list_->count() != static_cast<int>(pinned.size())) {
    const bool grew = pinned.size() > pinned_.size();
    pinned_ = pinned;
    const QSignalBlocker quiet(list_);
    const int row = list_->currentRow();
    list_->clear();
    for (const auto& cell : pinned) {
      auto* item = new QListWidgetItem(QString::fromStdString(cell.name), list_);
      item->setFlags(item->flags() | Qt::ItemIsEditable);
      item->setToolTip(cellText(cell.cell));
    }
    list_->setCurrentRow(grew ? list_->count() - 1 : std::min(row, list_->count() - 1));
  }
  remove_->setEnabled(list_->currentRow() >= 0);

  std::vector<Candidate> candidates;
  candidates.push_back(
      {tr("Derived now"), shown.derived ? shown.derived->derivation.cell : space::CellDesign{}});
  for (const auto& cell : pinned) {
    candidates.push_back({QString::fromStdString(cell.name), cell.cell});
  }
  const std::int64_t place = shown.moment() != nullptr ? shown.moment()->place.id : -1;
  if (candidates == candidates_ && place == place_) return;
  place_ = place;
  const bool grew = candidates.size() > candidates_.size();
  const bool sameNames =
      std::equal(candidates.begin(), candidates.end(), candidates_.begin(), candidates_.end(),
                 [](const Candidate& a, const Candidate& b) { return a.name == b.name; });
  candidates_ = std::move(candidates);
  if (!sameNames) {
    for (QComboBox* box : {first_, second_}) {
      const QSignalBlocker quiet(box);
      const int index = box->currentIndex();
      box->clear();
      for (const auto& candidate : candidates_) box->addItem(candidate.name);
      const int last = box->count() - 1;
      // The newest, beside the one before it.
      box->setCurrentIndex(!grew            ? std::clamp(index, 0, last)
                           : box == second_ ? last
                           : last > 1       ? last - 1
                                            : 0);
    }
  }
  presentCards(shown);
}

const PinnedCellsPage::Candidate* PinnedCellsPage::chosen(const QComboBox* box) const {
  const auto index = static_cast<std::size_t>(box->currentIndex());
  if (box->currentIndex() < 0 || index >= candidates_.size()) return nullptr;
  return candidates_[index].cell.nodes.empty() ? nullptr : &candidates_[index];
}

void PinnedCellsPage::presentCards(const Shown& shown) {
  const Candidate *first = chosen(first_), *second = chosen(second_);
  const auto show = [&](CellCard* card, const Candidate* cell,
                        const widgets::CellPicture& drawing) {
    if (cell == nullptr) return card->clear();
    card->setCell(cell->cell, drawing, costOf(shown, cell->cell));
  };
  if (first == nullptr || second == nullptr) {
    show(firstCard_, first, first ? cellPicture(first->cell) : widgets::CellPicture{});
    show(secondCard_, second, second ? cellPicture(second->cell) : widgets::CellPicture{});
    summary_->clear();
    return;
  }
  const ComparedCells compared = compareCells(first->cell, second->cell);
  show(firstCard_, first, compared.first);
  show(secondCard_, second, compared.second);
  QString text;
  if (pinned_.empty()) {
    text = tr("Put cells aside with the pin to compare them here.");
  } else if (space::sameArchitecture(first->cell, second->cell)) {
    text = tr("The same architecture.");
  } else {
    text = tr("%1 parts less, %2 parts more.").arg(compared.removed).arg(compared.added);
    const auto a = costOf(shown, first->cell), b = costOf(shown, second->cell);
    if (a && b) {
      text += u' ' +
              tr("%1FLOPs, %2 parameters, %3B activations.")
                  .arg(signedNumber(static_cast<double>(b->flops - a->flops)),
                       signedNumber(static_cast<double>(b->parameters - a->parameters)),
                       signedNumber(static_cast<double>(b->activationBytes - a->activationBytes)));
    }
  }
  summary_->setText(text);
}

void PinnedCellsPage::remove() {
  const int row = list_->currentRow();
  if (row < 0) return;
  workspace_.edit(tr("Remove %1").arg(list_->item(row)->text()), [row](Choices& choices) {
    if (row < static_cast<int>(choices.pinnedCells.size())) {
      choices.pinnedCells.erase(choices.pinnedCells.begin() + row);
    }
  });
}

void PinnedCellsPage::rename(int index, const QString& name) {
  const std::string written = name.trimmed().toStdString();
  workspace_.edit(tr("Rename a cell"), [&](Choices& choices) {
    if (index < 0 || index >= static_cast<int>(choices.pinnedCells.size())) return;
    if (!written.empty()) choices.pinnedCells[static_cast<std::size_t>(index)].name = written;
  });
  if (written.empty()) {  // an empty name is taken back
    pinned_.clear();
    present(workspace_.shown());
  }
}

}  // namespace attelier::ui
