#pragma once

#include <QDialog>
#include <nlohmann/json_fwd.hpp>

class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace attelier::ui {

class EngineProgram;

/// What this program is, and what a report of a fault should name: versions, platform, and what
/// the engine says of the machine (`doctor`), which is asked in the background.
class AboutDialog : public QDialog {
  Q_OBJECT
 public:
  explicit AboutDialog(EngineProgram& engine, QWidget* parent = nullptr);

  /// Opens, or comes to the front; the engine is asked anew when it opens.
  void summon();

  /// All of it as plain text, as the button copies it.
  QString diagnostics() const;

  /// More to name under "Window" (slow events, view cost).
  void addLine(const QString& name, const QString& value);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void ask();
  void showReport(const nlohmann::json& report);
  QTreeWidgetItem* group(const QString& title);
  static void addTo(QTreeWidgetItem* group, const QString& name, const QString& value);

  EngineProgram& engine_;
  QTreeWidget* tree_;
  QTreeWidgetItem* windowGroup_;
  QTreeWidgetItem* engineGroup_;
  QList<QTreeWidgetItem*> reportGroups_;
  QLabel* advice_;
  QPushButton* copy_;
  bool isAsking_ = false;
};

}  // namespace attelier::ui
