#pragma once

#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"
#include "engine/run/store.h"
#include "engine/space/attention_query.h"
#include "engine/space/connection_weights.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace attelier::testing {

/// A search's run folder in the making, written as an engine writes it but with values of closed
/// form: what tests of the window look at.
///
/// One place "cell" of 16 channels, 4 frames, 3 x 2 tokens; two levels of the six kinds; two
/// classes; one probe clip of eight pictures 48 x 32; a record of attention of every node each ten
/// steps whose value at token i is planted at token (step / 10 + node) mod 24.
class SearchRun {
 public:
  static constexpr int kLevels = 2;
  static constexpr int kFrames = 4, kHeight = 3, kWidth = 2;
  static constexpr int kPictures = 8, kPictureWidth = 48, kPictureHeight = 32;

  /// Makes the folder, takes its lock and stores what an engine stores before the first step.
  static Result<std::unique_ptr<SearchRun>> create(const std::filesystem::path& path,
                                                   std::int64_t stepsPlanned = 100);

  /// Appends the rows of steps last + 1 to `step` and waits until they are on disk.
  Status goTo(std::int64_t step);
  Status setPhase(run::Phase phase, const std::string& message = {});
  /// Ends as an engine does that finished, failed, …; lets go of the lock.
  Status end(run::Phase phase, const std::string& message = {});
  /// Lets go of everything at once, as a killed engine.
  void kill();

  run::Store& store() { return *store_; }
  const run::RunFolder& folder() const { return *folder_; }
  const run::RunLock& lock() const { return *lock_; }
  std::int64_t step() const { return step_; }

  static space::SupergraphShape shape();
  /// Logits at a step: the sink's winner moves from node 0 to node 4 half-way.
  static space::ConnectionWeights weightsAt(std::int64_t step, std::int64_t stepsPlanned);
  /// Where the record of this step and node has its planted value.
  static std::int64_t plantedToken(std::int64_t step, int node);

 private:
  SearchRun() = default;
  Status appendAttention(std::int64_t step);

  std::unique_ptr<run::RunFolder> folder_;
  std::unique_ptr<run::RunLock> lock_;
  std::unique_ptr<run::Store> store_;
  std::int64_t stepsPlanned_ = 100;
  std::int64_t step_ = 0;
  std::int64_t place_ = 0;
  std::int64_t probe_ = 0;
};

}  // namespace attelier::testing
