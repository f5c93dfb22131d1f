#pragma once

#include "engine/base/result.h"
#include "engine/space/place.h"

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace attelier::nn {

/// The size of the clips a network reads.
struct ClipShape {
  int frames = 8;
  int height = 32;
  int width = 32;
};

/// Which backbone, and its few choices.
/// - glyph_stem: per frame, for the synthetic tasks: 3x3/2 3-8, 3x3/2 8-16, 2x2/2 16-32; place
/// conv3.
/// - s3d_small: separable, for real clips on a CPU: 0.33 M parameters, 0.7 GFLOP a clip of
///   16x112x112; places block1 (16x28x28x24), block2 (8x14x14x64), block3 (8x14x14x96), block4
///   (4x7x7x160).
/// - s3d: Xie et al. 2018; places are the endpoints Conv3d_1a ... Mixed_5c. Padding is symmetric
///   (kernel - 1) / 2, which gives the sizes of SAME; no pretrained weights exist for it.
struct BackboneSettings {
  std::string name = "glyph_stem";  ///< glyph_stem | s3d_small | s3d
  double dropout = 0.0;             ///< before the classifier
  bool differences = false;         ///< reads the change to the next frame instead of the frame
  bool separableStem = true;        ///< s3d: 1x7x7 then 7x1x1 instead of 7x7x7
};

/// A video network with named places where cells go in.
class Backbone : public torch::nn::Module {
 public:
  /// Called at every named place with its index and the features there; the backbone goes on with
  /// what it returns, which has the same shape.
  using PlaceHook = std::function<at::Tensor(int place, const at::Tensor& x)>;

  /// Every named place in the order of the network, for clips of this size.
  virtual std::vector<space::Place> places(const ClipShape& clip) const = 0;
  /// Names of the places used when none are chosen.
  virtual std::vector<std::string> defaultPlaces() const = 0;
  /// Dropout draws from (key, sample, feature) alone.
  virtual void setDropoutKey(uint64_t key) = 0;
  /// Class scores. Shape: clips (N, 3, T, H, W), channels-last-3d strides are fastest → [N,
  /// classes].
  virtual at::Tensor forward(const at::Tensor& clips, const PlaceHook& hook) = 0;
};

/// A backbone with fresh weights. Errors: InvalidArgument for an unknown name (names the known
/// ones).
Result<std::shared_ptr<Backbone>> makeBackbone(const BackboneSettings& settings, int classes);

/// The names makeBackbone knows.
std::vector<std::string> backboneNames();

}  // namespace attelier::nn
