#include "engine/clips/video/frame_cache.h"

#include <utility>

namespace attelier::clips {

std::shared_ptr<const DecodedFrames> FrameCache::find(std::int64_t clip) const {
  const std::scoped_lock lock(mutex_);
  const auto found = clips_.find(clip);
  return found == clips_.end() ? nullptr : found->second;
}

bool FrameCache::hasRoom(std::size_t bytes) const {
  const std::scoped_lock lock(mutex_);
  return used_ + bytes <= budget_;
}

std::shared_ptr<const DecodedFrames> FrameCache::keep(std::int64_t clip, DecodedFrames frames) {
  frames.rgb.shrink_to_fit();
  const auto kept = std::make_shared<const DecodedFrames>(std::move(frames));
  const std::scoped_lock lock(mutex_);
  if (used_ + kept->rgb.size() <= budget_ && clips_.emplace(clip, kept).second) {
    used_ += kept->rgb.size();
  }
  return kept;
}

std::size_t FrameCache::bytes() const {
  const std::scoped_lock lock(mutex_);
  return used_;
}

}  // namespace attelier::clips
