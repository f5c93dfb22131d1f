#pragma once

#include "engine/nn/batch_norm.h"
#include "engine/nn/token_grid.h"
#include "engine/space/operation.h"

#include <torch/nn/module.h>

#include <array>
#include <utility>
#include <vector>

namespace attelier::nn {

/// What an insertion keeps of its next forward passes; nothing by default.
struct CaptureRequest {
  bool attention = false;             ///< q, k, normaliser, map of every node
  bool contribution = false;          ///< sums of squares of the cell's input and of what it adds
  int64_t smallMapEntries = 1 << 16;  ///< keep A itself for a clip up to this many entries
};

/// What one node attended to, for the clips of one forward pass.
/// Shape: B clips, G groups (1 under joint grouping), N positions, M keys, D features a position.
struct NodeCapture {
  int node = 0;  ///< index in the supergraph (level * n + j) or in the cell's nodes
  space::OperationKind kind;
  at::Tensor map;         ///< map-based: activated weights [B, G, N]; else undefined
  at::Tensor queries;     ///< dot-product: [B, G, N, D], normalised already when cosine
  at::Tensor keys;        ///< [B, G, M, D], normalised already when cosine
  at::Tensor normaliser;  ///< softmax: log-sum-exp of each scaled row [B, G, N]; else undefined
  at::Tensor attention;   ///< A itself [B, G, N, M] where it is small; else undefined
  std::array<int64_t, 3> groupGrid{1, 1, 1};  ///< G as (frames, height, width)
  std::array<int64_t, 3> queryGrid{1, 1, 1};  ///< N as (frames, height, width)
  std::array<int64_t, 3> keyGrid{1, 1, 1};    ///< M as (frames, height, width)
  double scale = 1.0;                         ///< logits are scale * q.k
  bool dividedByKeys = true;                  ///< none, relu, sigmoid were divided by M
  std::array<double, 4> activationWeights{};  ///< none, relu, softmax, sigmoid; one-hot when fixed
};

/// What one insertion place kept of a forward pass.
struct PlaceCapture {
  std::vector<NodeCapture> nodes;
  at::Tensor squares;  ///< [2], double: sum of squares of y and of x; undefined when not asked

  /// ||y|| / ||x||, how much the insertion adds; 0 when not captured.
  double contribution() const;
};

/// Something that goes into a backbone at a named place and keeps the shape of its input.
class Insertion : public torch::nn::Module {
 public:
  /// Returns x + what the insertion adds.
  /// Shape: (N, C, T, H, W), any strides; channels-last-3d passes through without a copy.
  virtual at::Tensor forward(const at::Tensor& x) = 0;

  /// Keeps what is asked of the next forward passes, until the next call.
  void setCapture(const CaptureRequest& request) {
    request_ = request;
    capture_ = {};
  }

  /// What the last forward pass kept.
  PlaceCapture takeCapture() { return std::exchange(capture_, {}); }
  const CaptureRequest& captureRequest() const { return request_; }

 protected:
  /// Norm and residual at the end of a cell; keeps the contribution where asked.
  at::Tensor combine(const at::Tensor& sum, const at::Tensor& tokens, BatchNorm& norm,
                     bool residual);

  CaptureRequest request_;
  PlaceCapture capture_;
};

/// Features (N, C, T, H, W) as token rows [N T H W, C]; no copy when they are channels-last-3d.
at::Tensor toTokens(const at::Tensor& x, TokenGrid& grid);
/// Token rows as features (N, C, T, H, W) with channels-last-3d strides.
at::Tensor fromTokens(const at::Tensor& tokens, const TokenGrid& grid);

}  // namespace attelier::nn
