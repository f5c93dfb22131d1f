#include "ui/history/log_pane.h"

#include "ui/history/log_model.h"
#include "widgets/base/icon.h"

#include <QAction>
#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QStyle>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

class LevelAndText : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

  void setLeast(int level) {
    least_ = level;
    invalidateFilter();
  }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    return sourceModel()->index(row, 0, parent).data(LogModel::LevelRole).toInt() >= least_ &&
           QSortFilterProxyModel::filterAcceptsRow(row, parent);
  }

 private:
  int least_ = 0;
};

}  // namespace

LogPane::LogPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"log"_s, tr("Log"), parent),
      model_(new LogModel(this)),
      level_(new QComboBox(this)),
      filter_(new QLineEdit(this)),
      view_(new QTreeView(this)) {
  auto* filtered = new LevelAndText(this);
  filtered_ = filtered;
  filtered->setSourceModel(model_);
  filtered->setFilterKeyColumn(-1);
  filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);

  level_->addItems({tr("All"), tr("Warnings and errors"), tr("Errors")});
  level_->setAccessibleName(tr("Least severity shown"));
  filter_->setPlaceholderText(tr("Filter"));
  filter_->setClearButtonEnabled(true);
  filter_->setAccessibleName(tr("Filter the log"));
  view_->setModel(filtered);
  view_->setAccessibleName(tr("Events"));
  view_->setRootIsDecorated(false);
  view_->setUniformRowHeights(true);
  view_->setAlternatingRowColors(true);
  view_->setSelectionBehavior(QAbstractItemView::SelectRows);
  view_->header()->setStretchLastSection(true);
  const auto widen = [this](LogModel::Column column, const QString& widest, int more) {
    view_->setColumnWidth(column, fontMetrics().horizontalAdvance(widest) + more);
  };
  const int margin = 2 * fontMetrics().averageCharWidth();
  const int icon = view_->style()->pixelMetric(QStyle::PM_SmallIconSize) + margin;
  const QDateTime someTime(QDate(2028, 12, 28), QTime(22, 58));
  widen(LogModel::Time, QLocale().toString(someTime, QLocale::ShortFormat), margin);
  widen(LogModel::Step, QLocale().toString(10'000'000), margin);
  widen(LogModel::Level, LogModel::levelText(run::EventLevel::Info), icon + margin);
  widen(LogModel::Kind, u"checkpoint"_s, margin);

  auto* bar = new QHBoxLayout;
  bar->addWidget(level_);
  bar->addWidget(filter_, 1);
  auto* column = new QVBoxLayout(this);
  const int gap = fontMetrics().height() / 4;
  column->setContentsMargins(gap, gap, gap, gap);
  column->setSpacing(gap);
  column->addLayout(bar);
  column->addWidget(view_, 1);

  table_ = new QAction(widgets::icon(u"table"_s), tr("Show as &table"), this);
  table_->setObjectName(u"log.table"_s);
  connect(table_, &QAction::triggered, this, [this] { widgets::showDataTable(dataTable(), this); });
  connect(level_, &QComboBox::currentIndexChanged, filtered, &LevelAndText::setLeast);
  connect(filter_, &QLineEdit::textChanged, filtered, &QSortFilterProxyModel::setFilterFixedString);
  const auto goTo = [this](const QModelIndex& index) {
    const auto step = index.data(LogModel::StepRole).toLongLong();
    const auto& run = shown().run;
    if (!run) return;
    step >= run->status.step ? this->workspace().goLive() : this->workspace().goTo(step);
  };
  connect(view_, &QTreeView::clicked, this, goTo);
  connect(view_, &QTreeView::activated, this, goTo);
  setFocusProxy(view_);
}

void LogPane::present(const Shown& shown) {
  // The end stays in view while it is looked at; who has scrolled up is left in peace.
  auto* bar = view_->verticalScrollBar();
  const bool isAtEnd = bar->value() == bar->maximum();
  model_->setEvents(shown.run ? shown.run->events : nullptr);
  if (isAtEnd) view_->scrollToBottom();
}

widgets::DataTable LogPane::dataTable() const {
  widgets::DataTable table{tr("Log"), {}, {}};
  for (int column = 0; column < LogModel::kColumns; ++column) {
    table.columns << model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
  }
  for (int row = 0; row < filtered_->rowCount(); ++row) {
    QVariantList values;
    for (int column = 0; column < LogModel::kColumns; ++column) {
      const QModelIndex index = filtered_->index(row, column);
      values << (column == LogModel::Step ? index.data(LogModel::StepRole)
                                          : index.data(Qt::DisplayRole));
    }
    table.rows << values;
  }
  return table;
}

}  // namespace attelier::ui
