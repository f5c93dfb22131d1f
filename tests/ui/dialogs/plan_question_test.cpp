#include "ui/dialogs/plan_question.h"

#include "tests/ui/dialogs/fake_engine.h"

#include <QSignalSpy>
#include <gmock/gmock.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using tests::FakeEngine;

const QStringList kWords{u"search"_s, u"--task"_s, u"match"_s, u"--plan"_s};

TEST(PlanQuestion, AsksOnceWhatStandsStill) {
  FakeEngine engine;
  PlanQuestion plan(engine.program());
  plan.want({u"search"_s, u"--batch"_s, u"1"_s, u"--plan"_s});
  plan.want({u"search"_s, u"--batch"_s, u"12"_s, u"--plan"_s});
  plan.want(kWords);
  EXPECT_TRUE(plan.isWaiting());
  ASSERT_TRUE(QTest::qWaitFor([&plan] { return plan.answer().has_value(); }, 20'000));
  ASSERT_TRUE(*plan.answer());
  EXPECT_EQ((*plan.answer())->steps, 400);
  EXPECT_DOUBLE_EQ((*plan.answer())->totalSeconds, 24.9);
  const auto calls = engine.calls(u"search"_s);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].mid(0, 3), kWords.mid(1));
  plan.want(kWords);
  EXPECT_TRUE(plan.answer().has_value()) << "the same words are not asked again";
}

TEST(PlanQuestion, GivesUpWhatIsOnItsWay) {
  FakeEngine engine;
  engine.answer(u"plan"_s, "~");
  PlanQuestion plan(engine.program());
  plan.want(kWords);
  ASSERT_TRUE(engine.waitForCalls(u"search"_s, 1));
  engine.answer(u"plan"_s, R"({"steps": 1})");
  plan.want({u"search"_s, u"--plan"_s});
  ASSERT_TRUE(QTest::qWaitFor([&plan] { return plan.answer().has_value(); }, 20'000));
  ASSERT_FALSE(*plan.answer()) << "one number is no estimate";
  EXPECT_EQ(plan.answer()->error().code, ErrorCode::Corrupt);
}

TEST(PlanQuestion, TellsWhyThereIsNone) {
  FakeEngine engine;
  engine.answer(u"plan"_s,
                R"(!{"error": {"code": "out_of_memory", "message": "batch 16 does not fit; 12 does",
                                          "where": "training.batch"}})");
  PlanQuestion plan(engine.program());
  plan.want(kWords);
  ASSERT_TRUE(QTest::qWaitFor([&plan] { return plan.answer().has_value(); }, 20'000));
  ASSERT_FALSE(*plan.answer());
  EXPECT_EQ(plan.answer()->error().where, "training.batch");
}

TEST(PlanQuestion, StopsWithoutAnAnswer) {
  FakeEngine engine;
  PlanQuestion plan(engine.program());
  plan.want(kWords);
  plan.stop();
  EXPECT_FALSE(plan.isWaiting());
  QTest::qWait(PlanQuestion::kStillMs + 300);
  EXPECT_TRUE(engine.calls(u"search"_s).isEmpty());
}

TEST(PlanQuestion, RefusesImpossibleNumbers) {
  const auto read = [](const char* text) {
    return searchEstimateFromJson(nlohmann::json::parse(text));
  };
  EXPECT_FALSE(read(R"({"steps": -1})"));
  EXPECT_FALSE(read("[]"));
  EXPECT_FALSE(read(R"("steps")"));
}

}  // namespace
}  // namespace attelier::ui
