#pragma once

#include "engine/nn/network.h"

#include <torch/nn.h>

#include <vector>

namespace attelier::bench {

/// The straightforward form of glyph_stem with one supergraph, as the papers write it: one module a
/// node, features (N, C, T, H, W), every projection a conv3d of kernel 1, LibTorch's own batch norm
/// and gradients; level mixing as one product. The yardstick of engine/nn, joint grouping, fixed
/// activations. Takes its weights from a network of engine/nn, so both compute the same function.
class EagerNetwork : public torch::nn::Module {
 public:
  explicit EagerNetwork(const nn::Network& network);
  at::Tensor forward(const at::Tensor& clips);

 private:
  struct Conv {
    at::Tensor weight;
    at::Tensor bias;
  };
  struct Norm {
    at::Tensor gamma;
    at::Tensor delta;
    at::Tensor mean;
    at::Tensor var;
  };
  struct Node {
    space::OperationKind kind;
    Conv gate, score, value;             // map-based
    Conv query, key, dotValue, restore;  // dot-product
    Norm norm;
  };

  at::Tensor parameter(const at::Tensor& from, at::IntArrayRef shape);
  Conv conv(const at::Tensor& weight, const at::Tensor& bias);
  Norm normOf(const nn::BatchNorm& from, bool affine, int64_t channels);
  static at::Tensor apply(const Conv& conv, const at::Tensor& x);
  static at::Tensor apply(const Norm& norm, const at::Tensor& x);
  static at::Tensor run(const Node& node, const at::Tensor& x);

  std::vector<at::Tensor> stem_;
  std::vector<Norm> stemNorms_;
  std::vector<std::vector<Node>> levels_;
  at::Tensor levelLogits_;
  at::Tensor sinkLogits_;
  Conv combine_;
  Norm norm_;
  at::Tensor classifierWeight_;
  at::Tensor classifierBias_;
  int parameters_ = 0;
};

}  // namespace attelier::bench
