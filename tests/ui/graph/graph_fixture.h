#pragma once

#include "tests/support/search_run.h"
#include "ui/engine/engine_program.h"
#include "ui/workspace/workspace.h"

#include <QAccessible>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include <memory>

namespace attelier::ui {

/// Every control of a pane that is visible has a name to be read out, and Tab reaches it.
inline void expectNamedControls(const QWidget& pane) {
  for (const auto* widget : pane.findChildren<QWidget*>()) {
    // Parts of Qt's own widgets (viewports, the editor of a spin box) belong to their parent.
    const bool isPart = widget->objectName().startsWith(QStringLiteral("qt_"));
    if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || isPart) continue;
    auto* spoken = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
    ASSERT_NE(spoken, nullptr);
    EXPECT_FALSE(spoken->text(QAccessible::Name).isEmpty()) << widget->metaObject()->className();
    EXPECT_TRUE(widget->focusPolicy() & Qt::TabFocus) << widget->metaObject()->className();
  }
}

/// A workspace on a run folder of closed form at step 60.
class GraphTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = testing::SearchRun::create(path());
    ASSERT_TRUE(made) << describe(made.error());
    run_ = std::move(*made);
    ASSERT_TRUE(run_->goTo(60));
    workspace_.open(path());
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return shown().derived != nullptr && shown().run->history != nullptr; }));
  }

  std::filesystem::path path() const {
    return folder_.filePath(QStringLiteral("a.attelier")).toStdString();
  }
  const Shown& shown() const { return workspace_.shown(); }
  bool waitForStep(std::int64_t step) {
    return QTest::qWaitFor([&] { return shown().step() == step; });
  }
  void choose(const std::function<void(Choices&)>& change) { workspace_.look(change); }
  void derive(int topNodes, int topPredecessors) {
    choose([=](Choices& choices) {
      choices.derivation.topNodes = topNodes;
      choices.derivation.topPredecessors = topPredecessors;
    });
  }

  QTemporaryDir folder_;
  std::unique_ptr<testing::SearchRun> run_;
  EngineProgram engine_{std::filesystem::path("/nonexistent/attelier-engine")};
  Workspace workspace_{engine_};
};

}  // namespace attelier::ui
