#include "ui/attention/notice_row.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QStylePainter>

namespace attelier::ui {

OneLineLabel::OneLineLabel(QWidget* parent) : QLabel(parent) {
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void OneLineLabel::setWhole(const QString& text) {
  setText(text);
  setToolTip(text);
}

void OneLineLabel::paintEvent(QPaintEvent*) {
  QStylePainter painter(this);
  painter.drawItemText(rect(), Qt::AlignLeft | Qt::AlignVCenter, palette(), isEnabled(),
                       fontMetrics().elidedText(text(), Qt::ElideRight, width()), foregroundRole());
}

NoticeRow::NoticeRow(QWidget* parent)
    : QWidget(parent),
      text_(new OneLineLabel),
      progress_(new QProgressBar),
      button_(new QPushButton) {
  setObjectName(QStringLiteral("notice"));
  progress_->setFixedWidth(fontMetrics().horizontalAdvance(u'0') * 16);
  progress_->setTextVisible(false);
  progress_->setAccessibleName(tr("Progress"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(text_, 1);
  row->addWidget(progress_);
  row->addWidget(button_);
  connect(button_, &QPushButton::clicked, this, [this] {
    if (action_) action_();
  });
  hide();
}

void NoticeRow::tell(const QString& text, int done, int of, const QString& button,
                     std::function<void()> action) {
  text_->setWhole(text);
  setAccessibleName(text);
  progress_->setVisible(of >= 0);
  if (of >= 0) {
    progress_->setRange(0, of);
    progress_->setValue(done);
  }
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  action_ = std::move(action);
  show();
}

void NoticeRow::clear() {
  action_ = {};
  hide();
}

}  // namespace attelier::ui
