#include "engine/search/recorder.h"

#include "engine/nn/device.h"

#include <torch/types.h>

#include <cmath>
#include <fstream>
#include <unistd.h>

namespace attelier::search {

namespace {

constexpr std::size_t kMostWaitingSteps = 256;
/// Looking at the probe clips takes at most this share of the time.
constexpr double kProbingShare = 0.003;
/// Health of the weights, of which a viewer can compute any from the weights themselves.
constexpr std::chrono::milliseconds kHealthInterval{500};
/// Rows of `resources` come once a second up to this many seconds of training.
constexpr double kResourceRows = 20'000.0;

double residentBytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0.0, resident = std::nan("");
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Recorder::Recorder(RunSession& session)
    : session_(session), lastFlush_(Clock::now()), lastResources_(Clock::now()) {
  for (const std::string& name : stepScalarNames()) {
    metricIndex_.push_back(session.store->metric(name));
  }
}

Status Recorder::step(std::int64_t step, at::Tensor scalars) {
  waiting_.emplace_back(step, std::move(scalars));
  times_.push_back(run::now());
  gradientSeconds_ += session_.learner->times().gradients;
  optimiserSeconds_ += session_.learner->times().optimiser;
  ++stepsSinceResources_;
  const bool due = Clock::now() - lastFlush_ >= std::chrono::milliseconds(100);
  return due || waiting_.size() >= kMostWaitingSteps ? flush() : Status();
}

void Recorder::waitForDevice() {
  const auto start = Clock::now();
  nn::synchroniseDevice(session_.learner->device());
  gradientSeconds_ += std::chrono::duration<double>(Clock::now() - start).count();
}

Status Recorder::flush() {
  lastFlush_ = Clock::now();
  if (waiting_.empty() || !health_) {
    return health_;
  }
  waitForDevice();
  const Watching cost(*this);
  std::vector<at::Tensor> rows;
  for (const auto& [step, scalars] : waiting_) {
    rows.push_back(scalars);
  }
  const at::Tensor all = torch::stack(rows).to(at::kCPU);
  const auto value = all.accessor<float, 2>();
  for (size_t i = 0; i < waiting_.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    run::MetricsRow metrics{.step = waiting_[i].first, .time = times_[i], .values = {}};
    metrics.values.assign(session_.store->metricCount(), run::kAbsentFloat);
    for (size_t k = 0; k < metricIndex_.size(); ++k) {
      metrics.values[metricIndex_[k]] = value[row][static_cast<std::int64_t>(k)];
    }
    ATTELIER_CHECKED(session_.store->append(std::move(metrics)));
    const double loss = value[row][static_cast<int>(StepScalar::Loss)];
    const double accuracy = value[row][static_cast<int>(StepScalar::Accuracy)];
    const bool first = std::isnan(meanLoss_);
    meanLoss_ = first ? loss : 0.95 * meanLoss_ + 0.05 * loss;
    meanAccuracy_ = first ? accuracy : 0.95 * meanAccuracy_ + 0.05 * accuracy;
    if (value[row][static_cast<int>(StepScalar::Guard)] > 0.0F) {
      health_ = fail(ErrorCode::NonFinite,
                     "the loss or a gradient was not finite at step " +
                         std::to_string(waiting_[i].first) +
                         "; no weight was changed by it. Search again with a lower "
                         "--learning-rate or a --gradient-clip",
                     "training.learning_rate");
      break;
    }
  }
  waiting_.clear();
  times_.clear();
  return health_;
}

Status Recorder::point(const std::string& name, double value) {
  return session_.store->append(run::PointRow{
      .step = session_.progress.step, .name = name, .value = value, .time = run::now()});
}

std::string Recorder::healthName(size_t place, const std::string& what) const {
  const std::string where = session_.settings.configuration.space.shareWeights
                                ? std::string()
                                : session_.learner->network().places()[place].name + "/";
  return "health/" + where + what;
}

Status Recorder::healthOf(const space::ConnectionWeights& mean, size_t place) {
  const space::WeightHealth health = space::weightHealth(
      space::probabilities(mean, session_.settings.configuration.derivation.sinkGate));
  ATTELIER_CHECKED(point(healthName(place, "sink_entropy"), health.sinkEntropy));
  ATTELIER_CHECKED(point(healthName(place, "level_entropy"), health.levelEntropy));
  for (size_t kind = 0; kind < health.shareOfKind.size(); ++kind) {
    const std::string name = space::shortName(mean.shape.kinds[kind]);
    ATTELIER_CHECKED(point(healthName(place, "share/" + name), health.shareOfKind[kind]));
  }
  return {};
}

Status Recorder::weights(bool always) {
  waitForDevice();
  const Watching cost(*this);
  const bool health = always || Clock::now() - lastHealth_ >= kHealthInterval;
  if (health) {
    lastHealth_ = Clock::now();
  }
  const RunConfiguration& configuration = session_.settings.configuration;
  const auto raw = session_.learner->weights();
  const auto mean = session_.learner->meanWeights();
  Progress& progress = session_.progress;
  progress.derived.resize(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    const space::SupergraphShape& shape = raw[i].shape;
    run::WeightsRow row;
    row.step = progress.step;
    row.place = configuration.space.shareWeights ? run::kSharedPlace : session_.placeIds[i];
    row.levels = shape.levels;
    row.kinds = shape.nodesPerLevel();
    row.activations = raw[i].mixesActivations();
    for (const auto& [from, to] : {std::pair{&raw[i], &row.raw}, std::pair{&mean[i], &row.mean}}) {
      for (const auto* logits : {&from->levelLogits, &from->sinkLogits, &from->activationLogits}) {
        to->insert(to->end(), logits->begin(), logits->end());
      }
    }
    for (const auto& kind : shape.kinds) {
      row.kindNames += (row.kindNames.empty() ? "" : ",") + std::string(space::shortName(kind));
    }
    ATTELIER_CHECKED(session_.store->append(std::move(row)));

    if (health) {
      ATTELIER_CHECKED(healthOf(mean[i], i));
    }
    const auto derived = space::derive(mean[i], configuration.derivation, configuration.operations);
    if (!derived) {
      continue;  // forced and forbidden nodes that leave no cell: said when the run was made
    }
    if (health && std::isfinite(derived->margin)) {
      ATTELIER_CHECKED(point(healthName(i, "margin"), derived->margin));
    }
    const std::string id = space::architectureId(derived->cell);
    if (id != progress.derived[i]) {
      if (!progress.derived[i].empty()) {
        ++progress.derivedChanges;
        ATTELIER_CHECKED(session_.store->append(
            run::EventRow{.step = progress.step,
                          .kind = "cell",
                          .text = "the derived cell is now " + space::shortText(derived->cell)}));
      }
      progress.derived[i] = id;
    }
    if (health) {
      ATTELIER_CHECKED(
          point(healthName(i, "derived_changes"), static_cast<double>(progress.derivedChanges)));
    }
  }
  return {};
}

Status Recorder::attention(bool maps) {
  waitForDevice();
  const Watching cost(*this);
  const auto start = Clock::now();
  ATTELIER_ASSIGN(const auto contributions, session_.probes->record(session_.learner->replicas(),
                                                                    session_.progress.step, maps));
  for (size_t place = 0; place < contributions.size(); ++place) {
    ATTELIER_CHECKED(point("contribution/" + session_.learner->network().places()[place].name,
                           contributions[place]));
  }
  const auto took = Clock::now() - start;
  attentionDue_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(took / kProbingShare);
  return {};
}

Status Recorder::resources() {
  const Watching cost(*this);
  const double steps = static_cast<double>(std::max<std::int64_t>(stepsSinceResources_, 1));
  const nn::DeviceMemory memory = nn::deviceMemory(session_.learner->device());
  run::ResourcesRow row;
  row.step = session_.progress.step;
  row.time = run::now();
  row.hostBytes = residentBytes();
  if (!session_.learner->device().is_cpu()) {
    row.deviceAllocated = static_cast<double>(memory.allocated);
    row.deviceReserved = static_cast<double>(memory.reserved);
    row.devicePeak = static_cast<double>(memory.allocatedPeak);
  }
  row.loadMs = 1e3 * loadSeconds_ / steps;
  // Forward and backward of a shard run together on its thread: their sum stands under backward.
  row.backwardMs = 1e3 * gradientSeconds_ / steps;
  row.optimiserMs = 1e3 * optimiserSeconds_ / steps;
  const double storedMs = session_.store->flushMs();
  row.storeMs = (storedMs - std::exchange(storedMs_, storedMs)) / steps;
  row.answersMs = 1e3 * answerSeconds_ / steps;
  loadSeconds_ = gradientSeconds_ = optimiserSeconds_ = answerSeconds_ = 0.0;
  stepsSinceResources_ = 0;
  lastResources_ = Clock::now();
  return session_.store->append(row);
}

Status Recorder::watch(bool always) {
  const std::int64_t step = session_.progress.step;
  const bool searches = !session_.learner->network().architectures().empty();
  if (searches && (always || session_.store->wantsWeights(step))) {
    ATTELIER_CHECKED(weights(always));
  }
  const bool due = Clock::now() >= attentionDue_ && session_.store->wantsAttention(step);
  if (!session_.probes->empty() && session_.learner->network().insertionCount() > 0 &&
      (always || due)) {
    ATTELIER_CHECKED(attention(/*maps=*/true));
  }
  // Once a second at first, then ever more rarely, so that a week does not fill the disk.
  const std::chrono::duration<double> interval(
      std::max(1.0, session_.progress.trainingSeconds / kResourceRows));
  if (always || Clock::now() - lastResources_ >= interval) {
    ATTELIER_CHECKED(resources());
  }
  return {};
}

Status recordScore(run::Store& store, const Score& score, std::int64_t step) {
  const std::string split = clips::splitName(score.split);
  for (const auto& [name, value] : {std::pair{"/top1", score.top1}, std::pair{"/top5", score.top5},
                                    std::pair{"/loss", score.loss}}) {
    ATTELIER_CHECKED(store.append(
        run::PointRow{.step = step, .name = split + name, .value = value, .time = run::now()}));
  }
  for (const ClipPrediction& prediction : score.predictions) {
    run::PredictionRow row;
    row.step = step;
    row.source = split;
    row.clip = prediction.clip;
    row.label = prediction.label;
    row.top = prediction.top;
    row.probability = prediction.probability;
    row.loss = prediction.loss;
    ATTELIER_CHECKED(store.append(row));
  }
  return {};
}

}  // namespace attelier::search
