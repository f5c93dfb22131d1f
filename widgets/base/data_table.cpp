#include "widgets/base/data_table.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

QString translated(const char* text) {
  return QCoreApplication::translate("attelier::widgets::DataTable", text);
}

bool isReal(const QVariant& value) {
  return value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Float;
}

QString textOf(const QVariant& value, const QLocale& locale) {
  if (isReal(value)) return locale.toString(value.toDouble(), 'g', 9);
  return value.toString();
}

QString quoted(const QString& text) {
  if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n')) return text;
  return u'"' + QString(text).replace(u'"', u"\"\""_s) + u'"';
}

}  // namespace

QString tabSeparated(const DataTable& table) {
  QStringList lines{table.columns.join(u'\t')};
  const QLocale locale;
  for (const auto& row : table.rows) {
    QStringList cells;
    for (const auto& value : row) cells << textOf(value, locale);
    lines << cells.join(u'\t');
  }
  return lines.join(u'\n');
}

QByteArray commaSeparated(const DataTable& table) {
  QStringList header;
  for (const auto& column : table.columns) header << quoted(column);
  QByteArray csv = header.join(u',').toUtf8() + "\r\n";
  for (const auto& row : table.rows) {
    QStringList cells;
    for (const auto& value : row) cells << quoted(textOf(value, QLocale::c()));
    csv += cells.join(u',').toUtf8() + "\r\n";
  }
  return csv;
}

void saveDataTable(const DataTable& table, QWidget* parent) {
  auto* dialog = new QFileDialog(
      parent, translated(QT_TRANSLATE_NOOP("attelier::widgets::DataTable", "Save as CSV")));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(u"csv"_s);
  dialog->setNameFilter(u"CSV (*.csv)"_s);
  dialog->selectFile(QString(table.title).replace(u'/', u'-') + u".csv"_s);
  QObject::connect(
      dialog, &QFileDialog::fileSelected, parent, [table, parent](const QString& path) {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(commaSeparated(table)) < 0 ||
            !file.commit()) {
          QMessageBox::warning(
              parent, translated(QT_TRANSLATE_NOOP("attelier::widgets::DataTable", "Not saved")),
              translated(QT_TRANSLATE_NOOP("attelier::widgets::DataTable",
                                           "%1 could not be written: %2. Choose another place."))
                  .arg(path, file.errorString()));
        }
      });
  dialog->open();
}

void showDataTable(const DataTable& table, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(table.title);
  auto* model = new QStandardItemModel(static_cast<int>(table.rows.size()),
                                       static_cast<int>(table.columns.size()), dialog);
  model->setHorizontalHeaderLabels(table.columns);
  for (int row = 0; row < table.rows.size(); ++row) {
    for (int column = 0; column < table.rows[row].size(); ++column) {
      auto* item = new QStandardItem;
      item->setData(table.rows[row][column], Qt::DisplayRole);
      item->setEditable(false);
      if (table.rows[row][column].canConvert<double>() &&
          table.rows[row][column].typeId() != QMetaType::QString) {
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
      }
      model->setItem(row, column, item);
    }
  }
  auto* view = new QTableView(dialog);
  view->setModel(model);
  view->setSortingEnabled(true);
  view->sortByColumn(-1, Qt::AscendingOrder);
  view->setAlternatingRowColors(true);
  view->verticalHeader()->hide();
  view->resizeColumnsToContents();
  view->horizontalHeader()->setStretchLastSection(true);
  view->setAccessibleName(table.title);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
  auto* copy =
      buttons->addButton(translated(QT_TRANSLATE_NOOP("attelier::widgets::DataTable", "&Copy")),
                         QDialogButtonBox::ActionRole);
  auto* save = buttons->addButton(
      translated(QT_TRANSLATE_NOOP("attelier::widgets::DataTable", "&Save as CSV…")),
      QDialogButtonBox::ActionRole);
  QObject::connect(copy, &QPushButton::clicked, dialog,
                   [table] { QApplication::clipboard()->setText(tabSeparated(table)); });
  QObject::connect(save, &QPushButton::clicked, dialog,
                   [table, dialog] { saveDataTable(table, dialog); });
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  auto* layout = new QVBoxLayout(dialog);
  layout->addWidget(view);
  layout->addWidget(buttons);
  dialog->resize(640, 480);
  dialog->show();
}

}  // namespace attelier::widgets
