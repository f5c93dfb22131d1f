#pragma once

#include "engine/base/result.h"
#include "engine/run/rows.h"
#include "engine/run/run_folder.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace attelier::run {

/// Puts a complete file at the given path: temporary file, fsync, rename (`writeSafetensors` does).
using CheckpointWriter = std::function<Status(const std::filesystem::path&)>;

struct CheckpointRequest {
  std::int64_t step = 0;
  std::string reason = "interval";
  bool pinned = false;
  double validation = kAbsent;  ///< greater is better
};

/// A checkpoint whose file has been compared with its row.
struct VerifiedCheckpoint {
  CheckpointRow row;
  std::filesystem::path path;
  std::vector<std::string>
      rejected;  ///< one sentence for each newer or nearer one that did not verify
};

/// "step-00001200.safetensors"
std::string checkpointFileName(std::int64_t step);

/// Compares size and SHA-256 of a checkpoint's file with its row.
/// Errors: NotFound, Corrupt, naming the file and what differs; Io.
Status verifyCheckpoint(const RunFolder& folder, const CheckpointRow& row);

/// The newest checkpoint that verifies. Writes nothing. Nothing for no rows. Errors: Corrupt when
/// none verifies.
Result<std::optional<VerifiedCheckpoint>> newestCheckpoint(const RunFolder& folder,
                                                           std::vector<CheckpointRow> rows);

/// The checkpoint nearest to a step that verifies (the earlier of two as near). As
/// `newestCheckpoint`.
Result<std::optional<VerifiedCheckpoint>> nearestCheckpoint(const RunFolder& folder,
                                                            std::vector<CheckpointRow> rows,
                                                            std::int64_t step);

/// The checkpoint with the greatest validation that verifies, else the newest.
Result<std::optional<VerifiedCheckpoint>> bestCheckpoint(const RunFolder& folder,
                                                         std::vector<CheckpointRow> rows);

/// Rows that the retention drops: all but the last two, the best by validation and the pinned.
std::vector<CheckpointRow> checkpointsToDrop(const std::vector<CheckpointRow>& rows);

}  // namespace attelier::run
