#include "engine/run/evaluations.h"

#include "tests/engine/run/run_fixture.h"

namespace attelier::run {
namespace {

using ::testing::HasSubstr;

TEST(Verdict, CountsControlsAtLeastAsGood) {
  const Verdict verdict = judge(0.8, {0.5, 0.8, 0.9, 0.1}, 0.4, "report");
  EXPECT_DOUBLE_EQ(verdict.p, 3.0 / 5.0);  // 0.8 and 0.9 are at least as good
  EXPECT_DOUBLE_EQ(verdict.smallestP, 1.0 / 5.0);
  EXPECT_FALSE(verdict.standsOut);
  EXPECT_NE(verdict.sentence.find("p cannot fall below 0.200"), std::string::npos)
      << verdict.sentence;
}

TEST(Verdict, StandsOutOnlyWhereEnoughControlsAllowIt) {
  EXPECT_FALSE(judge(0.9, std::vector<double>(18, 0.5), 0.4, "report").standsOut);  // 1/19
  EXPECT_TRUE(judge(0.9, std::vector<double>(19, 0.5), 0.4, "report").standsOut);   // 1/20
}

TEST(Verdict, WithoutControlsSaysThatNothingCanBeSaid) {
  EXPECT_NE(judge(0.9, {}, 0.4, "select").sentence.find("nothing can be said"), std::string::npos);
}

class EvaluationsTest : public RunTest {
 protected:
  EvaluationsTest() : parent_(newFolder("search.attelier")) {
    succeed(Engine(parent_).store->finish());
  }

  /// A training of twelve planned steps that stands at `step`.
  std::filesystem::path train(const std::string& folder, const std::string& name,
                              const std::string& cell, double report, std::int64_t step = 12) {
    RunInfo info;
    info.kind = RunKind::Evaluation;
    info.parent = RunParent{.run = parent_.info().id, .step = 5, .cell = name};
    info.configuration = {{"cell", nullptr}};
    if (!cell.empty()) {
      info.configuration["cell"] = space::toJson(valueOf(space::parseCell(cell)));
    }
    const RunFolder made = valueOf(RunFolder::create(parent_.evaluations() / folder, info));
    Engine engine(made);
    StatusUpdate update;
    update.step = step;
    update.stepsPlanned = 12;
    succeed(engine.store->setStatus(update));
    engine.setPhase(Phase::Running);
    if (step == 12) {
      succeed(engine.store->append(PointRow{step, "select/top1", report + 0.1, 1.0}));
      succeed(engine.store->append(PointRow{step, "report/top1", report, 1.0}));
      engine.setPhase(Phase::Finishing);
      engine.setPhase(Phase::Finished);
    }
    succeed(engine.store->finish());
    return made.path();
  }

  ComparisonPlan plan(int controls) const {
    return {.steps = 12,
            .controls = controls,
            .trainings = {{"mS<mT", "1"}, {"plain", "2"}, {"random 1", "3"}, {"random 2", "4"}}};
  }

  std::vector<EvaluationRecord> records() const {
    return evaluationRecords(*reader(parent_.path()));
  }

  RunFolder parent_;
};

TEST_F(EvaluationsTest, ACellIsJudgedAmongItsControls) {
  const auto cell = train("1", "mS<mT", "mS<mT", 0.5);
  train("2", "plain", "", 0.25);
  train("3", "random 1", "mT<mS", 0.375);
  train("4", "random 7", "dS<mS", 0.5);  // trained as the control of another cell
  train("5", "alone", "dT<mS", 0.75);
  succeed(writeComparisonPlan(cell, plan(2)));
  const auto found = records();
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].role, EvaluationRole::Cell);
  EXPECT_EQ(found[1].role, EvaluationRole::Plain);
  EXPECT_EQ(found[3].role, EvaluationRole::Random);
  EXPECT_DOUBLE_EQ(*found[0].select, 0.6);
  EXPECT_EQ(reportLooks(found), 5);
  const auto comparisons = compareEvaluations(found);
  ASSERT_EQ(comparisons.size(), 1U);
  const Comparison& comparison = comparisons.front();
  ASSERT_EQ(comparison.members.size(), 4U);
  EXPECT_EQ(comparison.members[3].name, "random 2");
  EXPECT_EQ(comparison.members[3].record, 3U);
  EXPECT_EQ(comparison.waiting, 0);
  ASSERT_TRUE(comparison.verdict.has_value());
  EXPECT_EQ(comparison.verdict->sentence, judge(0.5, {0.375, 0.5}, 0.25, "report").sentence);
}

TEST_F(EvaluationsTest, AnEvaluationThatGoesOnSaysWhatIsMissing) {
  const auto cell = train("1", "mS<mT", "mS<mT", 0.5);
  ComparisonPlan begun = plan(3);
  begun.trainings.resize(2);
  train("2", "plain", "", 0.25, /*step=*/4);
  succeed(writeComparisonPlan(cell, begun));
  const auto one = compareEvaluations(records());
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].waiting, 4);
  EXPECT_FALSE(one[0].verdict.has_value());
  EXPECT_EQ(records()[1].phase, Phase::Interrupted);  // its engine is gone
}

TEST_F(EvaluationsTest, APlanOfAStrangerLeadsNowhere) {
  const auto cell = train("1", "mS<mT", "mS<mT", 0.5);
  EXPECT_FALSE(valueOf(readComparisonPlan(cell)).has_value());
  for (const char* text :
       {"", "[]", R"({"schema":1,"steps":12,"controls":2,"trainings":[]})",
        R"({"schema":1,"steps":"12","controls":2,"trainings":[{"name":"a","folder":"1"}]})",
        R"({"schema":1,"steps":12,"controls":2,"trainings":[{"name":"a","folder":"../.."}]})"}) {
    succeed(writeFileAtomically(cell / "comparison.json", std::string_view(text)));
    EXPECT_EQ(readComparisonPlan(cell).error().code, ErrorCode::Corrupt) << text;
    EXPECT_TRUE(compareEvaluations(records()).empty());
  }
}

}  // namespace
}  // namespace attelier::run
