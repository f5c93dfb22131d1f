#include "ui/dialogs/difference_dialog.h"

#include "ui/dialogs/message_bar.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

DifferenceDialog::DifferenceDialog(QWidget* parent)
    : QDialog(parent), model_(new DifferenceModel(this)) {
  setObjectName(u"difference"_s);
  setWindowTitle(tr("Difference of two configurations"));
  auto* layout = new QVBoxLayout(this);
  headline_ = new MessageBar(MessageBar::Look::Line, this);
  headline_->setObjectName(u"headline"_s);
  layout->addWidget(headline_);
  table_ = new QTableView(this);
  table_->setObjectName(u"table"_s);
  table_->setAccessibleName(tr("Fields of both configurations"));
  table_->setModel(model_);
  table_->setAlternatingRowColors(true);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setTabKeyNavigation(false);
  table_->setWordWrap(false);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 3 / 2);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  layout->addWidget(table_, 1);
  auto* buttons = new QHBoxLayout;
  all_ = new QCheckBox(tr("Show &all fields"), this);
  all_->setObjectName(u"all"_s);
  auto* copy = new QPushButton(tr("&Copy as text"), this);
  copy->setObjectName(u"copy"_s);
  auto* close = new QPushButton(tr("Close"), this);
  close->setDefault(true);
  copy->setAutoDefault(false);
  buttons->addWidget(all_);
  buttons->addStretch(1);
  buttons->addWidget(copy);
  buttons->addWidget(close);
  layout->addLayout(buttons);
  connect(all_, &QCheckBox::toggled, this, [this](bool all) {
    model_->setShowsAll(all);
    describe();
  });
  connect(copy, &QPushButton::clicked, this, &DifferenceDialog::copyText);
  connect(close, &QPushButton::clicked, this, &QDialog::reject);
  resize(fontMetrics().averageCharWidth() * 110, fontMetrics().lineSpacing() * 26);
}

void DifferenceDialog::setConfigurations(const QString& leftName, const nlohmann::json& left,
                                         const QString& rightName, const nlohmann::json& right) {
  model_->set(leftName, left, rightName, right);
  describe();
}

void DifferenceDialog::describe() {
  const int count = model_->differences();
  headline_->say(count == 0 ? Severity::Good : Severity::Information,
                 count == 0 ? tr("Both are configured alike.")
                            : tr("Fields that differ: %1.").arg(QLocale().toString(count)));
}

widgets::DataTable DifferenceDialog::dataTable() const {
  widgets::DataTable table{.title = windowTitle(), .columns = {}, .rows = {}};
  for (int column = 0; column < model_->columnCount(); ++column) {
    table.columns << model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
  }
  for (int row = 0; row < model_->rowCount(); ++row) {
    QVariantList values;
    for (int column = 0; column < model_->columnCount(); ++column) {
      values << model_->data(model_->index(row, column), Qt::DisplayRole);
    }
    table.rows << values;
  }
  return table;
}

void DifferenceDialog::copyText() {
  QApplication::clipboard()->setText(widgets::tabSeparated(dataTable()));
}

}  // namespace attelier::ui
