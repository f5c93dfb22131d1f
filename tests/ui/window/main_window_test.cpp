#include "ui/window/main_window.h"

#include "tests/support/pseudo_locale.h"
#include "tests/support/search_run.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/run_catalogue.h"
#include "ui/window/desktop_look.h"
#include "ui/window/recent_runs.h"
#include "ui/window/state_frame.h"
#include "ui/window/window_actions.h"
#include "widgets/base/data_table.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDockWidget>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::SearchRun;

class Windows : public ::testing::Test {
 protected:
  void SetUp() override {
    QSettings().clear();
    auto made = SearchRun::create(path());
    ASSERT_TRUE(made) << describe(made.error());
    run_ = std::move(*made);
    ASSERT_TRUE(run_->goTo(60));
    catalogue_ = std::make_unique<RunCatalogue>(folder_.path().toStdString());
    window_ = std::make_unique<MainWindow>(workspace_, *catalogue_, recent_, look_);
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
  }

  void open() {
    workspace_.open(path());
    ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().derived != nullptr; }));
    showAllPanes();
  }

  /// Side by side instead of one over the other, so that all are visible at once.
  void showAllPanes() {
    window_->resize(2600, 1800);
    for (auto* dock : window_->findChildren<QDockWidget*>()) {
      dock->setFloating(true);
      dock->show();
    }
    QTest::qWait(50);
  }

  std::filesystem::path path() const { return folder_.filePath(u"a.attelier"_s).toStdString(); }
  bool waitForState(StateKind kind) {
    return QTest::qWaitFor([&] { return window_->findChild<StateFrame*>()->state().kind == kind; });
  }

  QTemporaryDir folder_;
  std::unique_ptr<SearchRun> run_;
  DesktopLook look_;
  EngineProgram engine_{std::filesystem::path("/nonexistent/attelier-engine")};
  Workspace workspace_{engine_};
  RecentRuns recent_;
  std::unique_ptr<RunCatalogue> catalogue_;
  std::unique_ptr<MainWindow> window_;
};

TEST_F(Windows, EveryStateIsDrawnByTheFrame) {
  EXPECT_TRUE(waitForState(StateKind::Empty));
  workspace_.open(path());
  EXPECT_EQ(workspace_.shown().state.kind, StateKind::Loading);
  EXPECT_TRUE(waitForState(StateKind::Running));
  workspace_.goTo(20);
  EXPECT_TRUE(waitForState(StateKind::ScrubbedBack));
  workspace_.goLive();
  EXPECT_TRUE(waitForState(StateKind::Running));
  const auto endsAs = [&](run::Phase phase, StateKind kind) {
    const auto other = folder_.filePath(QString::fromLatin1(run::phaseName(phase))).toStdString();
    auto made = SearchRun::create(other);
    ASSERT_TRUE(made);
    if (phase != run::Phase::Running) {
      ASSERT_TRUE((*made)->goTo(5));
      ASSERT_TRUE((*made)->setPhase(phase, "a reason")) << run::phaseName(phase);
    }
    workspace_.open(other);
    EXPECT_TRUE(waitForState(kind)) << run::phaseName(phase);
    auto* headline = window_->findChild<QLabel*>(u"headline"_s);
    EXPECT_EQ(headline->text(), workspace_.shown().state.headline);
    EXPECT_FALSE(headline->text().isEmpty());
    for (const auto& action : workspace_.shown().state.actions) {
      EXPECT_TRUE(window_->actions().get(action)) << action.toStdString();
    }
  };
  endsAs(run::Phase::Running, StateKind::WarmingUp);  // no step yet
  endsAs(run::Phase::Paused, StateKind::Paused);
  endsAs(run::Phase::Finishing, StateKind::Finishing);
  endsAs(run::Phase::Failed, StateKind::Error);
  endsAs(run::Phase::Discarded, StateKind::Discarded);
  workspace_.open(path());
  EXPECT_TRUE(waitForState(StateKind::Running));
  run_->kill();
  EXPECT_TRUE(waitForState(StateKind::Interrupted));
}

TEST_F(Windows, AllPanesShowTheSameStep) {
  open();
  for (const std::int64_t step : {17, 44, 5}) {
    workspace_.goTo(step);
    ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().step() == step; }));
    for (auto* pane : window_->panes()) {
      EXPECT_TRUE(pane->isVisible()) << pane->objectName().toStdString();
      EXPECT_EQ(pane->shownStep(), step) << pane->objectName().toStdString();
    }
  }
}

TEST_F(Windows, EveryActionIsInAMenuAndExplained) {
  open();
  QSet<QString> ids;
  QMap<QString, QString> shortcuts;
  const auto* firstPage = window_->findChild<QWidget*>(u"empty_page"_s);
  for (const auto& entry : actionsOf(window_.get())) {
    const QString id = actionId(entry);
    // The list of runs on the first page is the one that the panes have.
    const auto* owner = qobject_cast<const QWidget*>(entry.action->parent());
    if (owner != nullptr && firstPage->isAncestorOf(owner)) continue;
    EXPECT_FALSE(entry.menus.isEmpty()) << "in no menu: " << id.toStdString();
    const QString place = entry.menus.join(u'/') + u'/' + id;
    EXPECT_FALSE(ids.contains(place)) << "twice: " << place.toStdString();
    ids << place;
    for (const auto& shortcut : entry.action->shortcuts()) {
      if (entry.action->shortcutContext() != Qt::WindowShortcut) continue;
      const QString key = shortcut.toString();
      EXPECT_FALSE(shortcuts.contains(key))
          << key.toStdString() << " is both " << shortcuts[key].toStdString() << " and "
          << id.toStdString();
      shortcuts[key] = id;
    }
  }
  EXPECT_GT(ids.size(), 60);
}

QString describe(const QWidget* widget) {
  QStringList names;
  for (; widget != nullptr; widget = widget->parentWidget()) {
    names.prepend(QString::fromLatin1(widget->metaObject()->className()) + u'#' +
                  widget->objectName());
  }
  return names.join(u" > "_s);
}

bool isControl(const QWidget* widget) {
  // The parts that Qt's own controls are made of, and drawings that only show what is said beside
  // them.
  if (widget->objectName().startsWith(u"qt_"_s) ||
      widget->inherits("attelier::widgets::Sparkline") ||
      widget->inherits("attelier::widgets::ColourBar") || widget->inherits("QLineEditIconButton")) {
    return false;
  }
  if (qobject_cast<const QAbstractSpinBox*>(widget->parentWidget()) != nullptr ||
      qobject_cast<const QComboBox*>(widget->parentWidget()) != nullptr) {
    return false;
  }
  return qobject_cast<const QAbstractButton*>(widget) != nullptr ||
         qobject_cast<const QComboBox*>(widget) != nullptr ||
         qobject_cast<const QAbstractSlider*>(widget) != nullptr ||
         qobject_cast<const QLineEdit*>(widget) != nullptr ||
         qobject_cast<const QAbstractSpinBox*>(widget) != nullptr ||
         qobject_cast<const QAbstractItemView*>(widget) != nullptr ||
         dynamic_cast<const widgets::HasDataTable*>(widget) != nullptr;
}

TEST_F(Windows, EveryControlIsReachedByKeyboardAndNamed) {
  open();
  int controls = 0;
  for (auto* widget : window_->findChildren<QWidget*>()) {
    if (!widget->isVisible() || !isControl(widget) || qobject_cast<Pane*>(widget) != nullptr)
      continue;
    // Scroll bars and the buttons in the frame of a dock have keys of their own.
    if (widget->inherits("QScrollBar") || widget->inherits("QDockWidgetTitleButton") ||
        widget->inherits("QTabBar") || widget->inherits("QHeaderView") ||
        widget->inherits("QToolBarExtension")) {
      continue;
    }
    ++controls;
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const QString name = !widget->accessibleName().isEmpty() ? widget->accessibleName()
                         : button != nullptr                 ? button->text()
                                                             : QString();
    bool hasLabel = !name.isEmpty();
    for (const auto* label : window_->findChildren<QLabel*>())
      hasLabel = hasLabel || label->buddy() == widget;
    EXPECT_TRUE(hasLabel) << "without a name: " << describe(widget).toStdString();
    const auto* tool = qobject_cast<const QToolButton*>(widget);
    const bool hasAction = tool != nullptr && tool->defaultAction() != nullptr;
    EXPECT_TRUE((widget->focusPolicy() & Qt::TabFocus) != 0 || hasAction ||
                widget->focusProxy() != nullptr)
        << "not reached by Tab: " << describe(widget).toStdString();
  }
  EXPECT_GT(controls, 80);
}

TEST_F(Windows, EveryDrawingIsATable) {
  open();
  int drawings = 0;
  for (auto* widget : window_->findChildren<QWidget*>()) {
    const auto* drawing = dynamic_cast<const widgets::HasDataTable*>(widget);
    if (drawing == nullptr) continue;
    ++drawings;
    const auto table = drawing->dataTable();
    EXPECT_FALSE(table.columns.isEmpty()) << describe(widget).toStdString();
    EXPECT_FALSE(table.title.isEmpty()) << describe(widget).toStdString();
    for (const auto& row : table.rows)
      EXPECT_EQ(row.size(), table.columns.size()) << table.title.toStdString();
  }
  EXPECT_GT(drawings, 8);
}

}  // namespace
}  // namespace attelier::ui
