#include "engine/nn/backbone.h"

#include "engine/nn/video_layers.h"

#include <cmath>

namespace attelier::nn {
namespace {

enum class Head { MeanOverTokens, SlidingOverTime };

// A chain of layers; every named layer's output is a place.
class LayeredBackbone : public Backbone {
 public:
  LayeredBackbone(double dropout, Head head) : dropout_(dropout), head_(head) {}

  void add(const std::string& name, std::shared_ptr<VideoLayer> layer, bool isPlace) {
    layers_.push_back({name, register_module(name, std::move(layer)), isPlace});
  }

  void finish(int channels, int classes, std::vector<std::string> defaults) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(channels));
    weight_ = register_parameter("classifier_weight",
                                 at::empty({classes, channels}).uniform_(-bound, bound));
    bias_ = register_parameter("classifier_bias", at::empty({classes}).uniform_(-bound, bound));
    defaults_ = std::move(defaults);
  }

  std::vector<space::Place> places(const ClipShape& clip) const override {
    FeatureShape shape{3, clip.frames, clip.height, clip.width};
    std::vector<space::Place> result;
    for (const Layer& layer : layers_) {
      shape = layer.module->shapeAfter(shape);
      if (!layer.isPlace) continue;
      result.push_back({layer.name, shape.channels, shape.frames, shape.height, shape.width});
    }
    return result;
  }

  std::vector<std::string> defaultPlaces() const override { return defaults_; }
  void setDropoutKey(uint64_t key) override { dropoutKey_ = key; }

  at::Tensor forward(const at::Tensor& clips, const PlaceHook& hook) override {
    at::Tensor x = clips.permute({0, 2, 3, 4, 1}).contiguous();
    int place = 0;
    for (const Layer& layer : layers_) {
      x = layer.module->forward(x);
      if (!layer.isPlace) continue;
      x = hook(place++, x.permute({0, 4, 1, 2, 3})).permute({0, 2, 3, 4, 1}).contiguous();
    }
    at::Tensor pooled = x.flatten(2, 3).mean(2);  // [N, T, C]
    if (head_ == Head::MeanOverTokens) {
      return classify(pooled.mean(1));
    }
    // avg-pool over two frames with stride 1, then scores a frame, then their mean
    if (pooled.size(1) > 1) {
      const int64_t windows = pooled.size(1) - 1;
      pooled = (pooled.narrow(1, 0, windows) + pooled.narrow(1, 1, windows)) * 0.5;
    }
    return classify(pooled).mean(1);
  }

 private:
  struct Layer {
    std::string name;
    std::shared_ptr<VideoLayer> module;
    bool isPlace;
  };

  at::Tensor classify(at::Tensor features) const {
    if (is_training() && dropout_ > 0) features = keyedDropout(features, dropout_, dropoutKey_);
    return at::linear(features, weight_, bias_);
  }

  double dropout_;
  Head head_;
  uint64_t dropoutKey_ = 0;
  std::vector<Layer> layers_;
  std::vector<std::string> defaults_;
  at::Tensor weight_;
  at::Tensor bias_;
};

using Conv = ConvNormRelu;

std::shared_ptr<Backbone> glyphStem(const BackboneSettings& settings, int classes) {
  auto net = std::make_shared<LayeredBackbone>(settings.dropout, Head::MeanOverTokens);
  net->add("conv1", std::make_shared<Conv>(3, 8, Extent3{1, 3}, Extent3{1, 2}), false);
  net->add("conv2", std::make_shared<Conv>(8, 16, Extent3{1, 3}, Extent3{1, 2}), false);
  net->add("conv3", std::make_shared<Conv>(16, 32, Extent3{1, 2}, Extent3{1, 2}), true);
  net->finish(32, classes, {"conv3"});
  return net;
}

std::shared_ptr<Backbone> smallS3d(const BackboneSettings& settings, int classes) {
  auto net = std::make_shared<LayeredBackbone>(settings.dropout, Head::MeanOverTokens);
  net->add("stem", std::make_shared<Conv>(3, 24, Extent3{1, 5}, Extent3{1, 2}), false);
  net->add("pool1", std::make_shared<MaxPool>(Extent3{1, 3}, Extent3{1, 2}), false);
  net->add("block1", std::make_shared<Conv>(24, 24, Extent3{3, 1}), true);
  net->add("block2", std::make_shared<SeparableConv>(24, 64, Extent3{3, 3}, Extent3{2, 2}), true);
  net->add("block3", std::make_shared<SeparableConv>(64, 96, Extent3{3, 3}), true);
  net->add("pool3", std::make_shared<MaxPool>(Extent3{3, 3}, Extent3{2, 2}), false);
  net->add("block4", std::make_shared<SeparableConv>(96, 160, Extent3{3, 3}), true);
  net->finish(160, classes, {"block3", "block4"});
  return net;
}

std::shared_ptr<Backbone> s3d(const BackboneSettings& settings, int classes) {
  auto net = std::make_shared<LayeredBackbone>(settings.dropout, Head::SlidingOverTime);
  const auto pool = [](int kt, int ks, int st, int ss) {
    return std::make_shared<MaxPool>(Extent3{kt, ks}, Extent3{st, ss});
  };
  if (settings.separableStem) {
    net->add("Conv3d_1a", std::make_shared<SeparableConv>(3, 64, Extent3{7, 7}, Extent3{2, 2}),
             true);
  } else {
    net->add("Conv3d_1a", std::make_shared<Conv>(3, 64, Extent3{7, 7}, Extent3{2, 2}), true);
  }
  net->add("MaxPool_2a", pool(1, 3, 1, 2), true);
  net->add("Conv3d_2b", std::make_shared<Conv>(64, 64, Extent3{1, 1}), true);
  net->add("Conv3d_2c", std::make_shared<SeparableConv>(64, 192, Extent3{3, 3}), true);
  net->add("MaxPool_3a", pool(1, 3, 1, 2), true);
  int channels = 192;
  const auto mixed = [&](const char* name, const InceptionWidths& w) {
    net->add(name, std::make_shared<SeparableInception>(channels, w), true);
    channels = w.b0 + w.b1 + w.b2 + w.b3;
  };
  mixed("Mixed_3b", {64, 96, 128, 16, 32, 32});
  mixed("Mixed_3c", {128, 128, 192, 32, 96, 64});
  net->add("MaxPool_4a", pool(3, 3, 2, 2), true);
  mixed("Mixed_4b", {192, 96, 208, 16, 48, 64});
  mixed("Mixed_4c", {160, 112, 224, 24, 64, 64});
  mixed("Mixed_4d", {128, 128, 256, 24, 64, 64});
  mixed("Mixed_4e", {112, 144, 288, 32, 64, 64});
  mixed("Mixed_4f", {256, 160, 320, 32, 128, 128});
  net->add("MaxPool_5a", pool(2, 2, 2, 2), true);
  mixed("Mixed_5b", {256, 160, 320, 32, 128, 128});
  mixed("Mixed_5c", {384, 192, 384, 48, 128, 128});
  net->finish(channels, classes, {"Mixed_3b", "Mixed_3c", "Mixed_4b", "Mixed_4d", "Mixed_4f"});
  return net;
}

}  // namespace

Result<std::shared_ptr<Backbone>> makeBackbone(const BackboneSettings& settings, int classes) {
  if (settings.name == "glyph_stem") return glyphStem(settings, classes);
  if (settings.name == "s3d_small") return smallS3d(settings, classes);
  if (settings.name == "s3d") return s3d(settings, classes);
  std::string known;
  for (const std::string& name : backboneNames()) known += (known.empty() ? "" : ", ") + name;
  return fail(ErrorCode::InvalidArgument,
              "there is no backbone \"" + settings.name + "\"; choose one of " + known, "backbone");
}

std::vector<std::string> backboneNames() { return {"glyph_stem", "s3d_small", "s3d"}; }

}  // namespace attelier::nn
