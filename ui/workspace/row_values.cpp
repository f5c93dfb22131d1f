#include "ui/workspace/row_values.h"

#include <QBuffer>
#include <QImageReader>

#include <algorithm>
#include <sstream>

namespace attelier::ui {

namespace {

constexpr int kMaximumSide = 1024;  // the engine writes 256; a stranger's picture may be larger

}  // namespace

Result<StepWeights> weightsOf(const run::WeightsRow& row, space::SinkGate gate) {
  const std::string where = "weights of step " + std::to_string(row.step);
  StepWeights result{.step = row.step, .weights = {}, .probabilities = {}};
  space::ConnectionWeights& weights = result.weights;
  weights.shape.levels = row.levels;
  weights.shape.kinds.clear();
  std::istringstream names(row.kindNames);
  for (std::string name; std::getline(names, name, ',');) {
    ATTELIER_ASSIGN(const auto kind, space::kindFromShortName(name, where));
    weights.shape.kinds.push_back(kind);
  }
  if (row.levels < 1 || row.levels > space::kMaxLevels || row.kinds < 1 ||
      row.kinds > space::kMaxNodesPerLevel || weights.shape.nodesPerLevel() != row.kinds ||
      row.mean.size() != row.expectedSize()) {
    return fail(ErrorCode::Corrupt, "have another shape than they say", where);
  }
  auto at = row.mean.begin();
  const auto take = [&at](std::size_t count) {
    const auto from = at;
    at += static_cast<std::ptrdiff_t>(count);
    return std::vector<float>(from, at);
  };
  weights.levelLogits = take(weights.shape.levelLogitCount());
  weights.sinkLogits = take(weights.shape.sinkLogitCount());
  if (row.activations) weights.activationLogits = take(weights.shape.activationLogitCount());
  ATTELIER_CHECKED(space::validate(weights, where));
  result.probabilities = space::probabilities(weights, gate);
  return result;
}

space::SinkGate sinkGate(const nlohmann::json& configuration) {
  const auto derivation = configuration.find("derivation");
  if (derivation == configuration.end() || !derivation->is_object())
    return space::SinkGate::Softmax;
  const auto gate = derivation->find("sink_gate");
  return gate != derivation->end() && *gate == "sigmoid" ? space::SinkGate::Sigmoid
                                                         : space::SinkGate::Softmax;
}

QImage pictureOf(const run::Bytes& bytes, const run::ProbeRow& probe) {
  const auto* data = reinterpret_cast<const uchar*>(bytes.data());
  if (probe.encoding == "rgb") {
    if (probe.width < 1 || probe.height < 1 || probe.width > kMaximumSide ||
        probe.height > kMaximumSide ||
        bytes.size() !=
            static_cast<std::size_t>(probe.width) * static_cast<std::size_t>(probe.height) * 3) {
      return {};
    }
    return QImage(data, probe.width, probe.height, probe.width * 3, QImage::Format_RGB888)
        .convertToFormat(QImage::Format_RGB32);
  }
  QByteArray raw = QByteArray::fromRawData(reinterpret_cast<const char*>(data),
                                           static_cast<qsizetype>(bytes.size()));
  QBuffer buffer(&raw);
  QImageReader reader(&buffer, "jpeg");
  const QSize size = reader.size();
  if (size.width() > kMaximumSide || size.height() > kMaximumSide) return {};
  return reader.read().convertToFormat(QImage::Format_RGB32);
}

bool sameProbes(const std::vector<run::ProbeRow>& a, const std::vector<run::ProbeRow>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.id == y.id && x.removedStep == y.removedStep && x.name == y.name;
  });
}

bool sameCells(const std::vector<run::CellRow>& a, const std::vector<run::CellRow>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    const bool sameLatency =
        x.latencyMs == y.latencyMs || (x.latencyMs != x.latencyMs && y.latencyMs != y.latencyMs);
    return x.id == y.id && x.name == y.name && x.removed == y.removed && x.cost == y.cost &&
           sameLatency;
  });
}

bool sameCheckpoints(const std::vector<run::CheckpointRow>& a,
                     const std::vector<run::CheckpointRow>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.step == y.step && x.file == y.file && x.pinned == y.pinned;
  });
}

}  // namespace attelier::ui
