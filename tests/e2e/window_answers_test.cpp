// What the window answers by itself from stored rows, with no engine alive, against what the engine
// says: attention made by the model of a checkpoint, cells derived by the command line.

#include "engine/base/random.h"
#include "engine/run/commands.h"
#include "engine/space/attention_query.h"
#include "ui/engine/engine_program.h"
#include "ui/workspace/workspace.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

constexpr int kQueriesAStep = 34;    // at three steps: a hundred
constexpr double kTolerance = 2e-3;  // of a map's largest weight: q and k are stored as halves

QString engineProgram() { return qEnvironmentVariable("ATTELIER_ENGINE"); }

nlohmann::json ask(const QStringList& arguments) {
  QProcess process;
  process.start(engineProgram(), arguments);
  EXPECT_TRUE(process.waitForFinished(120'000));
  EXPECT_EQ(process.exitCode(), 0) << process.readAllStandardError().toStdString();
  return nlohmann::json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
}

void expectEqual(const space::AttentionMap& mine, const nlohmann::json& theirs,
                 const std::string& what) {
  ASSERT_TRUE(theirs.is_object()) << what;
  EXPECT_EQ(nlohmann::json(mine.grid), theirs.at("grid")) << what;
  const auto values = theirs.at("values").get<std::vector<double>>();
  ASSERT_EQ(mine.values.size(), values.size()) << what;
  const double largest = *std::max_element(values.begin(), values.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(mine.values[i], values[i], kTolerance * largest) << what << " at " << i;
  }
}

class WindowAnswers : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(engineProgram().isEmpty()) << "ATTELIER_ENGINE names the engine";
  }

  QString run() const { return folder_.filePath(u"a.attelier"_s); }

  void trainTo(int steps) {
    if (steps == 30) {
      ask({u"search"_s, u"--preset"_s,       u"tasks"_s, u"--task"_s,
           u"match"_s,  u"--steps"_s,        u"30"_s,    u"--train-clips"_s,
           u"64"_s,     u"--select-clips"_s, u"16"_s,    u"--report-clips"_s,
           u"16"_s,     u"--batch"_s,        u"8"_s,     u"--threads"_s,
           u"1"_s,      u"--probe-clips"_s,  u"2"_s,     u"--out"_s,
           run(),       u"--json"_s});
    } else {
      ask({u"resume"_s, run(), u"--steps"_s, QString::number(steps), u"--json"_s});
    }
  }

  /// The window's own side: the run as it lies there, no engine.
  void open() {
    workspace_.open(run().toStdString());
    ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().derived != nullptr; }, 10'000));
    ASSERT_FALSE(workspace_.shown().run->hasEngine);
  }

  std::shared_ptr<const NodeAttention> attention(int node, std::int64_t probe) {
    workspace_.look([&](Choices& choices) {
      choices.node = node;
      choices.probe = probe;
    });
    const auto found = [&]() -> std::shared_ptr<const NodeAttention> {
      const auto* moment = workspace_.shown().moment();
      auto record = moment != nullptr ? moment->find({.node = node}) : nullptr;
      return record && record->probe == probe ? record : nullptr;
    };
    EXPECT_TRUE(QTest::qWaitFor([&] { return found() != nullptr; }));
    return found();
  }

  QTemporaryDir folder_;
  EngineProgram engine_{std::filesystem::path("/nonexistent/attelier-engine")};
  Workspace workspace_{engine_};
};

TEST_F(WindowAnswers, AttentionEqualsTheModelOfTheCheckpoint) {
  Random random(7);
  for (const int steps : {30, 60, 90}) {
    trainTo(steps);
    open();
    if (HasFatalFailure()) return;
    struct Asked {
      int node;
      std::int64_t probe;
      space::AttentionPoint point;
      std::shared_ptr<const NodeAttention> record;
    };
    std::vector<Asked> all;
    const int nodes = workspace_.shown().moment()->weights->probabilities.shape.nodes();
    for (int i = 0; i < kQueriesAStep; ++i) {
      Asked asked{.node = i % nodes, .probe = 1 + i % 2, .point = {}, .record = nullptr};
      asked.record = attention(asked.node, asked.probe);
      ASSERT_TRUE(asked.record);
      ASSERT_EQ(asked.record->step, steps);
      const auto& grid = asked.record->record.queryGrid;
      asked.point = {.frame = random.integer(0, grid[0] - 1),
                     .y = random.integer(0, grid[1] - 1),
                     .x = random.integer(0, grid[2] - 1)};
      all.push_back(std::move(asked));
    }
    workspace_.close();

    // The engine's side: one process that holds the model and answers all.
    QProcess serve;
    serve.start(engineProgram(), {u"serve"_s, run()});
    const auto folder = run::RunFolder::open(run().toStdString());
    ASSERT_TRUE(folder);
    std::unique_ptr<run::CommandClient> client;
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
          // The engine makes its table of commands after it has taken the lock.
          if (!run::isLocked(folder->lockFile()).value_or(false)) return false;
          auto opened = run::CommandClient::open(*folder);
          if (opened && (*opened)->poll("none")) client = std::move(*opened);
          return client != nullptr;
        },
        60'000));
    for (const auto& asked : all) {
      const nlohmann::json arguments{{"node", std::to_string(asked.node)},
                                     {"probe", asked.probe},
                                     {"place", 0},
                                     {"query", {asked.point.frame, asked.point.y, asked.point.x}}};
      Result<run::CommandAnswer> answer;
      do {  // an engine that has just begun throws away what was asked before it
        const auto id = client->issue(run::CommandKind::Inspect, arguments);
        ASSERT_TRUE(id) << describe(id.error());
        answer = client->wait(*id, std::chrono::seconds(60));
        ASSERT_TRUE(answer);
      } while (answer->state == run::CommandState::Lost);
      ASSERT_EQ(answer->state, run::CommandState::Done) << answer->answer.dump();
      const auto& theirs = answer->answer;
      const std::string what =
          "step " + std::to_string(steps) + " node " + std::to_string(asked.node);
      EXPECT_EQ(theirs.at("source"), "model") << what;
      EXPECT_EQ(theirs.at("step"), steps) << what;
      expectEqual(space::attentionMap(asked.record->record), theirs.at("map"), what + " map");
      if (asked.record->record.kind.type != space::OperationType::DotProduct) continue;
      const auto row = space::attentionOfQuery(asked.record->record, asked.point);
      const auto column = space::attentionToKey(asked.record->record, asked.point);
      ASSERT_TRUE(row && column) << what;
      expectEqual(*row, theirs.at("attends_to"), what + " row");
      expectEqual(*column, theirs.at("attended_by"), what + " column");
    }
    ASSERT_TRUE(client->issue(run::CommandKind::Leave));
    ASSERT_TRUE(serve.waitForFinished(60'000));
  }
}

TEST_F(WindowAnswers, EveryAlphaAndBetaGivesTheCommandLinesCell) {
  trainTo(30);
  const auto table =
      ask({u"derive"_s, run(), u"--table"_s, u"--json"_s}).at("cells").at(0).at("table");
  open();
  if (HasFatalFailure()) return;
  ASSERT_EQ(table.size(), 72U);  // twelve nodes, six predecessors
  for (const auto& row : table) {
    workspace_.edit(u"test"_s, [&](Choices& choices) {
      choices.derivation.topNodes = row.at("top_nodes");
      choices.derivation.topPredecessors = row.at("top_predecessors");
    });
    const auto& derived = workspace_.shown().derived;
    ASSERT_TRUE(derived);
    EXPECT_EQ(space::shortText(derived->derivation.cell), row.at("text"));
    // Null stands for infinity: nothing was dropped.
    if (row.at("margin").is_null()) {
      EXPECT_FALSE(std::isfinite(derived->derivation.margin));
    } else {
      EXPECT_NEAR(derived->derivation.margin, row.at("margin"), 1e-12);
    }
    EXPECT_EQ(derived->cost.flops, row.at("costs").begin().value().at("flops"));
    EXPECT_EQ(derived->cost.parameters, row.at("costs").begin().value().at("parameters"));
  }
}

}  // namespace
}  // namespace attelier::ui
