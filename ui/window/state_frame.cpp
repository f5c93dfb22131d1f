#include "ui/window/state_frame.h"

#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayoutItem>
#include <QPainter>
#include <QProgressBar>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QColor colourOf(Severity severity, const widgets::Theme& theme) {
  switch (severity) {
    case Severity::Good:
      return theme.good;
    case Severity::Warning:
      return theme.warning;
    case Severity::Bad:
      return theme.bad;
    case Severity::Information:
      return theme.accent;
    case Severity::Quiet:
      break;
  }
  return theme.mutedText;
}

QString iconOf(StateKind kind) {
  switch (kind) {
    case StateKind::Running:
      return u"live"_s;
    case StateKind::Paused:
    case StateKind::Pausing:
      return u"pause"_s;
    case StateKind::ScrubbedBack:
      return u"clock"_s;
    case StateKind::Finished:
      return u"check"_s;
    case StateKind::Error:
    case StateKind::Silent:
      return u"error"_s;
    case StateKind::Degraded:
    case StateKind::SlowStep:
    case StateKind::Interrupted:
      return u"warning"_s;
    default:
      return u"info"_s;
  }
}

}  // namespace

StateFrame::StateFrame(Workspace& workspace, Actions& actions, QWidget* panes, QWidget* emptyPage,
                       QWidget* parent)
    : QFrame(parent),
      workspace_(workspace),
      actions_(actions),
      banner_(new QFrame(this)),
      icon_(new QLabel(banner_)),
      headline_(new QLabel(banner_)),
      detail_(new QLabel(banner_)),
      busy_(new QProgressBar(banner_)),
      buttons_(new QHBoxLayout),
      stack_(new QStackedWidget(this)) {
  setObjectName(u"state_frame"_s);
  banner_->setObjectName(u"banner"_s);
  banner_->setAccessibleName(tr("State of the run"));
  banner_->setAutoFillBackground(true);
  headline_->setObjectName(u"headline"_s);
  detail_->setObjectName(u"detail"_s);
  detail_->setWordWrap(true);
  detail_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  for (auto* label : {headline_, detail_}) label->setTextFormat(Qt::PlainText);
  QFont bold = font();
  bold.setBold(true);
  headline_->setFont(bold);
  busy_->setRange(0, 0);
  busy_->setTextVisible(false);
  busy_->setAccessibleName(tr("Busy"));
  busy_->setFixedHeight(fontMetrics().height() / 2);
  busy_->setMaximumWidth(fontMetrics().averageCharWidth() * 24);

  const int gap = fontMetrics().height() / 3;
  auto* row = new QHBoxLayout(banner_);
  row->setContentsMargins(2 * gap, gap, 2 * gap, gap);
  row->setSpacing(2 * gap);
  row->addWidget(icon_);
  row->addWidget(headline_);
  row->addWidget(detail_, 1);
  row->addWidget(busy_);
  row->addLayout(buttons_);

  stack_->addWidget(emptyPage);
  stack_->addWidget(panes);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(2, 2, 2, 2);
  column->setSpacing(0);
  column->addWidget(banner_);
  column->addWidget(stack_, 1);
  connect(&workspace_, &Workspace::changed, this, &StateFrame::present);
  present();
}

void StateFrame::present() {
  const WindowState& state = workspace_.shown().state;
  const bool isOpen = state.kind != StateKind::Empty && state.kind != StateKind::Loading;
  const bool isPlainEmpty = state.kind == StateKind::Empty && state.severity == Severity::Quiet;
  stack_->setCurrentIndex(isOpen ? 1 : 0);
  banner_->setVisible(!isPlainEmpty);
  if (state == state_) return;
  const bool sameActions = state.actions == state_.actions;
  state_ = state;
  headline_->setText(state.headline);
  detail_->setText(state.detail);
  banner_->setAccessibleDescription(state.headline + u" "_s + state.detail);
  busy_->setVisible(state.kind == StateKind::Loading || state.kind == StateKind::WarmingUp ||
                    state.kind == StateKind::Pausing || state.kind == StateKind::Finishing);
  if (!sameActions) {
    while (QLayoutItem* item = buttons_->takeAt(0)) {
      item->widget()->deleteLater();
      delete item;
    }
    for (const auto& name : state.actions) {
      auto* button = new QToolButton(banner_);
      button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
      button->setFocusPolicy(Qt::StrongFocus);
      button->setDefaultAction(actions_.get(name));
      button->setAccessibleName(actions_.get(name)->text().remove(u'&'));
      buttons_->addWidget(button);
    }
  }
  colour();
}

void StateFrame::colour() {
  const auto& theme = widgets::Theme::of(palette());
  QPalette palette = banner_->palette();
  palette.setColor(QPalette::Window, theme.raised);
  banner_->setPalette(palette);
  QPalette text = headline_->palette();
  text.setColor(QPalette::WindowText, colourOf(state_.severity, theme));
  headline_->setPalette(text);
  const int side = fontMetrics().height();
  // Icons are drawn in the text's colour; here the severity's.
  QPixmap pixmap =
      widgets::icon(iconOf(state_.kind)).pixmap(QSize(side, side), devicePixelRatioF());
  QPainter painter(&pixmap);
  painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
  painter.fillRect(pixmap.rect(), colourOf(state_.severity, theme));
  painter.end();
  icon_->setPixmap(pixmap);
  update();
}

void StateFrame::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) colour();
}

void StateFrame::paintEvent(QPaintEvent* event) {
  QFrame::paintEvent(event);
  const bool isMarked = state_.kind == StateKind::ScrubbedBack || state_.severity == Severity::Bad;
  if (!isMarked) return;
  QPainter painter(this);
  const auto& theme = widgets::Theme::of(palette());
  painter.setPen(QPen(colourOf(state_.severity, theme), 4));
  painter.drawRect(rect());
}

}  // namespace attelier::ui
