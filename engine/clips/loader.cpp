#include "engine/clips/loader.h"

#include "engine/base/contracts.h"
#include "engine/base/random.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>
#include <utility>

namespace attelier::clips {
namespace {

constexpr std::uint64_t kOrderStream =
    0x6f72646572;  // "order": apart from the draws of augmentation

// A batch in the making; slots are filled by any thread, in any order.
struct Pending {
  Batch batch;
  int slots = 0;
  int claimed = 0;
  int filled = 0;
  std::vector<char> present;
  std::optional<Error> error;
};

int threadCount(int wanted) {
  if (wanted > 0) {
    return wanted;
  }
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores - 1, 1, 8);
}

// A stream of one pass leaves out what could not be loaded.
void dropMissing(Pending& pending) {
  Batch& batch = pending.batch;
  const std::size_t bytes = batch.shape.bytes();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pending.present.size(); ++i) {
    if (pending.present[i] == 0) {
      continue;
    }
    if (kept != i) {
      std::copy_n(batch.rgb.begin() + static_cast<std::ptrdiff_t>(i * bytes), bytes,
                  batch.rgb.begin() + static_cast<std::ptrdiff_t>(kept * bytes));
      batch.labels[kept] = batch.labels[i];
      batch.clipIds[kept] = batch.clipIds[i];
      batch.views[kept] = std::move(batch.views[i]);
    }
    ++kept;
  }
  batch.rgb.resize(kept * bytes);
  batch.labels.resize(kept);
  batch.clipIds.resize(kept);
  batch.views.resize(kept);
}

}  // namespace

struct Loader::State {
  State(std::shared_ptr<const ClipSource> clipSource, const LoaderSettings& loaderSettings,
        const LoadPlan& loadPlan)
      : source(std::move(clipSource)),
        settings(loaderSettings),
        plan(loadPlan),
        clipCount(source->clipCount(plan.split)),
        opened(plan.startPosition),
        delivered(plan.startPosition) {
    expects(clipCount > 0, "a loaded split has clips");
    expects(plan.batchSize > 0, "a batch has clips");
    expects(plan.startPosition >= 0, "a position is not negative");
    if (settings.balanced && plan.mode == LoadMode::Train) {
      for (std::int64_t i = 0; i < clipCount; ++i) {
        labels.push_back(source->record(plan.split, i).label);
      }
    }
    for (int i = 0; i < threadCount(settings.threads); ++i) {
      threads.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }

  std::int64_t end() const {
    if (plan.mode == LoadMode::Train) {
      return std::numeric_limits<std::int64_t>::max();
    }
    return plan.limit > 0 ? std::min(plan.limit, clipCount) : clipCount;
  }

  // Under the lock. The orders of this and the last epoch are kept: batches in the making may lie
  // in both.
  std::shared_ptr<const std::vector<std::int64_t>> order(std::int64_t epoch) {
    auto& known = orders[epoch];
    if (!known) {
      known = std::make_shared<const std::vector<std::int64_t>>(
          labels.empty() ? epochOrder(clipCount, plan.seed, epoch)
                         : balancedOrder(labels, plan.seed, epoch));
      while (orders.size() > 4) {
        orders.erase(orders.begin());
      }
    }
    return known;
  }

  bool canClaim() const {
    if (!pending.empty() && pending.back()->claimed < pending.back()->slots) {
      return true;
    }
    return static_cast<int>(pending.size()) < std::max(1, settings.queueBatches) && opened < end();
  }

  std::pair<Pending*, int> claim() {
    if (pending.empty() || pending.back()->claimed == pending.back()->slots) {
      auto fresh = std::make_unique<Pending>();
      const auto count =
          static_cast<std::size_t>(std::min<std::int64_t>(plan.batchSize, end() - opened));
      fresh->slots = static_cast<int>(count);
      fresh->present.assign(count, 0);
      fresh->batch.firstPosition = opened;
      fresh->batch.epoch = opened / clipCount;
      fresh->batch.shape = source->shape();
      fresh->batch.rgb.resize(count * fresh->batch.shape.bytes());
      fresh->batch.labels.assign(count, -1);
      fresh->batch.clipIds.assign(count, -1);
      fresh->batch.views.resize(count);
      opened += static_cast<std::int64_t>(count);
      pending.push_back(std::move(fresh));
    }
    Pending* last = pending.back().get();
    return {last, last->claimed++};
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (changed.wait(lock, stop, [this] { return canClaim(); })) {
      const auto [batch, slot] = claim();
      const std::int64_t position = batch->batch.firstPosition + slot;
      const std::int64_t epoch = position / clipCount;
      std::shared_ptr<const std::vector<std::int64_t>> clips;
      if (plan.mode == LoadMode::Train && (source->shuffled() || !labels.empty())) {
        clips = order(epoch);
      }
      lock.unlock();
      std::optional<Error> error;
      try {
        error = fill(*batch, slot, position, clips.get());
      } catch (const std::exception& exception) {
        error = Error{ErrorCode::Internal, exception.what(), "loader"};
      }
      lock.lock();
      if (error) {
        batch->error = std::move(error);
      }
      ++batch->filled;
      changed.notify_all();
    }
  }

  // A clip that cannot be loaded is replaced by the next of its epoch that can: the same one in
  // every run.
  std::optional<Error> fill(Pending& target, int slot, std::int64_t position,
                            const std::vector<std::int64_t>* clips) {
    ClipRequest request{.split = plan.split,
                        .augment = plan.mode == LoadMode::Train,
                        .seed = plan.seed,
                        .epoch = position / clipCount,
                        .position = position};
    const std::size_t bytes = target.batch.shape.bytes();
    const auto at = static_cast<std::size_t>(slot);
    const std::span<std::uint8_t> rgb(target.batch.rgb.data() + at * bytes, bytes);
    const std::int64_t tries = plan.mode == LoadMode::Train ? clipCount : 1;
    std::optional<Error> last;
    for (std::int64_t attempt = 0; attempt < tries; ++attempt) {
      const std::int64_t place = (position + attempt) % clipCount;
      request.index = clips ? (*clips)[static_cast<std::size_t>(place)] : place;
      if (isBad(request.index)) {
        continue;
      }
      auto info = source->load(request, rgb);
      if (info) {
        target.batch.labels[at] = info->label;
        target.batch.clipIds[at] = info->clipId;
        target.batch.views[at] = std::move(info->view);
        target.present[at] = 1;
        return std::nullopt;
      }
      last = info.error();
      noteBad(request.index, position, std::move(info).error());
    }
    if (plan.mode == LoadMode::Once) {
      return std::nullopt;
    }
    return Error{ErrorCode::Corrupt,
                 "no clip of the split " + std::string(splitName(plan.split)) +
                     " can be loaded any more" + (last ? "; the last one: " + describe(*last) : ""),
                 "clips"};
  }

  bool isBad(std::int64_t index) {
    const std::scoped_lock lock(badMutex);
    return bad.contains(index);
  }

  void noteBad(std::int64_t index, std::int64_t position, Error error) {
    const std::int64_t id = source->record(plan.split, index).id;
    const std::scoped_lock lock(badMutex);
    if (bad.insert(index).second) {
      newlyBad.push_back({.clipId = id, .position = position, .error = std::move(error)});
    }
  }

  const std::shared_ptr<const ClipSource> source;
  const LoaderSettings settings;
  const LoadPlan plan;
  const std::int64_t clipCount;
  std::vector<int> labels;  // of the split, only where classes take turns

  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<std::unique_ptr<Pending>> pending;
  std::map<std::int64_t, std::shared_ptr<const std::vector<std::int64_t>>> orders;
  std::int64_t opened;
  std::int64_t delivered;
  double waited = 0.0;

  std::mutex badMutex;
  std::set<std::int64_t> bad;
  std::vector<BadClip> newlyBad;

  std::vector<std::jthread> threads;  // last: they end before anything they use
};

Loader::Loader(std::shared_ptr<const ClipSource> source, const LoaderSettings& settings,
               const LoadPlan& plan)
    : state_(std::make_unique<State>(std::move(source), settings, plan)) {}

Loader::~Loader() {
  for (auto& thread : state_->threads) {
    thread.request_stop();
  }
}

Result<std::optional<Batch>> Loader::next(std::stop_token stop) {
  std::unique_lock lock(state_->mutex);
  while (state_->delivered < state_->end()) {
    const auto start = std::chrono::steady_clock::now();
    const bool ready = state_->changed.wait(lock, stop, [this] {
      return !state_->pending.empty() &&
             state_->pending.front()->filled == state_->pending.front()->slots;
    });
    state_->waited +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!ready) {
      return fail(ErrorCode::Interrupted, "loading was stopped", "clips");
    }
    if (state_->pending.front()->error) {
      return tl::unexpected(*state_->pending.front()->error);
    }
    const std::unique_ptr<Pending> done = std::move(state_->pending.front());
    state_->pending.pop_front();
    state_->delivered += done->slots;
    state_->changed.notify_all();
    dropMissing(*done);
    if (done->batch.size() > 0) {
      return std::optional<Batch>(std::move(done->batch));
    }
  }
  return std::optional<Batch>();
}

std::int64_t Loader::position() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->delivered;
}

double Loader::waitSeconds() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->waited;
}

std::vector<BadClip> Loader::takeBadClips() {
  const std::scoped_lock lock(state_->badMutex);
  return std::exchange(state_->newlyBad, {});
}

std::vector<std::int64_t> epochOrder(std::int64_t clipCount, std::uint64_t seed,
                                     std::int64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(clipCount));
  std::iota(order.begin(), order.end(), 0);
  Random(seed, kOrderStream, epoch).shuffle(order);
  return order;
}

std::vector<std::int64_t> balancedOrder(const std::vector<int>& labels, std::uint64_t seed,
                                        std::int64_t epoch) {
  std::map<int, std::vector<std::int64_t>> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    classes[labels[i]].push_back(static_cast<std::int64_t>(i));
  }
  const auto wanted = static_cast<std::int64_t>(labels.size());
  const auto classCount = static_cast<std::int64_t>(classes.size());
  std::vector<std::int64_t> order;
  std::int64_t number = 0;
  for (const auto& [label, members] : classes) {
    // The few places that do not divide evenly go to other classes in other epochs.
    const std::int64_t turn = (number + epoch) % classCount;
    const std::int64_t share = wanted / classCount + (turn < wanted % classCount ? 1 : 0);
    // A class goes through its own permutations, so that its clips come equally often over the
    // epochs.
    const auto size = static_cast<std::int64_t>(members.size());
    const std::int64_t largest = wanted / classCount + 1;
    std::int64_t cycle = -1;
    std::vector<std::int64_t> turns;
    for (std::int64_t place = epoch * largest; place < epoch * largest + share; ++place) {
      if (place / size != cycle) {
        cycle = place / size;
        turns = epochOrder(size, seed ^ (static_cast<std::uint64_t>(label) + 1), cycle);
      }
      order.push_back(
          members[static_cast<std::size_t>(turns[static_cast<std::size_t>(place % size)])]);
    }
    ++number;
  }
  Random(seed, kOrderStream, epoch, 1).shuffle(order);
  return order;
}

}  // namespace attelier::clips
