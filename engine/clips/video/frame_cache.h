#pragma once

#include "engine/clips/video/decode.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace attelier::clips {

/// Decoded clips in memory under a byte budget: the first that fit stay, as epochs visit all clips
/// equally often and anything that replaces old by new would then never hit. Threads: any.
class FrameCache {
 public:
  explicit FrameCache(std::size_t budget) : budget_(budget) {}

  std::shared_ptr<const DecodedFrames> find(std::int64_t clip) const;
  /// Whether a clip of this size would be kept now.
  bool hasRoom(std::size_t bytes) const;
  /// Keeps the frames if they fit; gives them back either way.
  std::shared_ptr<const DecodedFrames> keep(std::int64_t clip, DecodedFrames frames);
  std::size_t bytes() const;
  std::size_t budget() const { return budget_; }

 private:
  const std::size_t budget_;
  mutable std::mutex mutex_;
  std::size_t used_ = 0;
  std::map<std::int64_t, std::shared_ptr<const DecodedFrames>> clips_;
};

}  // namespace attelier::clips
