#pragma once

#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"
#include "engine/run/store.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace attelier::testing {

/// What a generated run holds; every number in it has a closed form.
struct GeneratedRun {
  std::int64_t steps = 1000;
  int metrics = 3;
};

/// Value of metric `index` at a step: a saw-tooth that differs from metric to metric.
inline float generatedValue(std::int64_t step, int index) {
  return static_cast<float>((step * (index + 3)) % 1009) + static_cast<float>(index);
}

/// Time of a step.
inline double generatedTime(std::int64_t step) {
  return 1'000'000.0 + 0.25 * static_cast<double>(step);
}

/// Appends the rows of steps first…last; waits for the disk where the queue is full.
inline Status appendSteps(run::Store& store, std::int64_t first, std::int64_t last, int metrics) {
  for (int i = 0; i < metrics; ++i) {
    store.metric("train/metric" + std::to_string(i));
  }
  for (std::int64_t step = first; step <= last; ++step) {
    run::MetricsRow row{step, generatedTime(step), {}};
    for (int i = 0; i < metrics; ++i) {
      row.values.push_back(generatedValue(step, i));
    }
    ATTELIER_CHECKED(store.append(std::move(row)));
    if (step % 50'000 == 0) {
      ATTELIER_CHECKED(store.flush());
    }
  }
  return {};
}

/// Writes a finished run of so many steps at `path`.
inline Status generateRun(const std::filesystem::path& path, const GeneratedRun& what) {
  ATTELIER_ASSIGN(const run::RunFolder folder, run::RunFolder::create(path, {}));
  ATTELIER_ASSIGN(const run::RunLock lock, run::RunLock::acquire(folder.lockFile()));
  ATTELIER_ASSIGN(const auto store, run::Store::open(folder, lock));
  run::StatusUpdate update;
  update.phase = run::Phase::Running;
  update.stepsPlanned = what.steps;
  ATTELIER_CHECKED(store->setStatus(update));
  ATTELIER_CHECKED(appendSteps(*store, 1, what.steps, what.metrics));
  update = {};
  update.step = what.steps;
  update.phase = run::Phase::Finishing;
  ATTELIER_CHECKED(store->setStatus(update));
  update.phase = run::Phase::Finished;
  ATTELIER_CHECKED(store->setStatus(update));
  return store->finish();
}

}  // namespace attelier::testing
