#pragma once

#include <QColor>
#include <QString>
#include <QToolButton>
#include <QWidget>

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

/// The legend of a plot: a switch for each curve, in as many rows as they need.
class LegendStrip : public QWidget {
  Q_OBJECT
 public:
  explicit LegendStrip(QWidget* parent = nullptr);
  void setEntries(const std::vector<LegendEntry>& entries);

 Q_SIGNALS:
  void switched(const QString& name, bool isShown);

 private:
  std::vector<LegendEntry> entries_;
  std::vector<QToolButton*> buttons_;
};

}  // namespace attelier::widgets
