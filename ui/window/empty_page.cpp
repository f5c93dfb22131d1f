#include "ui/window/empty_page.h"

#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

EmptyPage::EmptyPage(Actions& actions, QWidget* runs, QWidget* parent) : QWidget(parent) {
  setObjectName(u"empty_page"_s);
  const int unit = fontMetrics().height();
  auto* title = new QLabel(tr("Search attention cells for video networks"), this);
  QFont large = font();
  large.setPointSizeF(large.pointSizeF() * 1.7);
  large.setBold(true);
  title->setFont(large);
  auto* text = new QLabel(tr("A supergraph of attention operations is trained on your clips; the "
                             "connections that prove strong become "
                             "the cell. You watch it decide, look at what each operation attends "
                             "to, and take the cell away."),
                          this);
  text->setWordWrap(true);

  auto* buttons = new QVBoxLayout;
  buttons->setSpacing(unit / 2);
  const auto add = [&](const QString& name, const QString& caption, const QString& explanation) {
    QAction* action = actions.get(name);
    auto* button = new QPushButton(action->icon(), caption, this);
    button->setObjectName(u"empty_"_s + name);
    button->setAccessibleDescription(explanation);
    button->setMinimumHeight(unit * 2);
    button->setEnabled(action->isEnabled());
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action] {
      button->setEnabled(action->isEnabled());
      button->setToolTip(action->toolTip());
    });
    auto* label = new QLabel(explanation, this);
    label->setWordWrap(true);
    QPalette muted = label->palette();
    muted.setColor(QPalette::WindowText, muted.color(QPalette::PlaceholderText));
    label->setPalette(muted);
    buttons->addWidget(button);
    buttons->addWidget(label);
    return button;
  };
  QPushButton* demo = add(u"run.demo"_s, tr("Try the &demo"),
                          tr("About half a minute on synthetic clips, no download: a plaque names "
                             "which glyph counts."));
  demo->setDefault(true);
  first_ = demo;
  add(u"file.new"_s, tr("&New search…"),
      tr("On a folder of your clips: one sub-folder a class, or a list file."));
  add(u"file.open"_s, tr("&Open run…"),
      tr("A run folder that this program, or attelier-engine on another machine, has written."));

  auto* drop = new QLabel(
      tr("Or drop a folder of clips, a run or a shared run anywhere in this window."), this);
  drop->setAlignment(Qt::AlignCenter);
  drop->setWordWrap(true);
  drop->setMargin(unit);
  drop->setFrameStyle(QFrame::StyledPanel | QFrame::Plain);

  auto* left = new QVBoxLayout;
  left->addStretch(1);
  left->addWidget(title);
  left->addSpacing(unit / 2);
  left->addWidget(text);
  left->addSpacing(unit);
  left->addLayout(buttons);
  left->addSpacing(unit);
  left->addWidget(drop);
  left->addStretch(2);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(unit * 3, unit, unit * 2, unit);
  row->setSpacing(unit * 3);
  row->addLayout(left, 3);
  row->addWidget(runs, 4);
}

void EmptyPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (first_->isEnabled()) first_->setFocus();
}

}  // namespace attelier::ui
