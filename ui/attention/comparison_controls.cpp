#include "ui/attention/comparison_controls.h"

#include "widgets/base/icon.h"

#include <QActionGroup>
#include <QToolBar>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

ComparisonControls::ComparisonControls(Workspace& workspace, QWidget* parent)
    : QObject(parent), workspace_(workspace), menu_(new QMenu(tr("&Compare"), parent)) {
  menu_->setIcon(widgets::icon(u"compare"_s));
  menu_->setToolTipsVisible(true);
  nothing_ = add("compareNothing", {}, tr("With &Nothing"));
  pinned_ = add("comparePinned", u"pin"_s, tr("With the &Pinned Step"));
  nodes_ = new QMenu(tr("With Another N&ode"), menu_);
  sideBySide_ = add("sideBySide", u"compare"_s, tr("&Side by Side"));
  wipe_ = add("wipe", u"wipe"_s, tr("&Wipe"), Qt::Key_W);
  flip_ = add("flip", u"flip"_s, tr("&Flip"), Qt::Key_X);
  difference_ = add("difference", u"difference"_s, tr("&Difference"));
  tiles_ = add("tiles", u"tiles"_s, tr("All Nodes &at Once"), Qt::Key_H);
  for (QAction* action : {nothing_, pinned_, sideBySide_, wipe_, flip_, difference_, tiles_})
    action->setCheckable(true);
  menu_->addActions({nothing_, pinned_});
  menu_->addMenu(nodes_);
  menu_->addSeparator();
  menu_->addActions({sideBySide_, wipe_, flip_, difference_});

  const auto compare = [this](CompareWith with) {
    workspace_.edit(tr("Compare"),
                    [with](Choices& choices) { choices.overlay.compareWith = with; });
  };
  connect(nothing_, &QAction::triggered, this, [compare] { compare(CompareWith::Nothing); });
  connect(pinned_, &QAction::triggered, this, [compare] { compare(CompareWith::PinnedStep); });
  connect(sideBySide_, &QAction::triggered, this, [this] { choose(CompareLayout::SideBySide); });
  connect(wipe_, &QAction::triggered, this, [this] { choose(CompareLayout::Wipe); });
  connect(difference_, &QAction::triggered, this, [this] { choose(CompareLayout::Difference); });
  connect(flip_, &QAction::triggered, this, [this] {
    const OverlayChoices& overlay = workspace_.shown().choices.overlay;
    const bool isFlipping =
        overlay.compareWith != CompareWith::Nothing && overlay.layout == CompareLayout::Flip;
    choose(CompareLayout::Flip);
    flip_->setChecked(true);
    if (isFlipping) Q_EMIT flipped();
  });
  connect(tiles_, &QAction::triggered, this, [this](bool checked) {
    workspace_.edit(tr("All nodes"),
                    [checked](Choices& choices) { choices.overlay.tiles = checked; });
  });
}

QAction* ComparisonControls::add(const char* name, const QString& icon, const QString& text,
                                 const QKeySequence& key) {
  auto* action = new QAction(widgets::icon(icon), text, this);
  action->setObjectName(u"attention."_s + QString::fromLatin1(name));
  action->setShortcut(key);
  return action;
}

void ComparisonControls::choose(CompareLayout layout) {
  workspace_.edit(tr("Compare"), [this, layout](Choices& choices) {
    OverlayChoices& overlay = choices.overlay;
    overlay.tiles = false;
    overlay.layout = layout;
    if (overlay.compareWith != CompareWith::Nothing) return;
    overlay.compareWith = choices.pinnedStep ? CompareWith::PinnedStep : CompareWith::Node;
    if (choices.pinnedStep || overlay.compareNode >= 0) return;
    // Something to compare with, until a person says what.
    for (int node = 0; node < names_.size(); ++node) {
      if (node != choices.node && !names_[node].isEmpty()) {
        overlay.compareNode = node;
        return;
      }
    }
  });
}

QList<QAction*> ComparisonControls::actions() const {
  return {nothing_, pinned_, sideBySide_, wipe_, flip_, difference_, tiles_};
}

void ComparisonControls::addTo(QToolBar* bar) {
  auto* button = new QToolButton(bar);
  button->setIcon(menu_->icon());
  button->setText(tr("Compare"));
  button->setToolTip(tr("Compare with another node or with the pinned step"));
  button->setAccessibleName(tr("Compare"));
  button->setMenu(menu_);
  button->setPopupMode(QToolButton::InstantPopup);
  bar->addWidget(button);
  bar->addAction(tiles_);
}

void ComparisonControls::fillNodes(const QStringList& nodes, int chosen) {
  if (nodes == names_) {
    const auto all = nodes_->actions();
    for (int node = 0; node < all.size(); ++node) all[node]->setChecked(node == chosen);
    return;
  }
  names_ = nodes;
  nodes_->clear();
  for (int node = 0; node < nodes.size(); ++node) {
    QAction* action = nodes_->addAction(nodes[node]);
    action->setCheckable(true);
    action->setChecked(node == chosen);
    action->setVisible(!nodes[node].isEmpty());
    connect(action, &QAction::triggered, this, [this, node] {
      workspace_.edit(tr("Compare"), [node](Choices& choices) {
        choices.overlay.tiles = false;
        choices.overlay.compareWith = CompareWith::Node;
        choices.overlay.compareNode = node;
      });
    });
  }
}

void ComparisonControls::present(const Shown& shown, const QStringList& nodes) {
  const OverlayChoices& overlay = shown.choices.overlay;
  const bool compares = overlay.compareWith != CompareWith::Nothing;
  nothing_->setChecked(!compares);
  pinned_->setChecked(overlay.compareWith == CompareWith::PinnedStep);
  pinned_->setEnabled(shown.choices.pinnedStep.has_value());
  pinned_->setText(shown.choices.pinnedStep ? tr("With &Pinned %1").arg(shown.pinnedName)
                                            : tr("With the &Pinned Step"));
  pinned_->setToolTip(shown.choices.pinnedStep ? QString()
                                               : tr("Pin a step first: P, or in the menu Run"));
  sideBySide_->setChecked(compares && overlay.layout == CompareLayout::SideBySide);
  wipe_->setChecked(compares && overlay.layout == CompareLayout::Wipe);
  flip_->setChecked(compares && overlay.layout == CompareLayout::Flip);
  difference_->setChecked(compares && overlay.layout == CompareLayout::Difference);
  tiles_->setChecked(overlay.tiles);
  fillNodes(nodes, overlay.compareWith == CompareWith::Node ? overlay.compareNode : -1);
}

}  // namespace attelier::ui
