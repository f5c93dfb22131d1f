#include "engine/nn/video_layers.h"

#include "engine/nn/shard.h"

#include <cmath>

namespace attelier::nn {
namespace {

int padOf(int kernel) { return kernel % 2 == 1 ? kernel / 2 : 0; }

int sizeAfter(int size, int kernel, int stride) {
  return (size + 2 * padOf(kernel) - kernel) / stride + 1;
}

int pooledSize(int size, int kernel, int stride) {
  return kernel % 2 == 1 ? sizeAfter(size, kernel, stride) : (size + stride - 1) / stride;
}

// (N, T, H, W, C) seen as images over space [N T, C, H, W] or over time [N, C, T, H W]: no copy.
at::Tensor asSpace(const at::Tensor& x) {
  return x.view({x.size(0) * x.size(1), x.size(2), x.size(3), x.size(4)}).permute({0, 3, 1, 2});
}
at::Tensor asTime(const at::Tensor& x) {
  return x.view({x.size(0), x.size(1), x.size(2) * x.size(3), x.size(4)}).permute({0, 3, 1, 2});
}
at::Tensor fromSpace(const at::Tensor& y, int64_t clips) {
  const at::Tensor rows = y.permute({0, 2, 3, 1}).contiguous();
  return rows.view({clips, -1, rows.size(1), rows.size(2), rows.size(3)});
}
at::Tensor fromTime(const at::Tensor& y, int64_t height, int64_t width) {
  const at::Tensor rows = y.permute({0, 2, 3, 1}).contiguous();
  return rows.view({rows.size(0), rows.size(1), height, width, rows.size(3)});
}

}  // namespace

ConvNormRelu::ConvNormRelu(int in, int out, Extent3 kernel, Extent3 stride)
    : kernel_(kernel), stride_(stride) {
  const int64_t inputs = int64_t{in} * kernel.time * kernel.space * kernel.space;
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  weight = register_parameter(
      "weight",
      at::empty({out, in, kernel.time, kernel.space, kernel.space}).uniform_(-bound, bound));
  norm = register_module("norm", std::make_shared<BatchNorm>(1, out, true));
}

at::Tensor ConvNormRelu::forward(const at::Tensor& x) {
  const int64_t out = weight.size(0);
  at::Tensor y;
  const bool pointwise =
      kernel_.time == 1 && kernel_.space == 1 && stride_.time == 1 && stride_.space == 1;
  if (pointwise) {
    y = at::mm(x.view({-1, x.size(4)}), weight.view({out, -1}).t())
            .view({x.size(0), x.size(1), x.size(2), x.size(3), out});
  } else if (kernel_.time == 1 && stride_.time == 1) {
    const int64_t pad = padOf(kernel_.space);
    y = fromSpace(
        at::conv2d(asSpace(x), weight.squeeze(2), {}, {stride_.space, stride_.space}, {pad, pad}),
        x.size(0));
  } else if (kernel_.space == 1 && stride_.space == 1) {
    y = fromTime(
        at::conv2d(asTime(x), weight.squeeze(-1), {}, {stride_.time, 1}, {padOf(kernel_.time), 0}),
        x.size(2), x.size(3));
  } else {
    const int64_t pad = padOf(kernel_.space);
    y = at::conv3d(x.permute({0, 4, 1, 2, 3}), weight, {},
                   {stride_.time, stride_.space, stride_.space}, {padOf(kernel_.time), pad, pad})
            .permute({0, 2, 3, 4, 1})
            .contiguous();
  }
  return norm->forward(y.view({-1, out}), /*relu=*/true).view(y.sizes());
}

FeatureShape ConvNormRelu::shapeAfter(const FeatureShape& in) const {
  return {static_cast<int>(weight.size(0)), sizeAfter(in.frames, kernel_.time, stride_.time),
          sizeAfter(in.height, kernel_.space, stride_.space),
          sizeAfter(in.width, kernel_.space, stride_.space)};
}

SeparableConv::SeparableConv(int in, int out, Extent3 kernel, Extent3 stride)
    : spatial_(register_module("spatial",
                               std::make_shared<ConvNormRelu>(in, out, Extent3{1, kernel.space},
                                                              Extent3{1, stride.space}))),
      temporal_(register_module("temporal",
                                std::make_shared<ConvNormRelu>(out, out, Extent3{kernel.time, 1},
                                                               Extent3{stride.time, 1}))) {}

at::Tensor SeparableConv::forward(const at::Tensor& x) {
  return temporal_->forward(spatial_->forward(x));
}

FeatureShape SeparableConv::shapeAfter(const FeatureShape& in) const {
  return temporal_->shapeAfter(spatial_->shapeAfter(in));
}

at::Tensor MaxPool::forward(const at::Tensor& x) {
  at::Tensor y = x;
  if (kernel_.space > 1) {
    const int64_t pad = padOf(kernel_.space);
    y = fromSpace(
        at::max_pool2d(asSpace(y), {kernel_.space, kernel_.space}, {stride_.space, stride_.space},
                       {pad, pad}, {1, 1}, kernel_.space % 2 == 0),
        y.size(0));
  }
  if (kernel_.time > 1) {
    y = fromTime(at::max_pool2d(asTime(y), {kernel_.time, 1}, {stride_.time, 1},
                                {padOf(kernel_.time), 0}, {1, 1}, kernel_.time % 2 == 0),
                 y.size(2), y.size(3));
  }
  return y;
}

FeatureShape MaxPool::shapeAfter(const FeatureShape& in) const {
  return {in.channels, pooledSize(in.frames, kernel_.time, stride_.time),
          pooledSize(in.height, kernel_.space, stride_.space),
          pooledSize(in.width, kernel_.space, stride_.space)};
}

SeparableInception::SeparableInception(int in, const InceptionWidths& w)
    : b0_(register_module("b0", std::make_shared<ConvNormRelu>(in, w.b0, Extent3{1, 1}))),
      b1Reduce_(register_module("b1_reduce",
                                std::make_shared<ConvNormRelu>(in, w.b1Reduce, Extent3{1, 1}))),
      b1_(register_module("b1", std::make_shared<SeparableConv>(w.b1Reduce, w.b1, Extent3{3, 3}))),
      b2Reduce_(register_module("b2_reduce",
                                std::make_shared<ConvNormRelu>(in, w.b2Reduce, Extent3{1, 1}))),
      b2_(register_module("b2", std::make_shared<SeparableConv>(w.b2Reduce, w.b2, Extent3{3, 3}))),
      pool_(register_module("pool", std::make_shared<MaxPool>(Extent3{3, 3}, Extent3{1, 1}))),
      b3_(register_module("b3", std::make_shared<ConvNormRelu>(in, w.b3, Extent3{1, 1}))),
      channels_(w.b0 + w.b1 + w.b2 + w.b3) {}

at::Tensor SeparableInception::forward(const at::Tensor& x) {
  return at::cat({b0_->forward(x), b1_->forward(b1Reduce_->forward(x)),
                  b2_->forward(b2Reduce_->forward(x)), b3_->forward(pool_->forward(x))},
                 -1);
}

FeatureShape SeparableInception::shapeAfter(const FeatureShape& in) const {
  return {channels_, in.frames, in.height, in.width};
}

namespace {

// splitmix64: any two keys give unrelated numbers.
uint64_t mixed(uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

at::Tensor keyedDropout(const at::Tensor& x, double rate, uint64_t key) {
  const int64_t features = x.numel() / x.size(0);
  at::Tensor mask = at::empty(x.sizes(), at::kFloat);
  auto* values = mask.mutable_data_ptr<float>();
  const auto kept = static_cast<float>(1.0 / (1.0 - rate));
  const auto threshold = static_cast<uint64_t>(rate * 9007199254740992.0);  // 2^53
  for (int64_t n = 0; n < x.size(0); ++n) {
    const auto sample = static_cast<uint64_t>(shardContext().firstSample + n);
    const uint64_t row = mixed(mixed(key) ^ sample);
    for (int64_t f = 0; f < features; ++f) {
      const bool drop = (mixed(row + static_cast<uint64_t>(f)) >> 11) < threshold;
      values[n * features + f] = drop ? 0.0F : kept;
    }
  }
  return x * mask.to(x.options());
}

}  // namespace attelier::nn
