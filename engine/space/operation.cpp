#include "engine/space/operation.h"

#include "engine/space/attention_extent.h"

#include <algorithm>

namespace attelier::space {
namespace {

constexpr std::array<const char*, kOperationKinds.size()> kShortNames{"mS", "mT", "mST",
                                                                      "dS", "dT", "dST"};

int ceilDivide(int value, int divisor) { return (value + divisor - 1) / divisor; }

}  // namespace

int kindIndex(const OperationKind& kind) {
  const auto found = std::find(kOperationKinds.begin(), kOperationKinds.end(), kind);
  expects(found != kOperationKinds.end(), "an operation kind is one of the six");
  return static_cast<int>(found - kOperationKinds.begin());
}

const char* shortName(const OperationKind& kind) {
  return kShortNames[static_cast<std::size_t>(kindIndex(kind))];
}

Result<OperationKind> kindFromShortName(const std::string& name, const std::string& where) {
  for (std::size_t i = 0; i < kShortNames.size(); ++i) {
    if (name == kShortNames[i]) return kOperationKinds[i];
  }
  const std::vector<std::string> known(kShortNames.begin(), kShortNames.end());
  return fail(ErrorCode::InvalidArgument, unknownNameMessage("operation", name, known), where);
}

Activation defaultActivation(OperationType type) {
  return type == OperationType::MapBased ? Activation::Sigmoid : Activation::Softmax;
}

std::string shortName(const Operation& operation) {
  std::string name = shortName(operation.kind);
  if (operation.activation != defaultActivation(operation.kind.type)) {
    name += std::string(":") + enumName(operation.activation);
  }
  return name;
}

int OperationSettings::keyChannels(int channels) const {
  return std::max(minChannels, channels / keyReduction);
}

int OperationSettings::valueChannels(int channels) const {
  return std::max(minChannels, channels / valueReduction);
}

const Fields<OperationSettings>& operationSettingsFields() {
  using S = OperationSettings;
  static const auto fields =
      Fields<S>("Attention operations")
          .add("grouping", &S::grouping,
               "one attention map for the whole clip, or one each frame "
               "(spatial) or pixel (temporal)")
          .add("key_reduction", &S::keyReduction,
               "channels are divided by this for queries, keys and gates",
               {.minimum = 1, .maximum = 1024})
          .add("value_reduction", &S::valueReduction,
               "channels are divided by this for values of dot-product operations",
               {.minimum = 1, .maximum = 1024})
          .add("min_channels", &S::minChannels, "least channels of queries, keys, gates and values",
               {.unit = "channels", .minimum = 1, .maximum = 4096})
          .add("scale", &S::scale, "how dot products are scaled before the activation")
          .add("norm_by_n", &S::normByN,
               "divide dot-product attention without softmax by its number of keys")
          .add("kv_pool", &S::kvPool, "max-pool keys and values over so many pixels; 1 is off",
               {.unit = "px", .minimum = 1, .maximum = 64})
          .add("node_norm", &S::nodeNorm, "batch norm without scale and shift on every operation")
          .add("input_scale", &S::inputScale,
               "divide a node's input by the l2 norm of its input weights")
          .add("zero_init_bn", &S::zeroInitBn, "start the cell as identity")
          .add("residual", &S::residual, "add the cell's input to its output");
  return fields;
}

const Fields<Place>& placeFields() {
  static const auto fields =
      Fields<Place>("Insertion place")
          .add("name", &Place::name, "name of the place in its backbone", {.maximumLength = 200})
          .add("channels", &Place::channels, "channels of the features",
               {.unit = "channels", .minimum = 1, .maximum = 65536})
          .add("frames", &Place::frames, "frames of the features",
               {.unit = "frames", .minimum = 1, .maximum = 4096})
          .add("height", &Place::height, "height of the features",
               {.unit = "tokens", .minimum = 1, .maximum = 4096})
          .add("width", &Place::width, "width of the features",
               {.unit = "tokens", .minimum = 1, .maximum = 4096});
  return fields;
}

AttentionExtent attentionExtent(const OperationKind& kind, const OperationSettings& settings,
                                const Place& place) {
  const int pixels = place.height * place.width;
  const bool batched = settings.grouping == Grouping::Batched;
  AttentionExtent extent;
  switch (kind.dimension) {
    case Dimension::Temporal:
      extent.positions = place.frames;
      extent.groups = batched ? pixels : 1;
      extent.tokensPerPosition = batched ? 1 : pixels;
      break;
    case Dimension::Spatial:
      extent.positions = pixels;
      extent.groups = batched ? place.frames : 1;
      extent.tokensPerPosition = batched ? 1 : place.frames;
      break;
    case Dimension::Spatiotemporal:
      extent.positions = place.tokens();
      break;
  }
  extent.keyPositions = extent.positions;
  if (settings.kvPool > 1 && kind.type == OperationType::DotProduct &&
      kind.dimension != Dimension::Temporal) {
    const int pooled =
        ceilDivide(place.height, settings.kvPool) * ceilDivide(place.width, settings.kvPool);
    extent.keyPositions = kind.dimension == Dimension::Spatial ? pooled : place.frames * pooled;
  }
  return extent;
}

}  // namespace attelier::space
