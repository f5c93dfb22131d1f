#include "engine/nn/device.h"
#include "engine/nn/replicas.h"
#include "engine/search/probes.h"
#include "tests/engine/nn/networks.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>

namespace attelier::nn {
namespace {

using testing::expectRoundingOnly;
using testing::make;
using testing::manyNetworks;
using testing::randomise;
using testing::relativeGap;
using testing::statisticsGap;
using testing::trainingPass;

// float32 sums in another order; cuDNN's convolutions may not take fewer bits for that.
constexpr double kFloat32 = 1e-4;

class NetworkOnGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto device = chooseDevice("cuda");
    if (!device.has_value()) GTEST_SKIP() << device.error().message;
    device_ = *device;
    at::globalContext().setAllowTF32CuDNN(false);
  }

  std::shared_ptr<Network> network(const NetworkSpec& spec, const c10::Device& device) {
    const std::shared_ptr<Network> built = make(spec, 3);
    randomise(*built, 4);
    built->to(device);
    return built;
  }

  const c10::Device cpu_{c10::kCPU};
  c10::Device device_{c10::kCPU};
};

TEST_F(NetworkOnGpu, LogitsGradientsAndStatisticsAreThoseOfTheCpu) {
  for (const auto& [name, spec] : manyNetworks()) {
    const auto expected = trainingPass(*network(spec, cpu_), false);
    const auto actual = trainingPass(*network(spec, device_), false);
    EXPECT_LT(relativeGap(actual.logits, expected.logits), kFloat32) << name;
    EXPECT_LT(relativeGap(actual.gradients, expected.gradients), kFloat32) << name;
    EXPECT_LT(statisticsGap(actual.statistics, expected.statistics), kFloat32) << name;
  }
}

TEST_F(NetworkOnGpu, MixedPrecisionIsFloat32UpToRounding) {
  for (const auto& [name, spec] : manyNetworks()) {
    const auto expected = trainingPass(*network(spec, cpu_), false);
    const auto actual = trainingPass(*network(spec, device_), true);
    EXPECT_EQ(actual.logits.scalar_type(), at::kBFloat16) << name;
    expectRoundingOnly(actual, expected, *network(spec, cpu_), name);
  }
}

TEST_F(NetworkOnGpu, EvaluationModeIsThatOfTheCpu) {
  for (const auto& [name, spec] : manyNetworks()) {
    const auto expected = network(spec, cpu_);
    const auto actual = network(spec, device_);
    expected->eval();
    actual->eval();
    const at::NoGradGuard guard;
    at::manual_seed(5);
    const at::Tensor clips = at::randn({2, 3, 8, 32, 32});
    EXPECT_LT(relativeGap(actual->forward(clips.to(device_)), expected->forward(clips)), kFloat32)
        << name;
  }
}

double recordGap(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  return a.empty() ? 0.0 : relativeGap(at::tensor(a), at::tensor(b));
}

TEST_F(NetworkOnGpu, AttentionRecordsAreThoseOfTheCpu) {
  at::manual_seed(6);
  const at::Tensor rgb = at::randint(0, 256, {2, 8, 32, 32, 3}).to(at::kByte);
  for (const auto& [name, spec] : manyNetworks()) {
    std::vector<PlaceCapture> captures;
    for (const c10::Device& device : {cpu_, device_}) {
      const auto built = network(spec, device);
      built->eval();
      built->setCapture({.attention = true, .contribution = true});
      Replicas replicas(built, 1);
      replicas.forward(rgb.to(device));
      captures.push_back(replicas.takeCaptures().at(0));
    }
    const auto& [expected, actual] = std::tie(captures[0], captures[1]);
    EXPECT_NEAR(actual.contribution(), expected.contribution(), kFloat32 * expected.contribution());
    ASSERT_EQ(actual.nodes.size(), expected.nodes.size());
    for (size_t node = 0; node < expected.nodes.size(); ++node) {
      for (const int64_t clip : {0, 1}) {
        const auto a = search::attentionRecord(actual.nodes[node], clip);
        const auto b = search::attentionRecord(expected.nodes[node], clip);
        EXPECT_EQ(a.payload, b.payload);
        EXPECT_LT(recordGap(a.map, b.map), kFloat32) << name << " node " << node;
        EXPECT_LT(recordGap(a.matrix, b.matrix), kFloat32) << name << " node " << node;
        EXPECT_LT(recordGap(a.queries, b.queries), kFloat32) << name << " node " << node;
        EXPECT_LT(recordGap(a.keys, b.keys), kFloat32) << name << " node " << node;
        EXPECT_LT(recordGap(a.normaliser, b.normaliser), kFloat32) << name << " node " << node;
      }
    }
  }
}

}  // namespace
}  // namespace attelier::nn
