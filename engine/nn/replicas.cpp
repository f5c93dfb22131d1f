#include "engine/nn/replicas.h"

#include "engine/base/contracts.h"
#include "engine/nn/device.h"
#include "engine/nn/precision.h"
#include "engine/nn/shard.h"

#include <ATen/ThreadLocalState.h>
#include <torch/autograd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace attelier::nn {

// All workers of one batch meet here. Numbers are left in a slot each, read by all in shard order,
// and a second meeting keeps them alive until everybody has read.
class ShardBarrier final : public ShardExchange {
 public:
  void begin(int shards) {
    const std::lock_guard lock(mutex_);
    shards_ = shards;
    waiting_ = 0;
    aborted_ = false;
    slots_.assign(static_cast<size_t>(shards), {});
    tags_.assign(static_cast<size_t>(shards), 0);
  }

  int shards() const override { return shards_; }

  void exchange(int shard, uint64_t tag, std::span<const double> mine,
                const std::function<void(int, std::span<const double>)>& read) override {
    const auto at = static_cast<size_t>(shard);
    slots_[at] = mine;
    tags_[at] = tag;
    meet();
    for (size_t i = 0; i < slots_.size(); ++i) {
      expects(tags_[i] == tag && slots_[i].size() == mine.size(),
              "the workers of a batch exchange the same things");
      read(static_cast<int>(i), slots_[i]);
    }
    meet();
  }

  void abort() {
    const std::lock_guard lock(mutex_);
    aborted_ = true;
    changed_.notify_all();
  }

 private:
  // Shards have equal work, so most waits are short: spin for a while, then sleep.
  static constexpr int kSpins = 2000;

  void meet() {
    std::unique_lock lock(mutex_);
    if (aborted_) throw ShardAborted{};
    const uint64_t mine = generation_.load(std::memory_order_relaxed);
    if (++waiting_ == shards_) {
      waiting_ = 0;
      generation_.store(mine + 1, std::memory_order_release);
      changed_.notify_all();
      return;
    }
    lock.unlock();
    for (int i = 0; i < kSpins; ++i) {
      if (generation_.load(std::memory_order_acquire) != mine) return;
      std::this_thread::yield();
    }
    lock.lock();
    changed_.wait(lock, [&] { return aborted_ || generation_.load() != mine; });
    if (generation_.load() == mine) throw ShardAborted{};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<uint64_t> generation_{0};
  int shards_ = 1;
  int waiting_ = 0;
  bool aborted_ = false;
  std::vector<std::span<const double>> slots_;
  std::vector<uint64_t> tags_;
};

namespace {

class ContextGuard {
 public:
  explicit ContextGuard(const ShardContext& context) : before_(shardContext()) {
    shardContext() = context;
  }
  ~ContextGuard() { shardContext() = before_; }
  ContextGuard(const ContextGuard&) = delete;
  ContextGuard& operator=(const ContextGuard&) = delete;

 private:
  ShardContext before_;
};

at::Tensor asInput(const Network& network, const at::Tensor& clips) {
  if (clips.scalar_type() != at::kByte) return clips;
  return toNetworkInput(clips, network.spec().pixelMean, network.spec().pixelStd);
}

}  // namespace

struct Replicas::Impl {
  using Task = std::function<void(int shard)>;

  std::vector<std::shared_ptr<Network>> networks;
  std::vector<std::thread> workers;  // of shards 1 ...; shard 0 runs in the caller
  ShardBarrier barrier;

  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable finished;
  uint64_t generation = 0;
  int active = 0;   // shards of the current batch
  int running = 0;  // workers that have not finished it
  bool stopping = false;
  const Task* task = nullptr;
  const at::ThreadLocalState* callersState = nullptr;  // autocast is a state of a thread
  std::vector<std::exception_ptr> errors;

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  void guarded(int shard) {
    try {
      (*task)(shard);
    } catch (...) {
      errors[static_cast<size_t>(shard)] = std::current_exception();
      barrier.abort();
    }
  }

  void work(int shard) {
    useSingleThreadedOperations();  // OpenMP keeps this number for each thread
    uint64_t seen = 0;
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stopping || generation != seen; });
      if (stopping) return;
      seen = generation;
      if (shard >= active) continue;
      lock.unlock();
      {
        const at::ThreadLocalStateGuard asTheCaller(*callersState);
        guarded(shard);
      }
      lock.lock();
      if (--running == 0) finished.notify_all();
    }
  }

  // Runs the task for every shard and rethrows the first failure that is not a consequence.
  void runShards(int shards, const Task& work) {
    barrier.begin(shards);
    const at::ThreadLocalState state;
    {
      const std::lock_guard lock(mutex);
      task = &work;
      callersState = &state;
      active = shards;
      running = shards - 1;
      errors.assign(static_cast<size_t>(shards), nullptr);
      ++generation;
    }
    if (shards > 1) wake.notify_all();
    guarded(0);
    {
      std::unique_lock lock(mutex);
      finished.wait(lock, [&] { return running == 0; });
      task = nullptr;
      callersState = nullptr;
    }
    std::exception_ptr consequence;
    for (const std::exception_ptr& error : errors) {
      if (!error) continue;
      try {
        std::rethrow_exception(error);
      } catch (const ShardAborted&) {
        consequence = error;
      }
    }
    expects(!consequence, "a worker stopped without a failure");
  }

  // Samples split as evenly as possible, the first shards one larger.
  static Shard shardOf(int index, int count, int64_t samples) {
    const int64_t base = samples / count;
    const int64_t extra = samples % count;
    return {index, count, index * base + std::min<int64_t>(index, extra), samples};
  }
  static int64_t sizeOf(const Shard& shard) {
    return shardOf(shard.index + 1, shard.count, shard.total).first - shard.first;
  }

  int shardsFor(const at::Tensor& clips) const {
    if (!clips.is_cpu()) return 1;
    return static_cast<int>(
        std::clamp<int64_t>(clips.size(0), 1, static_cast<int64_t>(networks.size())));
  }

  ShardContext contextOf(const Shard& shard) {
    return {shard.count > 1 ? &barrier : nullptr, shard.index, shard.first};
  }
};

Replicas::Replicas(std::shared_ptr<Network> network, int threads) : impl_(new Impl) {
  useSingleThreadedOperations();
  int count = threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
  const auto parameters = network->parameters();
  if (!parameters.empty() && !parameters.front().is_cpu()) count = 1;
  impl_->networks.push_back(std::move(network));
  for (int i = 1; i < std::max(1, count); ++i) {
    impl_->networks.push_back(impl_->networks.front()->replica());
  }
  for (int i = 1; i < std::max(1, count); ++i) {
    impl_->workers.emplace_back([impl = impl_.get(), i] { impl->work(i); });
  }
}

Replicas::~Replicas() = default;

Network& Replicas::network() { return *impl_->networks.front(); }
int Replicas::threads() const { return static_cast<int>(impl_->networks.size()); }

void Replicas::synchronise() {
  const Network& first = *impl_->networks.front();
  for (size_t i = 1; i < impl_->networks.size(); ++i) {
    Network& other = *impl_->networks[i];
    other.train(first.is_training());
    other.setDropoutKey(first.dropoutKey());
    if (first.insertionCount() > 0) other.setCapture(first.insertion(0).captureRequest());
  }
}

Replicas::Outcome Replicas::forwardBackward(const at::Tensor& clips, const at::Tensor& labels,
                                            const ShardLoss& loss) {
  synchronise();
  const int shards = impl_->shardsFor(clips);
  std::vector<at::Tensor> losses(static_cast<size_t>(shards));
  std::vector<at::Tensor> logits(static_cast<size_t>(shards));
  impl_->runShards(shards, [&](int index) {
    const Shard shard = Impl::shardOf(index, shards, clips.size(0));
    const ContextGuard guard(impl_->contextOf(shard));
    const at::AutoGradMode grad(true);
    Network& net = *impl_->networks[static_cast<size_t>(index)];
    const int64_t size = Impl::sizeOf(shard);
    const at::Tensor out = net.forward(asInput(net, clips.narrow(0, shard.first, size)));
    const at::Tensor part = loss(net, out, labels.narrow(0, shard.first, size), shard);
    {
      // Each gradient has the type that autocast chose in the forward pass.
      const WithoutAutocast keepTypes;
      part.backward();
    }
    losses[static_cast<size_t>(index)] = part.detach();
    logits[static_cast<size_t>(index)] = out.detach();
  });

  at::NoGradGuard guard;
  std::vector<at::Tensor> mine = impl_->networks.front()->parameters();
  for (int i = 1; i < shards; ++i) {
    std::vector<at::Tensor> theirs = impl_->networks[static_cast<size_t>(i)]->parameters();
    for (size_t p = 0; p < mine.size(); ++p) {
      at::Tensor& grad = theirs[p].mutable_grad();
      if (!grad.defined()) continue;
      if (mine[p].grad().defined()) {
        mine[p].mutable_grad().add_(grad);
      } else {
        mine[p].mutable_grad() = grad.clone();
      }
      grad.reset();
    }
  }
  at::Tensor total = losses.front();
  for (size_t i = 1; i < losses.size(); ++i) total = total + losses[i];
  return {total, shards == 1 ? logits.front() : at::cat(logits)};
}

at::Tensor Replicas::forward(const at::Tensor& clips) {
  synchronise();
  const int shards = impl_->shardsFor(clips);
  std::vector<at::Tensor> logits(static_cast<size_t>(shards));
  impl_->runShards(shards, [&](int index) {
    const Shard shard = Impl::shardOf(index, shards, clips.size(0));
    const ContextGuard guard(impl_->contextOf(shard));
    at::NoGradGuard noGradient;
    Network& net = *impl_->networks[static_cast<size_t>(index)];
    logits[static_cast<size_t>(index)] =
        net.forward(asInput(net, clips.narrow(0, shard.first, Impl::sizeOf(shard))));
  });
  return shards == 1 ? logits.front() : at::cat(logits);
}

std::vector<PlaceCapture> Replicas::takeCaptures() {
  std::vector<PlaceCapture> all = impl_->networks.front()->takeCaptures();
  for (size_t i = 1; i < impl_->networks.size(); ++i) {
    const std::vector<PlaceCapture> more = impl_->networks[i]->takeCaptures();
    for (size_t p = 0; p < all.size(); ++p) {
      if (more[p].squares.defined() && all[p].squares.defined()) {
        all[p].squares = all[p].squares + more[p].squares;
      }
      if (more[p].nodes.size() != all[p].nodes.size()) continue;  // had no clips of its own
      for (size_t v = 0; v < all[p].nodes.size(); ++v) {
        NodeCapture& a = all[p].nodes[v];
        const NodeCapture& b = more[p].nodes[v];
        const auto join = [](at::Tensor& x, const at::Tensor& y) {
          if (x.defined() && y.defined()) x = at::cat({x, y});
        };
        join(a.map, b.map);
        join(a.queries, b.queries);
        join(a.keys, b.keys);
        join(a.normaliser, b.normaliser);
        join(a.attention, b.attention);
      }
    }
  }
  return all;
}

}  // namespace attelier::nn
