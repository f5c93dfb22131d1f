#pragma once

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace attelier::ui {

/// A path to type, to choose in a file dialog, to drop, or to take from those used before.
class PathBox : public QWidget {
  Q_OBJECT
 public:
  enum class Choose { Folder, File, Either };

  /// `what` names it in the file dialog and to a screen reader ("Clips").
  PathBox(const QString& what, Choose choose, QWidget* parent = nullptr);

  QString path() const;
  void setPath(const QString& path);
  void setPlaceholder(const QString& text);
  /// Paths used before, offered by the arrow; the newest first.
  void setRecent(const QStringList& paths);
  /// Filter of the file dialog ("Lists (*.csv *.txt)").
  void setFilter(const QString& filter) { filter_ = filter; }
  QLineEdit* lineEdit() const;
  /// What the keyboard goes to. (No focus proxy: that would be another stop of the Tab key.)
  QWidget* focusTarget() const;

 Q_SIGNALS:
  void edited();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void addButton(QHBoxLayout* layout, const QString& text, bool folder);
  void choose(bool folder);

  QString what_, filter_;
  QComboBox* box_ = nullptr;
};

}  // namespace attelier::ui
