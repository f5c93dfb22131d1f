#include "ui/dialogs/section.h"

#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

Section::Section(const QString& title, bool foldable, QWidget* parent)
    : QWidget(parent), title_(title), content_(new QWidget(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  if (foldable) {
    button_ = new QToolButton(this);
    button_->setAutoRaise(true);
    button_->setCheckable(true);
    button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button_->setFocusPolicy(Qt::StrongFocus);
    button_->setText(title);
    layout->addWidget(button_, 0, Qt::AlignLeft);
    connect(button_, &QToolButton::toggled, this, [this](bool open) { setFolded(!open); });
    setFolded(true);
  } else if (!title.isEmpty()) {
    auto* heading = new QLabel(title, this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    layout->addWidget(heading);
  }
  layout->addWidget(content_);
}

bool Section::isFolded() const { return button_ != nullptr && !button_->isChecked(); }

void Section::setFolded(bool folded) {
  if (button_ == nullptr) return;
  if (!folded) Q_EMIT unfolding();
  button_->setChecked(!folded);
  button_->setArrowType(folded ? Qt::RightArrow : Qt::DownArrow);
  button_->setAccessibleDescription(folded ? tr("folded") : tr("open"));
  content_->setVisible(!folded);
}

void Section::setRemark(const QString& remark) {
  if (button_ == nullptr) return;
  button_->setText(remark.isEmpty() ? title_ : tr("%1 (%2)").arg(title_, remark));
}

}  // namespace attelier::ui
