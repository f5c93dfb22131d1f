#include "tests/engine/run/run_fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>
#include <cstring>
#include <thread>

namespace attelier::run {
namespace {

using StoreTest = RunTest;
using testing::appendSteps;
using ::testing::ElementsAre;
using testing::generatedTime;
using testing::generatedValue;
using ::testing::HasSubstr;

// Every level of detail against a loop over the closed form.
void expectCurves(RunReader& reader, std::int64_t steps, int metrics) {
  const std::map<std::int64_t, std::int64_t> spans = {{steps, 1}, {steps / 100, 128}, {1, 16'384}};
  for (const auto& [points, span] : spans) {
    const MetricsView view = valueOf(reader.metrics({}, {}, points));
    ASSERT_EQ(view.stepsPerPoint, span);
    ASSERT_EQ(view.names.size(), static_cast<std::size_t>(metrics));
    std::int64_t at = 1;
    for (std::size_t point = 0; point < view.steps.size(); ++point) {
      ASSERT_EQ(view.steps[point], at);
      const std::int64_t end = std::min(steps, at + span - 1);
      ASSERT_EQ(view.times[point], generatedTime(end));
      for (int metric = 0; metric < metrics; ++metric) {
        const auto m = static_cast<std::size_t>(metric);
        float low = INFINITY;
        float high = -INFINITY;
        double sum = 0;
        for (std::int64_t step = at; step <= end; ++step) {
          low = std::min(low, generatedValue(step, metric));
          high = std::max(high, generatedValue(step, metric));
          sum += generatedValue(step, metric);
        }
        ASSERT_EQ(view.minimum[m][point], low);
        ASSERT_EQ(view.maximum[m][point], high);
        ASSERT_EQ(view.last[m][point], generatedValue(end, metric));
        ASSERT_FLOAT_EQ(view.mean[m][point],
                        static_cast<float>(sum / static_cast<double>(end - at + 1)));
      }
      at = end + 1;
    }
    ASSERT_EQ(at, steps + 1);
  }
}

TEST_F(StoreTest, CurvesAtEveryLevelOfDetail) {
  succeed(testing::generateRun(base_ / "r", {40'000, 2}));
  expectCurves(*reader(base_ / "r"), 40'000, 2);
}

TEST_F(StoreTest, BandsAreRightAfterRestartsAndTruncationsInTheMiddleOfABlock) {
  const RunFolder folder = newFolder();
  {
    Engine engine(folder);
    succeed(appendSteps(*engine.store, 1, 17'000, 2));
  }  // the destructor commits
  {
    Engine engine(folder);
    EXPECT_EQ(engine.store->metricCount(), 2U);
    succeed(appendSteps(*engine.store, 17'001, 33'000, 2));
    succeed(engine.store->truncateTo(16'500, "test"));
    EXPECT_EQ(engine.store->status().generation, 2);
    EXPECT_FALSE(appendSteps(*engine.store, 16'500, 16'500, 2).has_value());
    succeed(appendSteps(*engine.store, 16'501, 34'001, 2));
    succeed(engine.store->truncateTo(100, "again"));
    succeed(appendSteps(*engine.store, 101, 33'333, 2));
    succeed(engine.store->finish());
  }
  expectCurves(*reader(folder.path()), 33'333, 2);
}

TEST_F(StoreTest, MetricsAddedLaterAreAbsentBefore) {
  const RunFolder folder = newFolder();
  Engine engine(folder);
  EXPECT_EQ(engine.store->metric("train/loss"), 0U);
  succeed(engine.store->append(MetricsRow{1, 1.0, {0.5F}}));
  EXPECT_EQ(engine.store->metric("train/top1"), 1U);
  EXPECT_EQ(engine.store->metric("train/loss"), 0U);
  succeed(engine.store->append(MetricsRow{2, 2.0, {0.25F, 0.75F}}));
  EXPECT_EQ(engine.store->append(MetricsRow{3, 2.0, {1, 2, 3}}).error().code,
            ErrorCode::InvalidArgument);
  succeed(engine.store->flush());
  const auto view = valueOf(reader(folder.path())->metrics({}, {"train/top1"}));
  ASSERT_EQ(view.last[0].size(), 2U);
  EXPECT_TRUE(std::isnan(view.last[0][0]));
  EXPECT_EQ(view.last[0][1], 0.75F);
  const auto unknown = reader(folder.path())->metrics({}, {"train/top"});
  EXPECT_THAT(unknown.error().message, HasSubstr("train/top1"));
}

WeightsRow weightsAt(std::int64_t step) {
  WeightsRow row;
  row.step = step;
  row.levels = 2;
  row.kinds = 2;
  row.raw.assign(row.expectedSize(), static_cast<float>(step));
  row.mean.assign(row.expectedSize(), 0.5F);
  return row;
}

AttentionRow attentionAt(std::int64_t step, std::size_t size = 16) {
  AttentionRow row;
  row.step = step;
  row.place = 1;
  row.probe = 1;
  row.data.assign(2 * size, static_cast<std::byte>(step));
  return row;
}

TEST_F(StoreTest, EveryTableReadsBackAsWritten) {
  const RunFolder folder = newFolder();
  Engine engine(folder);
  Store& store = *engine.store;
  EXPECT_EQ(valueOf(store.addPlace({0, "stage2", 16, 8, 14, 14})), 1);
  EXPECT_EQ(valueOf(store.addPlace({0, "stage3", 16, 8, 7, 7})), 2);
  EXPECT_EQ(valueOf(store.addPlace({0, "stage2", 16, 8, 14, 14})), 1);
  succeed(store.setLabels({{0, "jump"}, {1, "run"}}));
  succeed(store.setDataset(
      {{4, "a/b.avi", "train", 1, 30, 25, 320, 240, 1234, 5.5, "partial", "cut"}}));
  ProbeRow probe;
  probe.encoding = "rgb";
  probe.width = probe.height = 1;
  probe.times = {0, 0.5};
  probe.flipped = true;
  probe.frames = {{std::byte{1}, std::byte{2}, std::byte{3}},
                  {std::byte{4}, std::byte{5}, std::byte{6}}};
  probe.seen = {{std::byte{7}}, {std::byte{8}}};
  EXPECT_EQ(valueOf(store.addProbe(probe)), 1);
  succeed(store.append(PointRow{5, "select/top1", 0.5, 9}));
  succeed(store.append(weightsAt(5)));
  succeed(store.append(attentionAt(5)));
  PredictionRow prediction;
  prediction.step = 5;
  prediction.source = "select";
  prediction.clip = 4;
  prediction.top = {1, 0, -1, -1, -1};
  prediction.probability = {0.75F, 0.25F, 0, 0, 0};
  prediction.loss = 0.3F;
  succeed(store.append(prediction));
  ResourcesRow resources;
  resources.step = 5;
  resources.hostBytes = 1e9;
  resources.forwardMs = 12.5;
  succeed(store.append(resources));
  succeed(store.append(ConfigChangeRow{5, 1, R"({"top_nodes":4,"new":1})", "asked"}));
  CellRow cell;
  cell.name = "first";
  cell.design = "{}";
  cell.id = valueOf(store.addCell(cell));
  cell.removed = true;
  succeed(store.updateCell(cell));
  succeed(store.append(EventRow{0, 0, 5, EventLevel::Warning, "log", "hm"}));
  succeed(store.flush());

  const auto r = reader(folder.path());
  EXPECT_EQ(valueOf(r->places()).size(), 2U);
  EXPECT_EQ(valueOf(r->labels())[1].name, "run");
  const ClipRow clip = valueOf(r->dataset()).at(0);
  EXPECT_EQ(clip.path + clip.state + clip.reason, "a/b.avipartialcut");
  EXPECT_EQ(clip.mtime, 5.5);
  const ProbeRow back = valueOf(r->probes()).at(0);
  EXPECT_THAT(back.times, ElementsAre(0, 0.5));
  EXPECT_TRUE(back.flipped);
  EXPECT_EQ(valueOf(r->probeFrame(1, 1)), probe.frames[1]);
  EXPECT_EQ(valueOf(r->probeFrame(1, -2)), probe.seen[1]);
  EXPECT_EQ(r->probeFrame(1, 2).error().code, ErrorCode::NotFound);
  EXPECT_EQ(valueOf(r->points("select/top1")).at(0).value, 0.5);
  EXPECT_TRUE(valueOf(r->points("select/top5")).empty());
  EXPECT_FALSE(valueOf(r->weightsAt(4)).has_value());
  EXPECT_EQ(valueOf(r->weightsAt(6))->raw, weightsAt(5).raw);
  EXPECT_FALSE(valueOf(r->attentionAt(4, 1, 0, 1)).has_value());
  EXPECT_EQ(valueOf(r->attentionAt(9, 1, 0, 1))->data, attentionAt(5).data);
  EXPECT_THAT(valueOf(r->attentionSteps(1)), ElementsAre(5));
  EXPECT_EQ(valueOf(r->attentionKeys(5)).size(), 1U);
  const PredictionRow predicted = valueOf(r->predictions("select")).at(0);
  EXPECT_EQ(predicted.top, prediction.top);
  EXPECT_EQ(predicted.probability, prediction.probability);
  EXPECT_EQ(predicted.loss, 0.3F);
  const ResourcesRow used = valueOf(r->resources()).at(0);
  EXPECT_EQ(used.forwardMs, 12.5);
  EXPECT_TRUE(std::isnan(used.gpuPower));
  EXPECT_EQ(valueOf(r->effectiveConfiguration()), (nlohmann::json{{"top_nodes", 4}, {"new", 1}}));
  EXPECT_TRUE(valueOf(r->cells()).at(0).removed);
  EXPECT_EQ(valueOf(r->events()).back().text, "hm");
}

TEST_F(StoreTest, WrongShapesAreRefused) {
  Engine engine(newFolder());
  WeightsRow weights = weightsAt(1);
  weights.mean.pop_back();
  EXPECT_EQ(engine.store->append(weights).error().code, ErrorCode::InvalidArgument);
}

TEST_F(StoreTest, TruncationDeletesWhatIsPastAStepAndOnlyThat) {
  const RunFolder folder = newFolder();
  Engine engine(folder);
  Store& store = *engine.store;
  succeed(appendSteps(store, 1, 300, 1));
  for (const std::int64_t step : {100, 200, 300}) {
    succeed(store.append(PointRow{step, "select/top1", 0, 0}));
    succeed(store.append(weightsAt(step)));
    succeed(store.append(attentionAt(step)));
    succeed(store.append(ConfigChangeRow{step, 0, "{}", ""}));
    ResourcesRow resources;
    resources.step = step;
    succeed(store.append(resources));
    PredictionRow prediction;
    prediction.step = step;
    prediction.source = "probe";
    succeed(store.append(prediction));
    checkpoint(store, step);
    CellRow cell;
    cell.step = step;
    valueOf(store.addCell(cell));
  }
  ProbeRow early;
  early.encoding = "rgb";
  early.width = early.height = 1;
  early.times = {0};
  early.frames = {{std::byte{1}, std::byte{2}, std::byte{3}}};
  early.addedStep = 100;
  ProbeRow late = early;
  late.addedStep = 300;
  const std::int64_t earlyId = valueOf(store.addProbe(early));
  valueOf(store.addProbe(late));
  succeed(store.removeProbe(earlyId, 300));
  const auto r = reader(folder.path());
  const std::size_t events = valueOf(r->events()).size();
  succeed(store.truncateTo(200, "test"));
  // A probe that was taken or removed later is so from the step that is gone back to.
  const auto probes = valueOf(r->probes());
  EXPECT_EQ(probes.at(0).addedStep, 100);
  EXPECT_EQ(probes.at(0).removedStep, 200);
  EXPECT_EQ(probes.at(1).addedStep, 200);
  EXPECT_EQ(probes.at(1).removedStep, -1);
  EXPECT_EQ(valueOf(r->status()).generation, 2);
  EXPECT_EQ(valueOf(r->status()).step, 200);
  EXPECT_EQ(valueOf(r->metricsRange())->last, 200);
  EXPECT_EQ(valueOf(r->points()).size(), 2U);
  EXPECT_THAT(valueOf(r->weightSteps()), ElementsAre(100, 200));
  EXPECT_THAT(valueOf(r->attentionSteps(1)), ElementsAre(100, 200));
  EXPECT_EQ(valueOf(r->configChanges()).size(), 2U);
  EXPECT_EQ(valueOf(r->resources()).size(), 2U);
  EXPECT_EQ(valueOf(r->predictions("probe")).at(0).step, 200);
  EXPECT_EQ(valueOf(r->cells()).size(), 3U);
  EXPECT_EQ(valueOf(r->events()).size(), events + 1);
  for (const CheckpointRow& row : valueOf(r->checkpoints())) {
    EXPECT_LE(row.step, 200);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.checkpoints() / checkpointFileName(300)));
}

TEST_F(StoreTest, GrowthIsBoundedAndCoversTheWholeSearch) {
  StoreOptions options;
  options.weightsRecords = 100;
  options.weightsPerSecond = 1e9;
  options.attentionBytes = 50 * 2000;
  options.attentionPerSecond = 1e9;
  const RunFolder folder = newFolder();
  Engine engine(folder, options);
  Store& store = *engine.store;
  int written = 0;
  for (std::int64_t step = 1; step <= 5000; ++step) {
    if (step == 3) {
      succeed(store.append(weightsAt(step)));
      succeed(store.append(attentionAt(step, 1000)));
      succeed(store.pin(step));
    }
    if (step == 50) {
      checkpoint(store, step);
    }
    if (store.wantsWeights(step) || step == 50) {
      succeed(store.append(weightsAt(step)));
      ++written;
    }
    if (store.wantsAttention(step)) {
      succeed(store.append(attentionAt(step, 1000)));
    }
    if (step % 20 == 0) {
      succeed(store.flush());
    }
  }
  succeed(store.append(weightsAt(5000)));
  for (int i = 0; i < 20; ++i) {
    succeed(store.flush());  // deletes a few records of attention each time
  }
  const auto r = reader(folder.path());
  const auto steps = valueOf(r->weightSteps());
  EXPECT_LE(steps.size(), 101U);
  EXPECT_GE(steps.size(), 30U);
  EXPECT_LT(written, 1000);
  EXPECT_EQ(steps.front(), 1);
  EXPECT_EQ(steps.back(), 5000);
  EXPECT_THAT(steps, ::testing::Contains(3));
  EXPECT_THAT(steps, ::testing::Contains(50));
  const auto attention = valueOf(r->attentionSteps(1));
  EXPECT_LE(attention.size(), 51U);
  EXPECT_GE(attention.size(), 15U);
  EXPECT_THAT(attention, ::testing::Contains(3));
  // No hole: neighbours are never further apart than four times the mean distance.
  for (std::size_t i = 1; i < steps.size(); ++i) {
    EXPECT_LE(steps[i] - steps[i - 1], 4 * 5000 / static_cast<std::int64_t>(steps.size()));
  }
}

TEST_F(StoreTest, RatesInTimeAreKept) {
  Engine engine(newFolder());
  EXPECT_TRUE(engine.store->wantsAttention(1));
  succeed(engine.store->append(attentionAt(1)));
  EXPECT_FALSE(engine.store->wantsAttention(2));
  EXPECT_TRUE(engine.store->wantsWeights(2));
}

TEST_F(StoreTest, PhasesAreCheckedAndRecorded) {
  const RunFolder folder = newFolder();
  {
    Engine engine(folder);
    engine.setPhase(Phase::Running);
    StatusUpdate update;
    update.phase = Phase::Finished;
    EXPECT_EQ(engine.store->setStatus(update).error().code, ErrorCode::InvalidArgument);
    succeed(engine.store->flush());
    EXPECT_EQ(valueOf(reader(folder.path())->status()).phase, Phase::Running);
  }
  EXPECT_EQ(valueOf(reader(folder.path())->status()).phase, Phase::Interrupted);
  Engine engine(folder);
  EXPECT_EQ(engine.store->status().phase, Phase::Interrupted);
  engine.setPhase(Phase::Preparing);
}

TEST_F(StoreTest, HeartbeatGoesOnWhateverHappens) {
  const RunFolder folder = newFolder();
  Engine engine(folder);
  succeed(engine.store->flush());
  const auto r = reader(folder.path());
  const double first = valueOf(r->status()).heartbeat;
  const double limit = now() + 5;
  while (now() < limit && valueOf(r->status()).heartbeat <= first + 0.5) {
    std::this_thread::yield();
  }
  EXPECT_NEAR(valueOf(r->status()).heartbeat, first + 1, 0.6);
}

TEST_F(StoreTest, AppendingFailsRatherThanWaits) {
  StoreOptions options;
  options.queueBytes = 4096;
  options.flushesPerSecond = 0.01;
  Engine engine(newFolder(), options);
  engine.store->metric("a");
  succeed(engine.store->flush());
  Status status;
  for (std::int64_t step = 1; step <= 1000 && status.has_value(); ++step) {
    status = engine.store->append(MetricsRow{step, 0, {1}});
  }
  ASSERT_FALSE(status.has_value());
  EXPECT_THAT(status.error().message, HasSubstr("keep up"));
  succeed(engine.store->flush());
}

TEST_F(StoreTest, FullDatabaseIsReportedAndKeepsWhatWasCommitted) {
  const RunFolder folder = newFolder();
  StoreOptions options;
  options.maxPages = 200;
  {
    Engine engine(folder, options);
    engine.setPhase(Phase::Running);
    Status status;
    std::int64_t step = 1;
    for (int i = 0; i < 40; ++i) {
      engine.store->metric(std::to_string(i));
    }
    for (; status.has_value() && step < 100'000; ++step) {
      status = engine.store->append(MetricsRow{step, 0, std::vector<float>(40, 1.0F)});
      if (status.has_value() && step % 50 == 0) {
        status = engine.store->flush();
      }
    }
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::Io);
    EXPECT_THAT(status.error().message, HasSubstr("full"));
    EXPECT_FALSE(engine.store->health().has_value());
    EXPECT_FALSE(engine.store->append(PointRow{1, "a", 0, 0}).has_value());
    EXPECT_FALSE(engine.store->flush().has_value());
  }
  const auto r = reader(folder.path());
  const std::int64_t last = valueOf(r->metricsRange())->last;
  EXPECT_GT(last, 1000);
  EXPECT_EQ(valueOf(r->metrics({}, {}, 1 << 20)).steps.size(), static_cast<std::size_t>(last));
  Engine again(folder);  // with room: goes on where the last commit ended
  succeed(again.store->append(MetricsRow{last + 1, 0, {1}}));
  succeed(again.store->finish());
}

TEST_F(StoreTest, NetworkModeNeedsNoLogBeside) {
  StoreOptions options;
  options.writeAheadLog = false;
  const RunFolder folder = newFolder();
  Engine engine(folder, options);
  succeed(appendSteps(*engine.store, 1, 500, 1));
  succeed(engine.store->flush());
  EXPECT_FALSE(std::filesystem::exists(folder.database().string() + "-wal"));
  const auto r = reader(folder.path());
  EXPECT_EQ(r->mode(), ReadMode::Shared);
  EXPECT_EQ(valueOf(r->metricsRange())->last, 500);
  succeed(appendSteps(*engine.store, 501, 600, 1));
  succeed(engine.store->finish());
  EXPECT_EQ(valueOf(r->metricsRange())->last, 600);
}

TEST_F(StoreTest, TheLogIsLimited) {
  StoreOptions options;
  options.walBytes = 1 << 20;
  const RunFolder folder = newFolder();
  Engine engine(folder, options);
  std::uintmax_t longest = 0;
  for (int part = 0; part < 60; ++part) {
    AttentionRow row = attentionAt(part + 1, 100'000);
    succeed(engine.store->append(row));
    succeed(engine.store->flush());
    longest = std::max(longest, std::filesystem::file_size(folder.database().string() + "-wal"));
  }
  EXPECT_LT(longest, 3U << 20);
}

}  // namespace
}  // namespace attelier::run
