#pragma once

#include "engine/space/cost.h"
#include "widgets/graph/cell_view.h"

#include <QWidget>

#include <optional>

class QLabel;

namespace attelier::ui {

class ElidedLabel;

/// A cell as a drawing with its short text and what it costs.
class CellCard : public QWidget {
  Q_OBJECT
 public:
  explicit CellCard(QWidget* parent = nullptr);

  /// `drawing` may mark differences; without a place the cost is unknown.
  void setCell(const space::CellDesign& cell, const widgets::CellPicture& drawing,
               const std::optional<space::CellCost>& cost);
  void clear();
  widgets::CellView& view() { return *view_; }

 private:
  widgets::CellView* view_;
  ElidedLabel* text_;
  QLabel *parameters_, *flops_, *activations_;
};

}  // namespace attelier::ui
