#include "ui/window/hints.h"

#include "tests/ui/window/own_settings.h"
#include "ui/window/hint_bubble.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class HintsTest : public WithSettings {
 protected:
  HintsTest() : clip(new QPushButton(u"clip"_s, &window)), bar(new QPushButton(u"bar"_s, &window)) {
    window.resize(800, 600);
    clip->setGeometry(300, 200, 200, 150);
    bar->setGeometry(10, 550, 200, 30);
    window.show();
  }

  HintBubble* bubble() const {
    for (auto* each : window.findChildren<HintBubble*>()) {
      if (each->isVisible()) return each;
    }
    return nullptr;
  }
  HintRing* ring() const {
    for (auto* each : window.findChildren<HintRing*>()) {
      if (each->isVisible()) return each;
    }
    return nullptr;
  }
  QRect rectOf(const QWidget* widget) const {
    return {widget->mapTo(&window, QPoint()), widget->size()};
  }

  QWidget window;
  QPushButton *clip, *bar;
};

TEST_F(HintsTest, PointsAtItsPlaceAndTakesNoFocus) {
  clip->setFocus();
  Hints hints;
  hints.offer(u"clip.pixel"_s, clip, {50, 50, 20, 20}, u"Click a pixel"_s);
  EXPECT_EQ(hints.shown(), u"clip.pixel"_s);
  ASSERT_NE(bubble(), nullptr);
  EXPECT_FALSE(bubble()->isWindow());
  EXPECT_EQ(window.focusWidget(), clip);
  EXPECT_TRUE(window.rect().contains(bubble()->geometry()));
  EXPECT_FALSE(bubble()->geometry().contains(QPoint(360, 260))) << "it must not hide the place";
  EXPECT_TRUE(ring()->geometry().contains(QRect(350, 250, 20, 20)));
  QTest::mouseClick(&window, Qt::LeftButton, {}, {360, 260});
  EXPECT_TRUE(ring()->testAttribute(Qt::WA_TransparentForMouseEvents));
}

TEST_F(HintsTest, StaysInTheWindowWhereverItsPlaceIs) {
  Hints hints;
  for (const QRect& place : {QRect(0, 0, 60, 30), QRect(740, 570, 60, 30), QRect(0, 570, 60, 30),
                             QRect(740, 0, 60, 30), QRect(0, 0, 800, 600)}) {
    clip->setGeometry(place);
    hints.offer(u"a"_s, clip, {},
                u"A hint with a text that takes more than one line of it, as some do"_s);
    EXPECT_TRUE(window.rect().contains(bubble()->geometry()));
    if (place.width() < 800) {
      EXPECT_FALSE(bubble()->geometry().contains(place.center()));
    }
  }
}

TEST_F(HintsTest, IsShownOnceEvenAfterANewStart) {
  {
    Hints hints;
    hints.offer(u"a"_s, clip, {}, u"text"_s);
    ASSERT_NE(bubble(), nullptr);
    QTest::mouseClick(bubble()->button(), Qt::LeftButton);
    EXPECT_EQ(bubble(), nullptr);
    EXPECT_EQ(ring(), nullptr);
    hints.offer(u"a"_s, clip, {}, u"text"_s);
    EXPECT_EQ(bubble(), nullptr);
  }
  Hints next;
  next.offer(u"a"_s, clip, {}, u"text"_s);
  EXPECT_EQ(bubble(), nullptr);
  next.replay();
  EXPECT_EQ(next.shown(), u"a"_s);
}

TEST_F(HintsTest, OneAtATime) {
  Hints hints;
  hints.offer(u"a"_s, clip, {}, u"first"_s);
  hints.offer(u"b"_s, bar, {}, u"second"_s);
  hints.offer(u"c"_s, bar, {}, u"third"_s);
  EXPECT_EQ(hints.shown(), u"a"_s);
  hints.dismiss(u"b"_s);  // done before it was told
  hints.dismiss(u"a"_s);
  EXPECT_EQ(hints.shown(), u"c"_s);
  hints.dismissAll();
  EXPECT_EQ(hints.shown(), QString());
  hints.replay();
  EXPECT_EQ(hints.shown(), u"a"_s);
  hints.dismiss(u"a"_s);
  EXPECT_EQ(hints.shown(), u"b"_s) << "in the order of the offers";
}

TEST_F(HintsTest, FollowsItsWidget) {
  Hints hints;
  hints.offer(u"a"_s, clip, {}, u"text"_s);
  const QPoint before = bubble()->pos();
  clip->move(100, 100);
  EXPECT_TRUE(QTest::qWaitFor([&] { return bubble() != nullptr && bubble()->pos() != before; }));
  clip->hide();
  EXPECT_TRUE(QTest::qWaitFor([&] { return bubble() == nullptr; }));
  EXPECT_EQ(hints.shown(), QString());
  clip->show();
  EXPECT_TRUE(QTest::qWaitFor([&] { return hints.shown() == u"a"; }));
  delete clip;
  EXPECT_EQ(bubble(), nullptr);
}

TEST_F(HintsTest, WaitsForAHiddenWidget) {
  bar->hide();
  Hints hints;
  hints.offer(u"b"_s, bar, {}, u"second"_s);
  EXPECT_EQ(hints.shown(), QString());
  bar->show();
  EXPECT_TRUE(QTest::qWaitFor([&] { return hints.shown() == u"b"; }));
}

TEST_F(HintsTest, KeyboardReachesAndClosesIt) {
  Hints hints;
  hints.offer(u"a"_s, clip, {}, u"Click a pixel"_s);
  EXPECT_EQ(bubble()->accessibleName(), u"Hint: Click a pixel"_s);
  clip->setFocus();
  QTest::keyClick(clip, Qt::Key_Tab);
  ASSERT_EQ(window.focusWidget(), bubble()->button());
  QTest::keyClick(bubble()->button(), Qt::Key_Escape);
  EXPECT_EQ(bubble(), nullptr);
}

TEST_F(HintsTest, PulsesUnlessMotionIsReduced) {
  Hints hints;
  hints.offer(u"a"_s, clip, {}, u"text"_s);
  EXPECT_TRUE(ring()->isPulsing());
  EXPECT_TRUE(QTest::qWaitFor([&] { return !ring()->isPulsing(); }));
  hints.setReducedMotion(true);
  hints.replay();
  EXPECT_FALSE(ring()->isPulsing());
}

}  // namespace
}  // namespace attelier::ui
