#include "tests/ui/window/own_settings.h"
#include "ui/engine/engine_program.h"
#include "ui/window/about_dialog.h"
#include "ui/window/preferences_dialog.h"
#include "ui/window/shortcuts_dialog.h"

#include <QMainWindow>
#include <QMenuBar>
#include <QPushButton>
#include <QSet>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

/// What holds for every dialog of the window.
class DialogsTest : public WithSettings {
 protected:
  DialogsTest() {
    QAction* action = window_.menuBar()->addMenu(u"&Run"_s)->addAction(u"&Pause"_s);
    action->setShortcut(QKeySequence(u"Ctrl+P"_s));
    window_.show();
  }

  static void expectReachedAndNamed(QDialog& dialog) {
    EXPECT_FALSE(dialog.isModal());
    EXPECT_FALSE(dialog.windowTitle().isEmpty());
    EXPECT_FALSE(dialog.objectName().isEmpty());
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&dialog));
    QSet<const QWidget*> reached;
    for (int i = 0; i < 30; ++i) {
      reached << dialog.focusWidget();
      QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
    }
    for (const auto* child : dialog.findChildren<QWidget*>()) {
      const bool isReachable = child->focusPolicy() & Qt::TabFocus;
      if (!isReachable || !child->isVisible() || !child->isEnabled() || child->focusProxy())
        continue;
      // The line of a spin box or the like is reached as the box.
      const QWidget* parent = child->parentWidget();
      if (parent->focusProxy() == child || parent->inherits("QAbstractSpinBox") ||
          parent->inherits("QKeySequenceEdit")) {
        continue;
      }
      EXPECT_TRUE(reached.contains(child)) << child->metaObject()->className();
      const auto* button = qobject_cast<const QAbstractButton*>(child);
      EXPECT_FALSE(child->accessibleName().isEmpty() && (!button || button->text().isEmpty()))
          << child->metaObject()->className();
    }
    QTest::keyClick(&dialog, Qt::Key_Escape);
    EXPECT_FALSE(dialog.isVisible());
  }

  QMainWindow window_;
};

TEST_F(DialogsTest, Preferences) {
  PreferencesDialog dialog(&window_);
  expectReachedAndNamed(dialog);
}

TEST_F(DialogsTest, Shortcuts) {
  ShortcutsDialog dialog(&window_);
  dialog.summon();
  expectReachedAndNamed(dialog);
}

TEST_F(DialogsTest, About) {
  EngineProgram none{std::filesystem::path()};
  AboutDialog dialog(none, &window_);
  dialog.summon();
  expectReachedAndNamed(dialog);
}

}  // namespace
}  // namespace attelier::ui
