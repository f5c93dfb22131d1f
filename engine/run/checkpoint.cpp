#include "engine/run/checkpoint.h"

#include "engine/run/sha256.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace attelier::run {
namespace {

Result<std::optional<VerifiedCheckpoint>> firstThatVerifies(
    const RunFolder& folder, const std::vector<CheckpointRow>& rows) {
  if (rows.empty()) {
    return std::optional<VerifiedCheckpoint>{};
  }
  std::vector<std::string> rejected;
  for (const CheckpointRow& row : rows) {
    const Status verified = verifyCheckpoint(folder, row);
    if (verified.has_value()) {
      return VerifiedCheckpoint{row, folder.checkpoints() / row.file, std::move(rejected)};
    }
    rejected.push_back(describe(verified.error()));
  }
  std::string text = "no checkpoint of this run can be used";
  for (const std::string& reason : rejected) {
    text += "; " + reason;
  }
  return fail(ErrorCode::Corrupt, text, folder.checkpoints().string());
}

std::vector<CheckpointRow>::const_iterator best(const std::vector<CheckpointRow>& rows) {
  auto found = rows.end();
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    if (!std::isnan(row->validation) &&
        (found == rows.end() || row->validation >= found->validation)) {
      found = row;
    }
  }
  return found;
}

}  // namespace

std::string checkpointFileName(std::int64_t step) {
  std::string digits = std::to_string(step);
  if (digits.size() < 8) {
    digits.insert(0, 8 - digits.size(), '0');
  }
  return "step-" + digits + ".safetensors";
}

Status verifyCheckpoint(const RunFolder& folder, const CheckpointRow& row) {
  const std::filesystem::path path = folder.checkpoints() / row.file;
  // A row of a stranger must not lead out of the folder.
  if (row.file != checkpointFileName(row.step)) {
    return fail(ErrorCode::Corrupt,
                "a checkpoint of step " + std::to_string(row.step) + " can't be named '" +
                    row.file.substr(0, 80) + "'",
                folder.database().string());
  }
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error) {
    return fail(ErrorCode::NotFound, "the checkpoint is missing", path.string());
  }
  if (bytes != static_cast<std::uintmax_t>(row.bytes)) {
    return fail(ErrorCode::Corrupt,
                "the checkpoint has " + std::to_string(bytes) + " bytes instead of " +
                    std::to_string(row.bytes),
                path.string());
  }
  ATTELIER_ASSIGN(const std::string sum, sha256OfFile(path));
  if (sum != row.sha256) {
    return fail(ErrorCode::Corrupt, "the checkpoint's SHA-256 is not the one recorded",
                path.string());
  }
  return {};
}

Result<std::optional<VerifiedCheckpoint>> newestCheckpoint(const RunFolder& folder,
                                                           std::vector<CheckpointRow> rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.step > b.step; });
  return firstThatVerifies(folder, rows);
}

Result<std::optional<VerifiedCheckpoint>> nearestCheckpoint(const RunFolder& folder,
                                                            std::vector<CheckpointRow> rows,
                                                            std::int64_t step) {
  std::stable_sort(rows.begin(), rows.end(), [step](const auto& a, const auto& b) {
    const auto distance = [step](const CheckpointRow& row) {
      return row.step > step ? row.step - step : step - row.step;
    };
    return distance(a) != distance(b) ? distance(a) < distance(b) : a.step < b.step;
  });
  return firstThatVerifies(folder, rows);
}

Result<std::optional<VerifiedCheckpoint>> bestCheckpoint(const RunFolder& folder,
                                                         std::vector<CheckpointRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    const double lowest = -std::numeric_limits<double>::infinity();
    const double left = std::isnan(a.validation) ? lowest : a.validation;
    const double right = std::isnan(b.validation) ? lowest : b.validation;
    return left != right ? left > right : a.step > b.step;
  });
  return firstThatVerifies(folder, rows);
}

std::vector<CheckpointRow> checkpointsToDrop(const std::vector<CheckpointRow>& rows) {
  std::vector<std::int64_t> steps;
  for (const CheckpointRow& row : rows) {
    steps.push_back(row.step);
  }
  std::sort(steps.rbegin(), steps.rend());
  std::set<std::int64_t> kept(steps.begin(),
                              steps.begin() + std::min<std::ptrdiff_t>(2, std::ssize(steps)));
  if (const auto found = best(rows); found != rows.end()) {
    kept.insert(found->step);
  }
  std::vector<CheckpointRow> dropped;
  for (const CheckpointRow& row : rows) {
    if (!row.pinned && !kept.contains(row.step)) {
      dropped.push_back(row);
    }
  }
  return dropped;
}

}  // namespace attelier::run
