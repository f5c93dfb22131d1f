#pragma once

#include "engine/base/atomic_file.h"
#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"
#include "engine/run/store.h"
#include "engine/run/user_notes.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace attelier::ui::testing {

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "attelier-ui-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void succeed(const Status& status) {
  if (!status) throw std::runtime_error(describe(status.error()));
}
template <typename T>
T valueOf(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return std::move(*result);
}

/// What a made-up run looks like.
struct MadeRun {
  run::Phase phase = run::Phase::Finished;
  std::int64_t step = 400, planned = 400;
  double created = 0;  ///< 0: now
  std::string task = "match";
  std::string id{};
  std::optional<run::RunParent> parent{};
  std::optional<double> select{}, report{};
  std::string name{};
  std::vector<std::string> tags{};
  int stars = 0;
  bool probe = false;
  bool trains = false;       ///< an evaluation that has a cell or is plain
  nlohmann::json cell = {};  ///< of an evaluation

  std::string message{};
};

inline run::Bytes gradient(int side, int hue) {
  run::Bytes bytes;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      for (const int value : {hue, 255 * x / side, 255 * y / side}) {
        bytes.push_back(static_cast<std::byte>(value));
      }
    }
  }
  return bytes;
}

/// A run as the store of an engine writes it. Returns with the lock free.
inline run::RunFolder makeRun(const std::filesystem::path& path, const MadeRun& what = {}) {
  run::RunInfo info;
  info.id = what.id;
  info.kind = what.parent ? run::RunKind::Evaluation : run::RunKind::Search;
  info.parent = what.parent;
  info.created = what.created;
  info.configuration = {{"synthetic", {{"task", what.task}}}};
  if (what.trains) info.configuration["cell"] = what.cell;
  run::RunFolder folder = valueOf(run::RunFolder::create(path, info));
  const run::RunLock lock = valueOf(run::RunLock::acquire(folder.lockFile()));
  const auto store = valueOf(run::Store::open(folder, lock));
  run::StatusUpdate update;
  update.stepsPlanned = what.planned;
  update.step = what.step;
  update.message = what.message;
  succeed(store->setStatus(update));
  if (what.select)
    succeed(store->append(
        run::PointRow{.step = what.step / 2, .name = "select/top1", .value = *what.select / 2}));
  if (what.select)
    succeed(store->append(
        run::PointRow{.step = what.step, .name = "select/top1", .value = *what.select}));
  if (what.report)
    succeed(store->append(
        run::PointRow{.step = what.step, .name = "report/top1", .value = *what.report}));
  run::ResourcesRow resources;  // 30 ms a step of a search, 10 of an evaluation
  resources.step = what.step;
  resources.backwardMs = what.parent ? 9 : 27;
  resources.optimiserMs = what.parent ? 1 : 3;
  succeed(store->append(resources));
  if (what.probe) {
    run::ProbeRow probe;
    probe.name = "clip";
    probe.encoding = "rgb";
    probe.width = probe.height = 32;
    for (int i = 0; i < 8; ++i) {
      probe.times.push_back(i * 0.1);
      probe.frames.push_back(gradient(32, 30 * i));
    }
    valueOf(store->addProbe(probe));
  }
  const auto enter = [&](run::Phase phase) {
    run::StatusUpdate change;
    change.phase = phase;
    succeed(store->setStatus(change));
  };
  if (what.phase != run::Phase::Preparing) enter(run::Phase::Running);
  if (what.phase == run::Phase::Finished) enter(run::Phase::Finishing);
  if (what.phase != run::Phase::Preparing && what.phase != run::Phase::Running) enter(what.phase);
  succeed(store->finish());
  if (!what.name.empty() || !what.tags.empty() || what.stars > 0) {
    succeed(run::writeUserNotes(
        folder.userJson(),
        {.name = what.name, .notes = {}, .tags = what.tags, .stars = what.stars}));
  }
  return folder;
}

}  // namespace attelier::ui::testing
