#pragma once

#include "engine/nn/batch_norm.h"

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace attelier::nn {

/// Kernel, stride of a layer: along time, and along height and width.
struct Extent3 {
  int time = 1;
  int space = 1;
};

/// Shape of the features of one clip.
struct FeatureShape {
  int channels = 0;
  int frames = 0;
  int height = 0;
  int width = 0;
};

/// A layer of a backbone on token-major features.
/// Shape: (N, T, H, W, C), contiguous.
class VideoLayer : public torch::nn::Module {
 public:
  virtual at::Tensor forward(const at::Tensor& x) = 0;
  virtual FeatureShape shapeAfter(const FeatureShape& in) const = 0;
};

/// Convolution without bias, batch norm, ReLU. Token-major features make a convolution over space
/// alone or time alone a convolution over images, and one of kernel 1 a matrix product.
/// Weights: uniform in +-1/sqrt(inputs) as PyTorch does; the norm behind makes their size a
/// learning rate, and He's 2.4 times larger ones learn the tasks more slowly. Padding (kernel - 1)
/// / 2 on both sides, 0 for even kernels.
class ConvNormRelu : public VideoLayer {
 public:
  ConvNormRelu(int in, int out, Extent3 kernel, Extent3 stride = {});
  at::Tensor forward(const at::Tensor& x) override;
  FeatureShape shapeAfter(const FeatureShape& in) const override;

  at::Tensor weight;  ///< [out, in, time, height, width]
  std::shared_ptr<BatchNorm> norm;

 private:
  Extent3 kernel_;
  Extent3 stride_;
};

/// A k x k x k convolution as 1 x k x k then k x 1 x 1, each with norm and ReLU.
/// Source: Xie et al., Rethinking Spatiotemporal Feature Learning (S3D), 2018.
class SeparableConv : public VideoLayer {
 public:
  SeparableConv(int in, int out, Extent3 kernel, Extent3 stride = {});
  at::Tensor forward(const at::Tensor& x) override;
  FeatureShape shapeAfter(const FeatureShape& in) const override;

 private:
  std::shared_ptr<ConvNormRelu> spatial_;
  std::shared_ptr<ConvNormRelu> temporal_;
};

/// Maximum over boxes, taken over space, then over time. Odd kernels are padded by (kernel - 1) /
/// 2, even ones run over the edge, so that sizes are those of SAME padding.
class MaxPool : public VideoLayer {
 public:
  MaxPool(Extent3 kernel, Extent3 stride) : kernel_(kernel), stride_(stride) {}
  at::Tensor forward(const at::Tensor& x) override;
  FeatureShape shapeAfter(const FeatureShape& in) const override;

 private:
  Extent3 kernel_;
  Extent3 stride_;
};

/// Channels of the four branches of an Inception block.
struct InceptionWidths {
  int b0;
  int b1Reduce, b1;
  int b2Reduce, b2;
  int b3;
};

/// Inception block with separable convolutions: 1x1x1; 1x1x1 then 3x3x3 twice; pool then 1x1x1.
/// Source: Xie et al. (S3D) 2018; widths: Carreira and Zisserman (I3D) 2017.
class SeparableInception : public VideoLayer {
 public:
  SeparableInception(int in, const InceptionWidths& widths);
  at::Tensor forward(const at::Tensor& x) override;
  FeatureShape shapeAfter(const FeatureShape& in) const override;

 private:
  std::shared_ptr<ConvNormRelu> b0_;
  std::shared_ptr<ConvNormRelu> b1Reduce_;
  std::shared_ptr<SeparableConv> b1_;
  std::shared_ptr<ConvNormRelu> b2Reduce_;
  std::shared_ptr<SeparableConv> b2_;
  std::shared_ptr<MaxPool> pool_;
  std::shared_ptr<ConvNormRelu> b3_;
  int channels_;
};

/// Zeroes features with probability `rate` and scales the rest, drawn from (key, sample of the
/// whole batch, feature) alone: the same for any number of threads. Shape: [N, ...].
at::Tensor keyedDropout(const at::Tensor& x, double rate, uint64_t key);

}  // namespace attelier::nn
