#pragma once

#include "ui/workspace/workspace.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace attelier::ui {

class CellCard;

/// The designs that were put aside, and two cells side by side with their differences marked.
class PinnedCellsPage : public QWidget {
  Q_OBJECT
 public:
  explicit PinnedCellsPage(Workspace& workspace, QWidget* parent = nullptr);

  void present(const Shown& shown);

 private:
  struct Candidate {
    QString name;
    space::CellDesign cell;
    bool operator==(const Candidate&) const = default;
  };

  void presentCards(const Shown& shown);
  void remove();
  void rename(int index, const QString& name);
  const Candidate* chosen(const QComboBox* box) const;

  Workspace& workspace_;
  QListWidget* list_;
  QPushButton* remove_;
  QComboBox *first_, *second_;
  CellCard *firstCard_, *secondCard_;
  QLabel* summary_;
  std::vector<Candidate> candidates_;  ///< derived now, then those put aside
  std::vector<PinnedCell> pinned_;
  std::int64_t place_ = -1;
};

}  // namespace attelier::ui
