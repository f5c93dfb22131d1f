#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QVariant>

class QWidget;

namespace attelier::widgets {

/// What a drawing shows, as numbers: for people who can't see it, for the clipboard, for a file.
struct DataTable {
  QString title;
  QStringList columns;  ///< names with units
  QList<QVariantList> rows;
};

/// A drawing that can be read as a table. Every plot, graph and overlay is one.
class HasDataTable {
 public:
  virtual ~HasDataTable() = default;
  virtual DataTable dataTable() const = 0;
};

/// Tab-separated text for the clipboard, with numbers as a person here writes them.
QString tabSeparated(const DataTable& table);

/// CSV (RFC 4180, UTF-8) with numbers in the C locale.
QByteArray commaSeparated(const DataTable& table);

/// Opens the table in a window of its own that lives as long as `parent`: sortable, to be copied
/// and saved.
void showDataTable(const DataTable& table, QWidget* parent);

/// Asks for a file and writes the table as CSV; what went wrong is told in a message.
void saveDataTable(const DataTable& table, QWidget* parent);

}  // namespace attelier::widgets
