#pragma once

#include "ui/clips/clip_model.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace attelier::ui {

/// Chooses which clips are shown, and counts them.
class ClipFilterBar : public QWidget {
  Q_OBJECT
 public:
  /// `actions` stand as buttons beside the search field.
  ClipFilterBar(ClipModel& model, const QList<QAction*>& actions, QWidget* parent = nullptr);

  ClipFilter filter() const;
  /// The clips of one class that were taken for another.
  void showConfusion(std::int64_t label, std::int64_t predicted);
  /// Reads the counts of the model anew. `waiting` pictures are being made.
  void updateCounts(int waiting);

 Q_SIGNALS:
  void changed();
  void entered();  ///< the search was ended by Enter: the clips are wanted

 private:
  QComboBox* addChoice(const QString& name);
  void leaveConfusion();
  void fillClasses();

  ClipModel& model_;
  QLineEdit* text_;
  QComboBox *class_, *split_, *only_;
  QToolButton* confusion_;
  QLabel* summary_;
  QTimer typing_;
  std::optional<std::int64_t> predicted_;
  QStringList classes_;
};

}  // namespace attelier::ui
