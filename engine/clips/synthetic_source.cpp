#include "engine/base/contracts.h"
#include "engine/base/fields.h"
#include "engine/clips/synthetic.h"

#include <cstdio>
#include <numeric>

namespace attelier::clips {

Result<std::shared_ptr<const SyntheticSource>> SyntheticSource::create(
    const SyntheticSettings& settings, std::uint64_t seed) {
  ATTELIER_CHECKED(syntheticFields().validate(settings));
  return std::shared_ptr<const SyntheticSource>(new SyntheticSource(settings, seed));
}

SyntheticSource::SyntheticSource(const SyntheticSettings& settings, std::uint64_t seed)
    : settings_(settings), seed_(seed) {}

const std::vector<std::string>& SyntheticSource::labels() const {
  static const std::vector<std::string> names = {"ring", "cross", "plus", "triangle"};
  return names;
}

ClipShape SyntheticSource::shape() const {
  return {.frames = kSyntheticFrames, .height = kSyntheticSize, .width = kSyntheticSize};
}

Normalisation SyntheticSource::normalisation() const {
  return {.mean = {100.0F, 100.0F, 100.0F}, .deviation = {60.0F, 60.0F, 60.0F}};
}

std::int64_t SyntheticSource::clipCount(Split split) const {
  switch (split) {
    case Split::Train:
      return settings_.trainClips;
    case Split::Select:
      return settings_.selectClips;
    default:
      return settings_.reportClips;
  }
}

ClipRecord SyntheticSource::record(Split split, std::int64_t index) const {
  expects(index >= 0 && index < clipCount(split), "the clip index lies in its split");
  ClipRecord record;
  record.id = index;
  for (const Split earlier : {Split::Train, Split::Select}) {
    record.id += earlier < split ? clipCount(earlier) : 0;
  }
  char number[32];
  std::snprintf(number, sizeof number, "%06lld", static_cast<long long>(index));
  record.path =
      std::string(syntheticTaskName(settings_.task)) + "/" + splitName(split) + "/" + number;
  record.split = split;
  record.label = truth(split, index).label;
  record.frames = kSyntheticFrames;
  record.width = kSyntheticSize;
  record.height = kSyntheticSize;
  return record;
}

std::optional<std::pair<Split, std::int64_t>> SyntheticSource::find(std::int64_t clipId) const {
  if (clipId < 0) {
    return std::nullopt;
  }
  for (const Split split : {Split::Train, Split::Select, Split::Report}) {
    if (clipId < clipCount(split)) {
      return std::pair(split, clipId);
    }
    clipId -= clipCount(split);
  }
  return std::nullopt;
}

Result<ClipInfo> SyntheticSource::load(const ClipRequest& request,
                                       std::span<std::uint8_t> rgb) const {
  expects(request.index >= 0 && request.index < clipCount(request.split),
          "the clip index lies in its split");
  const SyntheticTruth truth =
      drawSyntheticClip(settings_, seed_, request.split, request.index, rgb);
  ClipInfo info;
  info.clipId = request.index;
  for (const Split earlier : {Split::Train, Split::Select}) {
    info.clipId += earlier < request.split ? clipCount(earlier) : 0;
  }
  info.label = truth.label;
  info.view.frames.resize(kSyntheticFrames);
  std::iota(info.view.frames.begin(), info.view.frames.end(), 0);
  info.view.timesMs.assign(info.view.frames.begin(), info.view.frames.end());
  for (double& time : info.view.timesMs) {
    time *= 125.0;
  }
  info.view.sourceWidth = kSyntheticSize;
  info.view.sourceHeight = kSyntheticSize;
  info.view.cropWidth = kSyntheticSize;
  info.view.cropHeight = kSyntheticSize;
  return info;
}

std::string SyntheticSource::description() const {
  return std::string("synthetic task ") + syntheticTaskName(settings_.task) + ", " +
         std::to_string(settings_.trainClips) + "/" + std::to_string(settings_.selectClips) + "/" +
         std::to_string(settings_.reportClips) + " clips of 8x32x32";
}

SyntheticTruth SyntheticSource::truth(Split split, std::int64_t index) const {
  return drawSyntheticClip(settings_, seed_, split, index, {});
}

}  // namespace attelier::clips
