#pragma once

#include "ui/history/search_health.h"

#include <QWidget>

#include <array>
#include <memory>

class QLabel;
class QListWidget;

namespace attelier::widgets {
class Sparkline;
}

namespace attelier::ui {

/// The health of a search: entropy, margin and changes of the cell as small curves, and what stands
/// out as a list; Enter or a click on a line chooses it.
class HealthPanel : public QWidget {
  Q_OBJECT
 public:
  explicit HealthPanel(QWidget* parent = nullptr);

  /// Null while it is being found.
  void setHealth(std::shared_ptr<const SearchHealth> health);
  /// The shared time cursor: which values are shown.
  void setCurrentStep(std::int64_t step);

 Q_SIGNALS:
  void alarmChosen(const attelier::ui::HealthAlarm& alarm);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  struct Course {
    QString name;
    QLabel* value = nullptr;
    widgets::Sparkline* line = nullptr;
  };

  void presentValues();
  void presentAlarms();
  void choose(int row);

  std::array<Course, 4> courses_;
  QLabel* title_ = nullptr;
  QListWidget* list_ = nullptr;
  std::shared_ptr<const SearchHealth> health_;
  std::vector<HealthAlarm> listed_;
  std::int64_t step_ = -1;
};

}  // namespace attelier::ui
