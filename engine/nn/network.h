#pragma once

#include "engine/base/result.h"
#include "engine/nn/attention_level.h"
#include "engine/nn/backbone.h"
#include "engine/nn/cell.h"
#include "engine/nn/insertion.h"
#include "engine/nn/supergraph.h"
#include "engine/space/cell_design.h"
#include "engine/space/place.h"

#include <torch/nn/module.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace attelier::nn {

/// Nothing is inserted: the plain backbone.
struct PlainInsertion {};
/// The same design at every place, each with weights of its own.
struct CellInsertion {
  space::CellDesign design;
};

/// Everything a network is built from; the same specification gives the same modules and names.
struct NetworkSpec {
  BackboneSettings backbone;
  ClipShape clip;
  int classes = 4;
  std::vector<std::string> places;  ///< empty: the backbone's default places
  std::variant<PlainInsertion, SupergraphSettings, CellInsertion> insertion;
  int attentionBudgetMb =
      256;  ///< attention_budget_mb: the largest attention map that is kept whole
  std::array<double, 3> pixelMean{100.0, 100.0, 100.0};
  std::array<double, 3> pixelStd{60.0, 60.0, 60.0};
};

/// A backbone with an insertion at each chosen place.
/// Threads: one thread at a time; see Replicas for several.
class Network : public torch::nn::Module {
 public:
  /// Errors: InvalidArgument for an unknown backbone or place (names the known ones).
  /// Weights are drawn from `seed` alone.
  static Result<std::shared_ptr<Network>> create(const NetworkSpec& spec, uint64_t seed);

  /// Class scores. Shape: (N, 3, T, H, W) normalised floats → [N, classes].
  at::Tensor forward(const at::Tensor& clips);

  /// Another network on the same weights: parameters and buffers share storage, gradients do not.
  std::shared_ptr<Network> replica() const;

  const NetworkSpec& spec() const { return spec_; }
  /// Places that hold an insertion, in order.
  const std::vector<space::Place>& places() const { return places_; }
  Insertion& insertion(size_t place) { return *insertions_[place]; }
  const Insertion& insertion(size_t place) const { return *insertions_[place]; }
  size_t insertionCount() const { return insertions_.size(); }

  /// Connection weights of the supergraphs: one if shared, else one a place; empty without.
  const std::vector<std::shared_ptr<ArchitectureWeights>>& architectures() const {
    return architectures_;
  }
  /// Parameters that are connection weights, and all others.
  std::vector<at::Tensor> architectureParameters() const;
  std::vector<at::Tensor> networkParameters() const;

  /// Asks every insertion to keep something of the next forward passes; a default request ends it.
  void setCapture(const CaptureRequest& request);
  /// What the last forward pass kept, one a place.
  std::vector<PlaceCapture> takeCaptures();

  /// Dropout draws from (key, sample, feature) alone; give each step another key.
  void setDropoutKey(uint64_t key);
  uint64_t dropoutKey() const { return dropoutKey_; }

 private:
  explicit Network(NetworkSpec spec) : spec_(std::move(spec)) {}
  Status build();

  NetworkSpec spec_;
  std::shared_ptr<Backbone> backbone_;
  std::vector<space::Place> places_;
  std::vector<int> insertionOfPlace_;  ///< per backbone place: index of its insertion or -1
  std::vector<std::shared_ptr<Insertion>> insertions_;
  std::vector<std::shared_ptr<ArchitectureWeights>> architectures_;
  uint64_t dropoutKey_ = 0;
};

/// Frames as the network reads them: (value - mean) / std.
/// Shape: uint8 (N, T, H, W, 3) → float (N, 3, T, H, W) with channels-last-3d strides, on the
/// device of `rgb`.
at::Tensor toNetworkInput(const at::Tensor& rgb, const std::array<double, 3>& mean,
                          const std::array<double, 3>& std);

/// The change from each frame to the next; the last change stands twice, so that T stays.
/// What moves is what little data teaches best: measured in
/// docs/decisions/0003-frame-differences.md. Shape: (N, 3, T, H, W), T >= 2, → the same.
at::Tensor frameDifferences(const at::Tensor& clips);

/// Every parameter and buffer by name, in a fixed order: what a checkpoint stores.
std::vector<std::pair<std::string, at::Tensor>> namedState(const Network& network);

/// Copies stored tensors into the network. Errors: Corrupt for a missing, unknown or misshapen
/// name.
Status loadNamedState(Network& network,
                      const std::vector<std::pair<std::string, at::Tensor>>& state);

/// Sets every batch norm to average its statistics evenly over the coming training-mode passes
/// (`begin`), or back to its running mean with momentum (`end`). Between them, run K batches in
/// training mode without gradients: the statistics are then those K batches' mean.
void beginStatistics(Network& network);
void endStatistics(Network& network);

}  // namespace attelier::nn
