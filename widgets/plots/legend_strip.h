#pragma once

#include <QColor>
#include <QScrollArea>
#include <QString>
#include <QToolButton>

#include <vector>

namespace attelier::widgets {

struct LegendEntry {
  QString name;
  QColor colour;
  Qt::PenStyle dash = Qt::SolidLine;
  bool isMarker = false;
  bool isShown = true;
  bool operator==(const LegendEntry&) const = default;
};

/// The legend of a plot: a switch for each curve, in rows; beyond the second row it scrolls, so
/// that the plot keeps its room.
class LegendStrip : public QScrollArea {
  Q_OBJECT
 public:
  explicit LegendStrip(QWidget* parent = nullptr);
  void setEntries(const std::vector<LegendEntry>& entries);

 Q_SIGNALS:
  void switched(const QString& name, bool isShown);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fitHeight();

  QWidget* switches_;
  std::vector<LegendEntry> entries_;
  std::vector<QToolButton*> buttons_;
};

}  // namespace attelier::widgets
