#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace attelier {

/// The points of an atomic write at which a crash must leave either the old file or the new one.
enum class AtomicWriteStage { BeforeTemporary, HalfWritten, BeforeSync, BeforeRename, AfterRename };

/// Replaces `path` by these bytes: after return, and after a crash at any point, the file is either
/// the old one or the whole new one.
///
/// Written to a temporary file in the same folder ("NAME.XXXXXX.tmp"), synced, renamed, and the
/// folder synced. A crash may leave the temporary file behind; `removeStaleTemporaries` clears it.
/// Threads: any; two writers of one path leave one of the two contents.
/// Errors: Io (no folder, permissions, disk full) with the path; the old file stays.
Status writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// As above, for text.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view text);

/// As above, for several pieces written one after the other, so that large tensors are not copied.
Status writePiecesAtomically(const std::filesystem::path& path,
                             std::span<const std::span<const std::byte>> pieces);

/// Removes the temporary files that killed writers left in a folder; returns how many.
///
/// Call it only where no other process writes to the folder (the holder of a run's lock).
int removeStaleTemporaries(const std::filesystem::path& folder);

/// Called at each stage of each atomic write of this process; for tests that kill it there.
///
/// Pass an empty function to remove it. Threads: set it before any writer starts.
void setAtomicWriteHook(std::function<void(AtomicWriteStage)> hook);

/// The whole file, refused above `maximumBytes`.
///
/// Errors: NotFound, Io, Corrupt (too large, or not a regular file).
Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t maximumBytes);

}  // namespace attelier
