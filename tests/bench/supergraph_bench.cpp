#include "engine/nn/device.h"
#include "engine/nn/network.h"
#include "engine/nn/replicas.h"
#include "tests/bench/eager_network.h"

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <sys/resource.h>

namespace attelier::bench {
namespace {

double timed(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0.0 : values[values.size() / 2];
}

// AdamW in one call over all parameters, as the engine trains.
class Optimiser {
 public:
  explicit Optimiser(std::vector<at::Tensor> parameters) {
    for (const at::Tensor& p : parameters) {
      if (p.numel() == 0) continue;
      parameters_.push_back(p);
      first_.push_back(at::zeros_like(p));
      second_.push_back(at::zeros_like(p));
      steps_.push_back(at::zeros({}));
    }
  }
  void step() {
    at::NoGradGuard guard;
    std::vector<at::Tensor> gradients;
    for (at::Tensor& step : steps_) step.add_(1);
    for (const at::Tensor& p : parameters_) gradients.push_back(p.grad());
    std::vector<at::Tensor> none;
    at::_fused_adamw_(parameters_, gradients, first_, second_, none, steps_, 1e-4, 0.9, 0.999, 0.02,
                      1e-8, false, false);
    for (at::Tensor& p : parameters_) p.mutable_grad().reset();
  }

 private:
  std::vector<at::Tensor> parameters_, first_, second_, steps_;
};

at::Tensor lossOf(const at::Tensor& logits, const at::Tensor& labels, int64_t total) {
  return -logits.log_softmax(1).gather(1, labels.unsqueeze(1)).sum() / static_cast<double>(total);
}

std::shared_ptr<nn::Network> supergraphNetwork(int levels) {
  nn::SupergraphSettings settings;
  settings.shape.levels = levels;
  settings.operations.zeroInitBn = false;
  nn::NetworkSpec spec;
  spec.insertion = settings;
  return nn::Network::create(spec, 1).value();
}

// One training step of the whole network, batch 32, clips 8 x 32 x 32: the eager form, ours with
// one and with two threads, a 1024^3 product and a copy of 64 MB, one after the other in every
// round.
void supergraphStep(benchmark::State& state) {
  nn::useSingleThreadedOperations();
  const int levels = static_cast<int>(state.range(0));
  const auto network = supergraphNetwork(levels);
  const auto second = supergraphNetwork(levels);
  EagerNetwork eager(*network);
  const at::Tensor clips = at::randn({32, 8, 32, 32, 3}).permute({0, 4, 1, 2, 3});
  const at::Tensor contiguous = clips.contiguous();
  const at::Tensor labels = at::randint(0, 4, {32});
  if (!at::allclose(eager.forward(contiguous), network->forward(clips), 1e-3, 1e-4)) {
    state.SkipWithError("the eager form computes another function");
    return;
  }
  nn::Replicas one(network, 1);
  nn::Replicas two(second, 2);
  Optimiser eagerOptimiser(eager.parameters());
  Optimiser oneOptimiser(network->parameters());
  Optimiser twoOptimiser(second->parameters());
  const auto shardLoss = [](nn::Network&, const at::Tensor& logits, const at::Tensor& y,
                            const nn::Shard& shard) { return lossOf(logits, y, shard.total); };
  const auto eagerStep = [&] {
    lossOf(eager.forward(contiguous), labels, 32).backward();
    eagerOptimiser.step();
  };
  const auto oneStep = [&] {
    one.forwardBackward(clips, labels, shardLoss);
    oneOptimiser.step();
  };
  const auto twoStep = [&] {
    two.forwardBackward(clips, labels, shardLoss);
    twoOptimiser.step();
  };
  const at::Tensor a = at::randn({1024, 1024});
  const at::Tensor b = at::randn({1024, 1024});
  at::Tensor c = at::empty({1024, 1024});
  const at::Tensor from = at::randn({16 << 20});
  at::Tensor to = at::empty_like(from);
  for (int i = 0; i < 3; ++i) {
    eagerStep();
    oneStep();
    twoStep();
  }
  std::vector<double> eagerTimes, oneTimes, twoTimes, gemm, copy;
  for (auto _ : state) {
    eagerTimes.push_back(timed(eagerStep));
    oneTimes.push_back(timed(oneStep));
    twoTimes.push_back(timed(twoStep));
    gemm.push_back(timed([&] { at::mm_out(c, a, b); }));
    copy.push_back(timed([&] { to.copy_(from); }));
  }
  state.counters["eager_ms"] = 1e3 * median(eagerTimes);
  state.counters["one_thread_ms"] = 1e3 * median(oneTimes);
  state.counters["two_threads_ms"] = 1e3 * median(twoTimes);
  state.counters["over_eager"] = median(eagerTimes) / median(oneTimes);
  state.counters["two_over_one"] = median(oneTimes) / median(twoTimes);
  state.counters["gemm_GFs"] = 2.0 * 1024 * 1024 * 1024 / median(gemm) * 1e-9;
  state.counters["copy_GBs"] = 2.0 * 4 * (16 << 20) / median(copy) * 1e-9;
}
BENCHMARK(supergraphStep)->DenseRange(1, 4)->Iterations(25)->Unit(benchmark::kMillisecond);

// Batch 2 at 16 x 28 x 28 tokens and 64 channels: spatiotemporal maps of 12,544 x 12,544 that are
// never whole in memory. The peak is that of the process.
void largePlace(benchmark::State& state) {
  nn::useSingleThreadedOperations();
  nn::SupergraphSettings settings;
  settings.shape.levels = static_cast<int>(state.range(0));
  const auto weights =
      std::make_shared<nn::ArchitectureWeights>(settings.shape, false, space::SinkGate::Softmax);
  nn::Supergraph supergraph(settings, 64, weights, nn::AttentionLimits{});
  const at::Tensor x = at::randn({2, 16, 28, 28, 64}).permute({0, 4, 1, 2, 3});
  for (auto _ : state) supergraph.forward(x).square().mean().backward();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(largePlace)->DenseRange(2, 3)->Iterations(1)->Unit(benchmark::kMillisecond);

// A training step of the small backbone for real clips, 8 clips of 16 x 112 x 112.
void realClipsStep(benchmark::State& state) {
  nn::useSingleThreadedOperations();
  nn::NetworkSpec spec;
  spec.backbone.name = "s3d_small";
  spec.clip = {16, 112, 112};
  spec.insertion = nn::SupergraphSettings{};
  const auto network = nn::Network::create(spec, 1).value();
  nn::Replicas replicas(network, static_cast<int>(state.range(0)));
  const at::Tensor clips = at::randint(0, 256, {8, 16, 112, 112, 3}).to(at::kByte);
  const at::Tensor labels = at::randint(0, 4, {8});
  for (auto _ : state) {
    replicas.forwardBackward(clips, labels,
                             [](nn::Network&, const at::Tensor& logits, const at::Tensor& y,
                                const nn::Shard& shard) { return lossOf(logits, y, shard.total); });
  }
}
BENCHMARK(realClipsStep)
    ->DenseRange(1, 2)
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace attelier::bench

int main(int argc, char** argv) {
  attelier::nn::prepareDevices();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
