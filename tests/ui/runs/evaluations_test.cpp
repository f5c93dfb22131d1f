#include "engine/run/evaluations.h"

#include "engine/run/commands.h"
#include "engine/space/cell_design.h"
#include "tests/ui/runs/run_folders.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/comparison_strip.h"
#include "ui/runs/evaluation_model.h"
#include "ui/runs/evaluations_pane.h"
#include "ui/runs/notice_bar.h"
#include "widgets/base/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::MadeRun;
using testing::makeRun;
using testing::succeed;
using testing::TemporaryFolder;
using testing::valueOf;

/// A search with a cell among four random cells, another cell alone, and a look at the supergraph.
class Evaluations : public ::testing::Test {
 protected:
  Evaluations() { search_ = makeRun(folder_.path() / "search.attelier", {.select = 0.8}); }

  std::filesystem::path evaluate(int number, const std::string& name, double report, double created,
                                 run::Phase phase = run::Phase::Finished, bool supergraph = false) {
    char file[32];
    std::snprintf(file, sizeof file, "%04d-x.attelier", number);
    const auto path = search_->evaluations() / file;
    MadeRun what;
    what.parent = run::RunParent{.run = search_->info().id, .step = 400, .cell = name};
    what.phase = phase;
    what.created = created;
    if (phase != run::Phase::Finished) what.step = 120;
    if (phase == run::Phase::Finished) what.report = report;
    what.trains = !supergraph;
    if (!supergraph && name != "plain") {
      what.cell =
          space::toJson(valueOf(space::parseCell("mS<mT", space::OperationSettings{}, "cell")));
    }
    makeRun(path, what);
    return path;
  }
  void makeAll() {
    const auto cell = evaluate(1, "mS<mT", 0.93, 1000);
    evaluate(2, "plain", 0.71, 1001);
    run::ComparisonPlan plan{
        .steps = 400,
        .controls = 4,
        .trainings = {{"mS<mT", "0001-x.attelier"}, {"plain", "0002-x.attelier"}}};
    const double random[] = {0.80, 0.84, 0.82, 0.95};
    for (int i = 0; i < 4; ++i) {
      const std::string name = "random " + std::to_string(i + 1);
      running_ = evaluate(3 + i, name, random[i], 1002 + i,
                          i == 3 ? run::Phase::Running : run::Phase::Finished);
      plan.trainings.push_back({name, running_.filename().string()});
    }
    succeed(run::writeComparisonPlan(cell, plan));
    evaluate(7, "other cell", 0.5, 2000);
    evaluate(8, "supergraph", 0.6, 500, run::Phase::Finished, true);
  }

  TemporaryFolder folder_;
  std::optional<run::RunFolder> search_;
  std::filesystem::path running_;
};

TEST_F(Evaluations, AreGroupedByCell) {
  makeAll();
  const EvaluationsReading reading = readEvaluations(search_->path());
  ASSERT_EQ(reading.problem, QString());
  ASSERT_EQ(reading.groups.size(), 3U);
  EXPECT_EQ(reading.groups[0].name, u"other cell"_s);  // the newest first
  EXPECT_FALSE(reading.groups[0].isComparison());
  const EvaluationGroup& group = reading.groups[1];
  EXPECT_EQ(group.members.size(), 6U);
  EXPECT_EQ(group.split, u"report"_s);
  EXPECT_DOUBLE_EQ(*group.cell, 0.93);
  EXPECT_DOUBLE_EQ(*group.plain, 0.71);
  EXPECT_EQ(group.random.size(), 3U);  // the fourth is not over
  EXPECT_NEAR(group.spread->mean, 0.82, 1e-9);
  EXPECT_NEAR(group.spread->deviation, 0.02, 1e-9);
  EXPECT_EQ(group.waiting, 1);
  ASSERT_TRUE(group.verdict);
  EXPECT_NE(group.verdict->sentence.find("report"), std::string::npos);
  EXPECT_EQ(reading.reportLooks, 7);
  EXPECT_NEAR(group.price.value_or(0), 3.0, 1e-6);  // 400 steps of 30 ms against 400 of 10 ms
}

TEST_F(Evaluations, Model) {
  makeAll();
  EvaluationModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
  const auto reading = std::make_shared<EvaluationsReading>(readEvaluations(search_->path()));
  model.setReading(reading);
  ASSERT_EQ(model.rowCount(), 3);
  const QModelIndex group = model.index(1, 0);
  EXPECT_EQ(model.rowCount(group), 5);
  EXPECT_EQ(group.data(), u"mS<mT (1 training(s) to come)"_s);
  EXPECT_EQ(model.index(0, 0, group).data(), u"plain backbone"_s);
  EXPECT_EQ(model.index(0, EvaluationModel::Report, group).data(), u"0.710"_s);
  EXPECT_EQ(model.index(4, EvaluationModel::State, group).data(), u"Interrupted"_s);
  QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
  const auto later = std::make_shared<EvaluationsReading>(*reading);
  later->groups[1].members[5].step = 200;
  model.setReading(later);
  EXPECT_EQ(reset.size(), 0);
  EXPECT_EQ(model.index(4, EvaluationModel::Progress, group).data(), u"200 of 400"_s);
  model.setReading(nullptr);
  EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(Evaluations, PaneShowsVerdictAndEndsEarly) {
  makeAll();
  // The last random cell is being trained by an engine that answers.
  const auto folder = valueOf(run::RunFolder::open(running_));
  auto lock = std::make_unique<run::RunLock>(valueOf(run::RunLock::acquire(folder.lockFile())));
  const auto queue = valueOf(run::CommandQueue::create(folder, *lock));
  EngineProgram engine{std::filesystem::path()};
  Workspace workspace{engine};
  EvaluationsPane pane(workspace);
  pane.resize(560, 640);
  pane.show();
  EXPECT_FALSE(pane.emptyText().isEmpty());
  workspace.open(search_->path());
  auto* view = pane.findChild<QTreeView*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return view->model()->rowCount() == 3; }, 5000));
  pane.choose(running_);
  auto* strip = pane.findChild<ComparisonStrip*>();
  EXPECT_TRUE(strip->isVisible());
  EXPECT_EQ(strip->dataTable().rows.size(), 5);
  QString words;
  for (const auto* label : pane.findChildren<QLabel*>()) words += label->text() + u'\n';
  EXPECT_TRUE(words.contains(u"random cells"_s)) << words.toStdString();
  EXPECT_TRUE(words.contains(u"3.0 times"_s)) << words.toStdString();
  EXPECT_TRUE(words.contains(u"7 time(s)"_s)) << words.toStdString();

  auto* end = pane.findChild<QAction*>(u"evaluations.endEarly"_s);
  ASSERT_TRUE(end->isEnabled());
  end->trigger();
  std::optional<run::Command> command;
  ASSERT_TRUE(
      QTest::qWaitFor([&] { return (command = valueOf(queue->take())).has_value(); }, 3000));
  EXPECT_EQ(command->kind, run::CommandKind::Finish);
  succeed(queue->done(command->id));
  auto* message = pane.findChild<NoticeBar*>();
  EXPECT_TRUE(QTest::qWaitFor(
      [&] {
        return message->text().contains(u"random 4"_s) && message->text().contains(u"early"_s);
      },
      3000));

  const QString pictures = qEnvironmentVariable("ATTELIER_TEST_PICTURES");
  for (const auto* theme : {&widgets::Theme::light(), &widgets::Theme::darkTheme()}) {
    QApplication::setPalette(widgets::paletteOf(*theme));
    QTest::qWait(20);
    if (!pictures.isEmpty())
      pane.grab().save(pictures +
                       u"/evaluations-%1.png"_s.arg(theme->dark ? u"dark"_s : u"light"_s));
  }
  QApplication::setPalette(widgets::paletteOf(widgets::Theme::light()));

  QSignalSpy opened(&workspace, &Workspace::opened);
  pane.findChild<QAction*>(u"evaluations.open"_s)->trigger();
  ASSERT_TRUE(opened.wait(5000));
  EXPECT_EQ(workspace.path(), running_);
  EXPECT_TRUE(QTest::qWaitFor([&] { return view->model()->rowCount() == 0; }, 3000));
  EXPECT_TRUE(pane.emptyText().contains(u"itself an evaluation"_s));
}

TEST_F(Evaluations, OfNothing) {
  EXPECT_FALSE(readEvaluations(folder_.path() / "none").problem.isEmpty());
  EXPECT_TRUE(readEvaluations(search_->path()).groups.empty());
  EXPECT_FALSE(spreadOf({}));
  EXPECT_EQ(spreadOf({0.5})->deviation, 0);
}

}  // namespace
}  // namespace attelier::ui
