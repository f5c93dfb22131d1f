#include "engine/nn/batch_norm.h"

#include "tests/engine/nn/networks.h"
#include "tests/engine/nn/tensor_gap.h"

#include <gtest/gtest.h>

namespace attelier::nn {
namespace {

using testing::gap;
using testing::relativeGap;

// LibTorch's own batch norm, on rows [M, C].
TEST(BatchNorm, EqualsLibTorchInValuesGradientsAndStatistics) {
  at::manual_seed(21);
  for (const int channels : {3, 8, 32}) {
    for (const bool relu : {false, true}) {
      for (const bool training : {true, false}) {
        BatchNorm norm(1, channels, true);
        norm.to(at::kDouble);
        norm.train(training);
        {
          at::NoGradGuard guard;
          norm.gamma.normal_();
          norm.delta.normal_();
          norm.runningMean.normal_();
          norm.runningVar.uniform_(0.5, 2.0);
        }
        at::Tensor mean = norm.runningMean.clone().view({-1});
        at::Tensor var = norm.runningVar.clone().view({-1});
        at::Tensor x = (at::randn({150, channels}, at::kDouble) * 3 + 100).requires_grad_();
        const at::Tensor probe = at::randn({150, channels}, at::kDouble);

        const at::Tensor actual = norm.forward(x, relu);
        (actual * probe).sum().backward();
        const at::Tensor dx = x.grad().clone();
        const at::Tensor dGamma = norm.gamma.grad().clone();
        const at::Tensor dDelta = norm.delta.grad().clone();
        for (at::Tensor t : {x, norm.gamma, norm.delta}) t.mutable_grad().reset();

        at::Tensor expected = at::batch_norm(x, norm.gamma, norm.delta, mean, var, training,
                                             BatchNorm::kMomentum, BatchNorm::kEpsilon, false);
        if (relu) expected = expected.relu();
        (expected * probe).sum().backward();
        EXPECT_LT(gap(actual, expected), 1e-11);
        EXPECT_LT(gap(dx, x.grad()), 1e-10);
        EXPECT_LT(gap(dGamma, norm.gamma.grad()), 1e-9);
        EXPECT_LT(gap(dDelta, norm.delta.grad()), 1e-9);
        EXPECT_LT(gap(norm.runningMean.view({-1}), mean), 1e-12);
        EXPECT_LT(gap(norm.runningVar.view({-1}), var), 1e-12);
      }
    }
  }
}

TEST(BatchNorm, GroupsInTwoTensorsHaveStatisticsOfTheirOwn) {
  at::manual_seed(22);
  BatchNorm norm(3, 4, false);
  norm.to(at::kDouble);
  const at::Tensor a = at::randn({1, 20, 4}, at::kDouble) * 5;
  const at::Tensor b = at::randn({2, 20, 4}, at::kDouble) - 7;
  const at::Tensor out = norm.forwardJoined(a, b);
  for (int g = 0; g < 3; ++g) {
    const at::Tensor rows = g == 0 ? a[0] : b[g - 1];
    const at::Tensor expected =
        (rows - rows.mean(0)) / (rows.var(0, /*unbiased=*/false) + BatchNorm::kEpsilon).sqrt();
    EXPECT_LT(gap(out[g], expected), 1e-12);
  }
}

TEST(BatchNorm, AverageIsThePlainMeanOfThePasses) {
  at::manual_seed(23);
  BatchNorm norm(1, 4, false);
  norm.to(at::kDouble);
  norm.beginAverage();
  at::Tensor means = at::zeros({4}, at::kDouble);
  for (int i = 0; i < 5; ++i) {
    const at::Tensor x = at::randn({30, 4}, at::kDouble) + i;
    norm.forward(x);
    means += x.mean(0) / 5;
  }
  EXPECT_LT(gap(norm.runningMean.view({-1}), means), 1e-12);
  norm.endAverage();
  norm.forward(at::zeros({30, 4}, at::kDouble));
  EXPECT_LT(gap(norm.runningMean.view({-1}), 0.9 * means), 1e-12);
}

TEST(BatchNorm, ResidualIsAddedAndScaleZeroLeavesItUntouched) {
  BatchNorm norm(1, 8, true, 0.0);
  const at::Tensor x = at::randn({64, 8}) * 1000;
  const at::Tensor residual = at::randn({64, 8});
  EXPECT_TRUE(at::equal(norm.forward(x, false, residual), residual));
}

// Rows in bfloat16 take the path of an accelerator. Expected: LibTorch's on the same values in
// float32, so that all that differs is the rounding of results, 2^-9 of each.
TEST(BatchNorm, RowsInBfloat16TakeStatisticsInFloat32) {
  at::manual_seed(24);
  for (const bool relu : {false, true}) {
    for (const bool training : {true, false}) {
      BatchNorm norm(1, 24, true);
      norm.train(training);
      {
        at::NoGradGuard guard;
        norm.gamma.normal_();
        norm.delta.normal_();
        norm.runningMean.normal_();
        norm.runningVar.uniform_(0.5, 2.0);
      }
      at::Tensor mean = norm.runningMean.clone().view({-1});
      at::Tensor var = norm.runningVar.clone().view({-1});
      at::Tensor x = (at::randn({500, 24}) * 3 + 20).to(at::kBFloat16).requires_grad_();
      at::Tensor wide = x.detach().to(at::kFloat).requires_grad_();
      const at::Tensor residual = relu ? at::Tensor() : at::randn({500, 24}).to(at::kBFloat16);
      const at::Tensor probe = at::randn({500, 24}).to(at::kBFloat16);

      const at::Tensor actual = norm.forward(x, relu, residual);
      EXPECT_EQ(actual.scalar_type(), at::kBFloat16);
      (actual * probe).sum().backward();
      const at::Tensor dGamma = norm.gamma.grad().clone();
      const at::Tensor dDelta = norm.delta.grad().clone();
      for (at::Tensor t : {norm.gamma, norm.delta}) t.mutable_grad().reset();

      at::Tensor expected = at::batch_norm(wide, norm.gamma, norm.delta, mean, var, training,
                                           BatchNorm::kMomentum, BatchNorm::kEpsilon, false);
      expected = relu ? expected.relu() : expected + residual;
      (expected * probe).sum().backward();
      EXPECT_LT(relativeGap(actual, expected), 4e-3);
      EXPECT_LT(relativeGap(x.grad(), wide.grad()), 4e-3);
      EXPECT_LT(relativeGap(dGamma, norm.gamma.grad()), 4e-3);
      EXPECT_LT(relativeGap(dDelta, norm.delta.grad()), 4e-3);
      EXPECT_LT(relativeGap(norm.runningMean.view({-1}), mean), 1e-6);
      EXPECT_LT(relativeGap(norm.runningVar.view({-1}), var), 1e-5);
    }
  }
}

TEST(BatchNorm, GroupsInBfloat16AreThoseOfTheKernels) {
  at::manual_seed(25);
  BatchNorm rounded(5, 8, false);
  BatchNorm precise(5, 8, false);
  const at::Tensor a = (at::randn({2, 90, 8}) * 5).to(at::kBFloat16).requires_grad_();
  const at::Tensor b = (at::randn({3, 90, 8}) - 7).to(at::kBFloat16).requires_grad_();
  const at::Tensor wideA = a.detach().to(at::kFloat).requires_grad_();
  const at::Tensor wideB = b.detach().to(at::kFloat).requires_grad_();
  const at::Tensor probe = at::randn({5, 90, 8});
  for (const bool training : {true, false}) {
    rounded.train(training);
    precise.train(training);
    const at::Tensor actual = rounded.forwardJoined(a, b);
    const at::Tensor expected = precise.forwardJoined(wideA, wideB);
    (actual * probe).sum().backward();
    (expected * probe).sum().backward();
    EXPECT_LT(relativeGap(actual, expected), 4e-3);
    EXPECT_LT(relativeGap(rounded.runningMean, precise.runningMean), 1e-5);
    EXPECT_LT(relativeGap(rounded.runningVar, precise.runningVar), 1e-5);
  }
  EXPECT_LT(relativeGap(a.grad(), wideA.grad()), 8e-3);
  EXPECT_LT(relativeGap(b.grad(), wideB.grad()), 8e-3);
}

}  // namespace
}  // namespace attelier::nn
