#include "engine/clips/loader.h"

#include "engine/clips/synthetic.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace attelier::clips {
namespace {

// Clips whose pixels say which request made them; some cannot be loaded.
class FakeSource final : public ClipSource {
 public:
  explicit FakeSource(std::int64_t count, std::set<std::int64_t> bad = {}, bool shuffles = true)
      : count_(count), bad_(std::move(bad)), shuffles_(shuffles) {}

  const std::vector<std::string>& labels() const override { return labels_; }
  ClipShape shape() const override { return {.frames = 1, .height = 1, .width = 2}; }
  Normalisation normalisation() const override { return {}; }
  std::int64_t clipCount(Split) const override { return count_; }
  ClipRecord record(Split split, std::int64_t index) const override {
    ClipRecord record;
    record.id = 100 + index;
    record.split = split;
    record.label = index < 3 ? 0 : 1;
    return record;
  }
  std::optional<std::pair<Split, std::int64_t>> find(std::int64_t) const override { return {}; }
  bool shuffled() const override { return shuffles_; }
  Result<ClipInfo> load(const ClipRequest& request, std::span<std::uint8_t> rgb) const override {
    ++loads;
    if (bad_.contains(request.index)) {
      return fail(ErrorCode::Corrupt, "broken", std::to_string(request.index));
    }
    rgb[0] = static_cast<std::uint8_t>(request.index);
    rgb[1] = static_cast<std::uint8_t>(request.position);
    rgb[2] = static_cast<std::uint8_t>(request.epoch);
    rgb[3] = request.augment ? 1 : 0;
    return ClipInfo{.clipId = 100 + request.index, .label = request.index < 3 ? 0 : 1, .view = {}};
  }
  std::string description() const override { return "fake"; }

  mutable std::atomic<int> loads{0};

 private:
  std::int64_t count_;
  std::set<std::int64_t> bad_;
  bool shuffles_;
  std::vector<std::string> labels_ = {"a", "b"};
};

std::vector<Batch> take(Loader& loader, int count) {
  std::vector<Batch> batches;
  for (int i = 0; i < count; ++i) {
    auto next = loader.next();
    if (!next || !*next) break;
    batches.push_back(std::move(**next));
  }
  return batches;
}

std::vector<std::int64_t> ids(const std::vector<Batch>& batches) {
  std::vector<std::int64_t> all;
  for (const auto& batch : batches) {
    all.insert(all.end(), batch.clipIds.begin(), batch.clipIds.end());
  }
  return all;
}

std::vector<std::uint8_t> pixels(const std::vector<Batch>& batches) {
  std::vector<std::uint8_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.rgb.begin(), batch.rgb.end());
  return all;
}

TEST(Loader, GivesEachClipOnceAnEpochAcrossBatches) {
  Loader loader(std::make_shared<FakeSource>(10), {.threads = 3}, {.batchSize = 4, .seed = 1});
  const auto batches = take(loader, 5);  // two epochs
  const auto all = ids(batches);
  ASSERT_EQ(all.size(), 20U);
  std::vector<std::int64_t> first(all.begin(), all.begin() + 10);
  std::vector<std::int64_t> second(all.begin() + 10, all.end());
  EXPECT_NE(first, second);
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
  EXPECT_EQ(std::set<std::int64_t>(first.begin(), first.end()).size(), 10U);
  EXPECT_EQ(batches[2].firstPosition, 8);
  EXPECT_EQ(batches[2].epoch, 0);
  EXPECT_EQ(batches[3].epoch, 1);
  EXPECT_EQ(batches[3].rgb[3], 1);  // augmented
  EXPECT_EQ(loader.position(), 20);
}

TEST(Loader, IsTheSameForAnyNumberOfThreadsAndQueue) {
  const auto run = [](int threads, int queue) {
    Loader loader(std::make_shared<FakeSource>(23, std::set<std::int64_t>{4, 9}),
                  {.threads = threads, .queueBatches = queue}, {.batchSize = 5, .seed = 7});
    return pixels(take(loader, 20));
  };
  const auto reference = run(1, 1);
  EXPECT_EQ(run(4, 3), reference);
  EXPECT_EQ(run(7, 9), reference);
}

TEST(Loader, ResumesAnywhereWithTheSameClips) {
  const auto source = std::make_shared<FakeSource>(11);
  Loader whole(source, {.threads = 2}, {.batchSize = 3, .seed = 5});
  const auto all = take(whole, 12);
  Loader resumed(source, {.threads = 2}, {.batchSize = 3, .seed = 5, .startPosition = 15});
  const auto rest = take(resumed, 7);
  EXPECT_EQ(pixels(rest), pixels({all.begin() + 5, all.end()}));
  EXPECT_EQ(resumed.position(), 36);
}

TEST(Loader, ReplacesABadClipByTheNextOfItsEpoch) {
  const auto order = epochOrder(6, 3, 0);
  const std::int64_t bad = order[2];
  Loader loader(std::make_shared<FakeSource>(6, std::set<std::int64_t>{bad}), {.threads = 2},
                {.batchSize = 6, .seed = 3});
  const auto batches = take(loader, 1);
  ASSERT_EQ(batches.size(), 1U);
  std::vector<std::int64_t> expected;
  for (const auto index : order) expected.push_back(100 + index);
  expected[2] = expected[3];
  EXPECT_EQ(batches[0].clipIds, expected);
  const auto met = loader.takeBadClips();
  ASSERT_EQ(met.size(), 1U);
  EXPECT_EQ(met[0].clipId, 100 + bad);
  EXPECT_EQ(met[0].error.message, "broken");
  EXPECT_TRUE(loader.takeBadClips().empty());
}

TEST(Loader, FailsWhenNoClipCanBeLoaded) {
  Loader loader(std::make_shared<FakeSource>(3, std::set<std::int64_t>{0, 1, 2}), {.threads = 2},
                {.batchSize = 2});
  const auto next = loader.next();
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().code, ErrorCode::Corrupt);
}

TEST(Loader, GoesOnceThroughASplitInOrderWithoutBadClips) {
  Loader loader(std::make_shared<FakeSource>(7, std::set<std::int64_t>{1}), {.threads = 3},
                {.split = Split::Report, .mode = LoadMode::Once, .batchSize = 3});
  const auto batches = take(loader, 10);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].size(), 2);
  EXPECT_EQ(batches[2].size(), 1);
  EXPECT_EQ(ids(batches), (std::vector<std::int64_t>{100, 102, 103, 104, 105, 106}));
  EXPECT_EQ(batches[0].rgb, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0}));
  const auto end = loader.next();
  ASSERT_TRUE(end.has_value());
  EXPECT_FALSE(end->has_value());
}

TEST(Loader, StopsItsThreadsWhenTheQueueIsFull) {
  const auto source = std::make_shared<FakeSource>(1000);
  Loader loader(source, {.threads = 4, .queueBatches = 3}, {.batchSize = 5});
  ASSERT_EQ(take(loader, 2).size(), 2U);
  // Two delivered and at most three made or in the making: never more, however long it waits.
  while (source->loads < 25) std::this_thread::yield();
  for (int i = 0; i < 100000; ++i) std::this_thread::yield();
  EXPECT_EQ(source->loads, 25);
}

TEST(Loader, EndsAtOnceWhenStopped) {
  Loader loader(std::make_shared<FakeSource>(3), {.threads = 1}, {.batchSize = 2});
  std::stop_source stop;
  stop.request_stop();
  int delivered = 0;
  while (true) {
    const auto next = loader.next(stop.get_token());
    if (!next) {
      EXPECT_EQ(next.error().code, ErrorCode::Interrupted);
      break;
    }
    ASSERT_LT(++delivered, 1000000);
  }
}

TEST(Loader, TakesSyntheticClipsInTheOrderOfTheirPositions) {
  const auto source = SyntheticSource::create({.trainClips = 10}, 3).value();
  Loader loader(source, {.threads = 2}, {.batchSize = 4});
  EXPECT_EQ(ids(take(loader, 3)), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1}));
}

TEST(BalancedOrder, GivesEachClassItsShareAndEachClipItsTurn) {
  // 2 clips of class 0, 10 of class 1: six places each.
  std::vector<int> labels(12, 1);
  labels[3] = labels[8] = 0;
  std::map<std::int64_t, int> uses;
  for (std::int64_t epoch = 0; epoch < 70; ++epoch) {
    const auto order = balancedOrder(labels, 4, epoch);
    ASSERT_EQ(order.size(), 12U);
    int rare = 0;
    for (const auto index : order) {
      ++uses[index];
      rare += labels[static_cast<std::size_t>(index)] == 0 ? 1 : 0;
    }
    EXPECT_EQ(rare, 6);
  }
  EXPECT_NEAR(uses[3], 210, 8);
  EXPECT_NEAR(uses[8], 210, 8);
  for (const std::int64_t index : {0, 1, 2, 4, 5, 6, 7, 9, 10, 11}) {
    EXPECT_NEAR(uses[index], 42, 8) << index;
  }
}

}  // namespace
}  // namespace attelier::clips
