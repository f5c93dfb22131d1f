#include "engine/nn/network.h"

#include "engine/base/contracts.h"
#include "engine/nn/batch_norm.h"

#include <algorithm>
#include <map>

namespace attelier::nn {
namespace {

// The weights of a network come from its seed alone, and building one disturbs no other draw.
class SeededBuild {
 public:
  explicit SeededBuild(uint64_t seed)
      : generator_(at::globalContext().defaultGenerator(at::kCPU)),
        before_(generator_.get_state()) {
    generator_.set_current_seed(seed);
  }
  ~SeededBuild() { generator_.set_state(before_); }
  SeededBuild(const SeededBuild&) = delete;
  SeededBuild& operator=(const SeededBuild&) = delete;

 private:
  at::Generator generator_;
  at::Tensor before_;
};

}  // namespace

Result<std::shared_ptr<Network>> Network::create(const NetworkSpec& spec, uint64_t seed) {
  if (spec.classes < 1 || spec.clip.frames < 1 || spec.clip.height < 1 || spec.clip.width < 1) {
    return fail(ErrorCode::InvalidArgument,
                "a network needs at least one class and clips of at least 1x1x1", "network");
  }
  const SeededBuild guard(seed);
  std::shared_ptr<Network> network(new Network(spec));
  ATTELIER_CHECKED(network->build());
  return network;
}

Status Network::build() {
  ATTELIER_ASSIGN(auto backbone, makeBackbone(spec_.backbone, spec_.classes));
  backbone_ = register_module("backbone", backbone);
  const std::vector<space::Place> known = backbone_->places(spec_.clip);
  for (const space::Place& place : known) {
    if (place.frames < 1 || place.height < 1 || place.width < 1) {
      return fail(ErrorCode::InvalidArgument,
                  "clips are too small for the backbone " + spec_.backbone.name + ": at " +
                      place.name + " nothing is left; use more frames or larger ones",
                  "network");
    }
  }
  insertionOfPlace_.assign(known.size(), -1);
  if (std::holds_alternative<PlainInsertion>(spec_.insertion)) return {};

  const AttentionLimits limits{int64_t{spec_.attentionBudgetMb} << 20};
  const std::vector<std::string> wanted =
      spec_.places.empty() ? backbone_->defaultPlaces() : spec_.places;
  for (const std::string& name : wanted) {
    if (std::none_of(known.begin(), known.end(),
                     [&](const space::Place& p) { return p.name == name; })) {
      std::string names;
      for (const space::Place& p : known) names += (names.empty() ? "" : ", ") + p.name;
      return fail(ErrorCode::InvalidArgument,
                  "the backbone " + spec_.backbone.name + " has no place \"" + name +
                      "\"; its places are " + names,
                  "places");
    }
  }
  const auto* supergraph = std::get_if<SupergraphSettings>(&spec_.insertion);
  for (size_t p = 0; p < known.size(); ++p) {
    if (std::find(wanted.begin(), wanted.end(), known[p].name) == wanted.end()) continue;
    std::shared_ptr<Insertion> insertion;
    if (supergraph != nullptr) {
      const bool own = architectures_.empty() || !supergraph->sharedWeights;
      if (own) {
        architectures_.push_back(std::make_shared<ArchitectureWeights>(
            supergraph->shape, supergraph->mixActivations, supergraph->sinkGate));
        register_module("architecture" + std::to_string(architectures_.size() - 1),
                        architectures_.back());
      }
      insertion = std::make_shared<Supergraph>(*supergraph, known[p].channels,
                                               architectures_.back(), limits);
    } else {
      insertion = std::make_shared<Cell>(std::get<CellInsertion>(spec_.insertion).design,
                                         known[p].channels, limits);
    }
    insertionOfPlace_[p] = static_cast<int>(insertions_.size());
    insertions_.push_back(register_module("cell_" + known[p].name, insertion));
    places_.push_back(known[p]);
  }
  return {};
}

at::Tensor frameDifferences(const at::Tensor& clips) {
  const int64_t changes = clips.size(2) - 1;
  const at::Tensor change = clips.narrow(2, 1, changes) - clips.narrow(2, 0, changes);
  return at::cat({change, change.narrow(2, changes - 1, 1)}, 2);
}

at::Tensor Network::forward(const at::Tensor& clips) {
  const at::Tensor input = spec_.backbone.differences ? frameDifferences(clips) : clips;
  return backbone_->forward(input, [this](int place, const at::Tensor& x) {
    const int index = insertionOfPlace_[static_cast<size_t>(place)];
    return index < 0 ? x : insertions_[static_cast<size_t>(index)]->forward(x);
  });
}

std::shared_ptr<Network> Network::replica() const {
  auto built = create(spec_, 0);
  expects(built.has_value(), "a network that was built once builds again");
  std::shared_ptr<Network> copy = *built;
  const auto shareAll = [](auto&& mine, auto&& theirs) {
    for (auto& item : theirs) item.value().set_data(mine[item.key()]);
  };
  at::NoGradGuard guard;
  auto theirParameters = copy->named_parameters();
  auto theirBuffers = copy->named_buffers();
  shareAll(named_parameters(), theirParameters);
  shareAll(named_buffers(), theirBuffers);
  return copy;
}

std::vector<at::Tensor> Network::architectureParameters() const {
  std::vector<at::Tensor> result;
  for (const auto& architecture : architectures_) {
    for (const at::Tensor& p : architecture->parameters()) {
      if (p.numel() > 0) result.push_back(p);
    }
  }
  return result;
}

std::vector<at::Tensor> Network::networkParameters() const {
  std::vector<at::Tensor> result = backbone_->parameters();
  for (const auto& insertion : insertions_) {
    const std::vector<at::Tensor> more = insertion->parameters();
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

void Network::setCapture(const CaptureRequest& request) {
  for (const auto& insertion : insertions_) insertion->setCapture(request);
}

std::vector<PlaceCapture> Network::takeCaptures() {
  std::vector<PlaceCapture> result;
  for (const auto& insertion : insertions_) result.push_back(insertion->takeCapture());
  return result;
}

void Network::setDropoutKey(uint64_t key) {
  dropoutKey_ = key;
  backbone_->setDropoutKey(key);
}

at::Tensor toNetworkInput(const at::Tensor& rgb, const std::array<double, 3>& mean,
                          const std::array<double, 3>& std) {
  expects(rgb.dim() == 5 && rgb.size(4) == 3 && rgb.scalar_type() == at::kByte,
          "clips are uint8 (N, T, H, W, 3)");
  const at::Tensor bytes = rgb.contiguous();
  at::Tensor out = at::empty(bytes.sizes(), bytes.options().dtype(at::kFloat));
  if (bytes.is_cpu()) {
    // 256 values a channel: a table is exact and costs less than arithmetic.
    std::array<std::array<float, 256>, 3> table{};
    for (size_t c = 0; c < 3; ++c) {
      for (size_t v = 0; v < 256; ++v) {
        table[c][v] = static_cast<float>((static_cast<double>(v) - mean[c]) / std[c]);
      }
    }
    const auto* from = bytes.const_data_ptr<uint8_t>();
    auto* to = out.mutable_data_ptr<float>();
    const int64_t pixels = bytes.numel() / 3;
    for (int64_t i = 0; i < pixels; ++i) {
      for (size_t c = 0; c < 3; ++c) {
        to[3 * i + static_cast<int64_t>(c)] = table[c][from[3 * i + static_cast<int64_t>(c)]];
      }
    }
  } else {
    const auto options = out.options();
    out = (bytes.to(at::kFloat) - at::tensor({mean[0], mean[1], mean[2]}).to(options)) /
          at::tensor({std[0], std[1], std[2]}).to(options);
  }
  return out.permute({0, 4, 1, 2, 3});
}

std::vector<std::pair<std::string, at::Tensor>> namedState(const Network& network) {
  std::vector<std::pair<std::string, at::Tensor>> state;
  for (const auto& item : network.named_parameters()) state.emplace_back(item.key(), item.value());
  for (const auto& item : network.named_buffers()) state.emplace_back(item.key(), item.value());
  return state;
}

Status loadNamedState(Network& network,
                      const std::vector<std::pair<std::string, at::Tensor>>& state) {
  std::map<std::string, at::Tensor> stored(state.begin(), state.end());
  at::NoGradGuard guard;
  auto mine = namedState(network);
  for (const auto& [name, tensor] : mine) {
    const auto found = stored.find(name);
    if (found == stored.end()) {
      return fail(ErrorCode::Corrupt, "the checkpoint lacks the tensor of this network", name);
    }
    if (found->second.sizes() != tensor.sizes()) {
      return fail(ErrorCode::Corrupt,
                  "the checkpoint's tensor has another shape than the network's", name);
    }
  }
  if (stored.size() != mine.size()) {
    for (const auto& [name, tensor] : mine) stored.erase(name);
    return fail(ErrorCode::Corrupt, "the checkpoint has a tensor that this network does not",
                stored.begin()->first);
  }
  for (auto& [name, tensor] : mine) tensor.copy_(stored[name]);
  return {};
}

namespace {

template <typename Action>
void forEachNorm(Network& network, Action action) {
  for (const auto& module : network.modules()) {
    if (auto* norm = dynamic_cast<BatchNorm*>(module.get())) action(*norm);
  }
}

}  // namespace

void beginStatistics(Network& network) {
  forEachNorm(network, [](BatchNorm& norm) { norm.beginAverage(); });
}

void endStatistics(Network& network) {
  forEachNorm(network, [](BatchNorm& norm) { norm.endAverage(); });
}

}  // namespace attelier::nn
