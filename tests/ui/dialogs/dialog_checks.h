#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTabBar>
#include <QTest>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace attelier::tests {

using namespace Qt::Literals::StringLiterals;

inline std::string nameOf(const QWidget* widget) {
  if (widget == nullptr) return "nothing";
  return (QString::fromLatin1(widget->metaObject()->className()) + u" '"_s + widget->objectName() +
          u"' "_s + widget->accessibleName())
      .toStdString();
}

inline void showActive(QWidget& window) {
  window.show();
  window.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
}

/// Presses Alt and a key, and waits for the button that it clicked to come up again.
inline void pressAlt(QWidget& window, Qt::Key key) {
  QTest::keyClick(&window, key, Qt::AltModifier);
  const auto buttons = window.findChildren<QAbstractButton*>();
  EXPECT_TRUE(QTest::qWaitFor([&buttons] {
    return std::none_of(buttons.begin(), buttons.end(),
                        [](const auto* button) { return button->isDown(); });
  }));
}

/// Presses Tab until the widget of this name, or one inside it, has the focus.
inline QWidget* tabTo(QWidget& window, const QString& name, Qt::KeyboardModifiers modifiers = {}) {
  for (int i = 0; i < 400; ++i) {
    for (QWidget* at = window.focusWidget(); at != nullptr && at != &window;
         at = at->parentWidget()) {
      if (at->objectName() == name) return window.focusWidget();
    }
    QWidget* focused = window.focusWidget() != nullptr ? window.focusWidget() : &window;
    QTest::keyClick(focused, modifiers == Qt::ShiftModifier ? Qt::Key_Backtab : Qt::Key_Tab,
                    modifiers);
  }
  ADD_FAILURE() << "Tab never reaches " << name.toStdString();
  return nullptr;
}

/// Tabs to a field and types over what it holds.
inline void fill(QWidget& window, const QString& name, const QString& text) {
  QWidget* field = tabTo(window, name);
  if (field == nullptr) return;
  QTest::keySequence(field, QKeySequence::SelectAll);
  QTest::keyClicks(field, text);
}

/// Tabs to a list of choices and takes one by its keys.
inline void choose(QWidget& window, const QString& name, const QString& data) {
  auto* box = qobject_cast<QComboBox*>(tabTo(window, name));
  ASSERT_NE(box, nullptr) << name.toStdString();
  QTest::keyClick(box, Qt::Key_Home);
  for (int i = 0; i < box->count() && box->currentData().toString() != data; ++i) {
    QTest::keyClick(box, Qt::Key_Down);
  }
  EXPECT_EQ(box->currentData().toString(), data);
}

/// The way of the Tab key is down the screen: it goes up only between columns of one row.
inline void expectTabFollowsScreen(QWidget& window) {
  window.setFocus();
  QTest::keyClick(&window, Qt::Key_Tab);
  QWidget* first = window.focusWidget();
  ASSERT_NE(first, nullptr);
  QWidget* before = first;
  QPoint last = before->mapTo(&window, QPoint(0, before->height() / 2));
  for (int i = 0; i < 400; ++i) {
    QTest::keyClick(before, Qt::Key_Tab);
    QWidget* now = window.focusWidget();
    if (now == nullptr || now == first) return;
    const QPoint at = now->mapTo(&window, QPoint(0, now->height() / 2));
    const int row = window.fontMetrics().height();
    // A page that scrolls to show what has the focus moves what was above.
    const bool isSamePage = before->parentWidget() == now->parentWidget();
    if (isSamePage) {
      const QPoint was = before->mapTo(&window, QPoint(0, before->height() / 2));
      EXPECT_TRUE(at.y() > was.y() - row || at.x() > was.x())
          << nameOf(now) << " comes after " << nameOf(before) << " but stands above it";
    }
    last = at;
    before = now;
  }
  ADD_FAILURE() << "the Tab key never comes round";
}

/// Everything that can have the focus is named for a screen reader.
inline void expectNames(QWidget& window) {
  for (const QWidget* widget : window.findChildren<QWidget*>()) {
    const bool takesFocus = (widget->focusPolicy() & Qt::TabFocus) != 0 &&
                            widget->isVisibleTo(&window) && widget->focusProxy() == nullptr;
    if (!takesFocus || widget->inherits("QScrollBar") || widget->parent()->inherits("QComboBox") ||
        widget->parent()->inherits("QAbstractSpinBox")) {
      continue;
    }
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const bool isNamed =
        !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
    EXPECT_TRUE(isNamed) << nameOf(widget);
  }
}

/// No two things that are visible answer to the same Alt key.
inline void expectAccessKeys(QWidget& window) {
  std::map<QString, std::string> seen;
  const auto note = [&seen](const QString& text, const QWidget* widget) {
    static const QRegularExpression mark(u"&([^&\\s])"_s);
    const auto match = mark.match(text);
    if (!match.hasMatch()) return;
    const QString key = match.captured(1).toUpper();
    EXPECT_FALSE(seen.contains(key))
        << key.toStdString() << ": " << nameOf(widget) << " and " << seen[key];
    seen[key] = nameOf(widget);
  };
  for (const auto* label : window.findChildren<QLabel*>()) {
    if (label->isVisibleTo(&window) && label->buddy() != nullptr) note(label->text(), label);
  }
  for (const auto* button : window.findChildren<QAbstractButton*>()) {
    if (button->isVisibleTo(&window)) note(button->text(), button);
  }
  for (const auto* bar : window.findChildren<QTabBar*>()) {
    for (int i = 0; bar->isVisibleTo(&window) && i < bar->count(); ++i) note(bar->tabText(i), bar);
  }
}

}  // namespace attelier::tests
