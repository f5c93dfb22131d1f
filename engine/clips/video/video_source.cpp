#include "engine/clips/video/video_source.h"

#include "engine/base/contracts.h"
#include "engine/base/fields.h"
#include "engine/base/random.h"
#include "engine/clips/video/decode.h"
#include "engine/clips/video/frame_cache.h"
#include "engine/clips/video/geometry.h"
#include "engine/clips/video/video_reader.h"

#include <algorithm>
#include <array>
#include <exception>
#include <numeric>
#include <utility>

namespace attelier::clips {
namespace {

constexpr std::uint64_t kViewStream = 0x76696577;  // "view": apart from the order of an epoch

std::vector<std::int64_t> chooseFrames(std::int64_t frames, const SamplingSettings& sampling,
                                       Random* random) {
  const std::int64_t count = std::max<std::int64_t>(1, frames);
  return sampling.sampling == FrameSampling::Segments
             ? segmentFrames(count, sampling.frames, random)
             : strideFrames(count, sampling.frames, sampling.stride, random);
}

// The frames at `places` of what was decoded as one clip, and where it lies in the picture.
void crop(const DecodedFrames& frames, const std::vector<std::size_t>& places, const CropPlan& plan,
          const ClipShape& shape, std::span<std::uint8_t> rgb, View& view) {
  const std::size_t frameBytes = rgb.size() / places.size();
  for (std::size_t i = 0; i < places.size(); ++i) {
    applyCrop(frames, places[i], plan, shape, rgb.subspan(i * frameBytes, frameBytes));
    view.timesMs.push_back(frames.timesMs[places[i]]);
  }
  const double across = static_cast<double>(frames.sourceWidth) / frames.width;
  const double down = static_cast<double>(frames.sourceHeight) / frames.height;
  view.sourceWidth = frames.sourceWidth;
  view.sourceHeight = frames.sourceHeight;
  view.cropX = plan.x * across;
  view.cropY = plan.y * down;
  view.cropWidth = plan.width * across;
  view.cropHeight = plan.height * down;
  view.flipped = plan.flipped;
}

// Frames of a video: what its header says where that is plenty, else what decodes.
Result<std::int64_t> countFrames(const std::filesystem::path& path,
                                 const SamplingSettings& sampling, const std::stop_token& stop) {
  ATTELIER_ASSIGN(VideoReader reader, VideoReader::open(path));
  const std::int64_t plenty = std::int64_t{2} * sampling.frames * sampling.stride;
  if (reader.info().promisedFrames > plenty) {
    return reader.info().promisedFrames;
  }
  while (reader.advance()) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Interrupted, "decoding was stopped", path.string());
    }
  }
  return reader.position();
}

// The frames that a look at a video of so many takes.
Result<DecodedFrames> middleFrames(const std::filesystem::path& path, std::int64_t count,
                                   const SamplingSettings& sampling, const std::stop_token& stop) {
  if (count < sampling.frames) {
    return fail(ErrorCode::InvalidArgument,
                "it is too short: it has " + std::to_string(count) +
                    (count == 1 ? " frame" : " frames") + ", and a clip takes " +
                    std::to_string(sampling.frames),
                path.string());
  }
  return decodeFrames(path, chooseFrames(count, sampling, nullptr), storedShortSide(sampling),
                      stop);
}

class VideoSource final : public ClipSource {
 public:
  VideoSource(Dataset dataset, const SamplingSettings& sampling, FlipRule flips, std::size_t cache)
      : dataset_(std::move(dataset)),
        sampling_(sampling),
        flips_(std::move(flips)),
        shortSide_(storedShortSide(sampling)),
        cache_(cache) {
    for (const Split split : {Split::Train, Split::Select, Split::Report}) {
      clips_[static_cast<std::size_t>(split)] = readableClips(dataset_, split);
    }
  }

  const std::vector<std::string>& labels() const override { return dataset_.labels; }

  ClipShape shape() const override {
    return {.frames = sampling_.frames, .height = sampling_.height, .width = sampling_.width};
  }

  Normalisation normalisation() const override {
    return {.mean = {114.75F, 114.75F, 114.75F}, .deviation = {57.375F, 57.375F, 57.375F}};
  }

  std::int64_t clipCount(Split split) const override {
    return static_cast<std::int64_t>(clips_[static_cast<std::size_t>(split)].size());
  }

  ClipRecord record(Split split, std::int64_t index) const override { return at(split, index); }

  std::optional<std::pair<Split, std::int64_t>> find(std::int64_t clipId) const override {
    for (const Split split : {Split::Train, Split::Select, Split::Report}) {
      const auto& ids = clips_[static_cast<std::size_t>(split)];
      const auto found = std::lower_bound(ids.begin(), ids.end(), clipId);
      if (found != ids.end() && *found == clipId) {
        return std::pair(split, static_cast<std::int64_t>(found - ids.begin()));
      }
    }
    return std::nullopt;
  }

  bool shuffled() const override { return true; }

  Result<ClipInfo> load(const ClipRequest& request, std::span<std::uint8_t> rgb) const override {
    expects(rgb.size() == shape().bytes(), "the target holds one clip");
    const ClipRecord& clip = at(request.split, request.index);
    try {
      return loadClip(clip, request, rgb);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::OutOfMemory, "the memory did not suffice to decode it", clip.path);
    } catch (const std::exception& exception) {
      return fail(ErrorCode::Corrupt, exception.what(), clip.path);
    }
  }

  KeptClips keptClips() const override {
    KeptClips kept{.all = 0,
                   .now = static_cast<std::int64_t>(cache_.bytes()),
                   .limit = static_cast<std::int64_t>(cache_.budget())};
    for (const Split split : {Split::Train, Split::Select}) {
      for (std::int64_t index = 0; index < clipCount(split); ++index) {
        kept.all += static_cast<std::int64_t>(wholeBytes(at(split, index)));
      }
    }
    return kept;
  }

  std::string description() const override {
    std::string counts;
    for (const auto& ids : clips_) {
      counts += (counts.empty() ? "" : "/") + std::to_string(ids.size());
    }
    return counts + " clips in " + std::to_string(dataset_.labels.size()) + " classes, " +
           std::to_string(sampling_.frames) + "x" + std::to_string(sampling_.height) + "x" +
           std::to_string(sampling_.width);
  }

 private:
  const ClipRecord& at(Split split, std::int64_t index) const {
    const auto& ids = clips_[static_cast<std::size_t>(split)];
    expects(index >= 0 && index < static_cast<std::int64_t>(ids.size()),
            "the clip index lies in its split");
    return dataset_.clips[static_cast<std::size_t>(ids[static_cast<std::size_t>(index)])];
  }

  // Bytes of the whole clip as it would be kept.
  std::size_t wholeBytes(const ClipRecord& clip) const {
    const double scale = std::min(
        1.0, static_cast<double>(shortSide_) / std::max(1, std::min(clip.width, clip.height)));
    return static_cast<std::size_t>(static_cast<double>(clip.frames) * 3.0 *
                                    (clip.width * scale + 1) * (clip.height * scale + 1));
  }

  Result<ClipInfo> loadClip(const ClipRecord& clip, const ClipRequest& request,
                            std::span<std::uint8_t> rgb) const {
    Random random(request.seed, kViewStream, request.epoch, request.position);
    Random* draws = request.augment ? &random : nullptr;
    ClipInfo info;
    info.clipId = clip.id;
    info.view.frames = chooseFrames(clip.frames, sampling_, draws);
    std::vector<std::size_t> places;  // of the chosen frames in what was decoded
    std::shared_ptr<const DecodedFrames> frames = cache_.find(clip.id);
    if (!frames && cache_.hasRoom(wholeBytes(clip))) {
      ATTELIER_ASSIGN(DecodedFrames whole, decodeAll(clipPath(dataset_, clip), shortSide_));
      frames = cache_.keep(clip.id, std::move(whole));
    }
    if (frames) {
      // Where the header promised more frames than there are, the last one stands for them.
      for (std::int64_t& frame : info.view.frames) {
        frame = std::min(frame, static_cast<std::int64_t>(frames->count()) - 1);
        places.push_back(static_cast<std::size_t>(frame));
      }
    } else {
      ATTELIER_ASSIGN(DecodedFrames some,
                      decodeFrames(clipPath(dataset_, clip), info.view.frames, shortSide_));
      info.view.frames = some.numbers;
      for (std::size_t i = 0; i < some.count(); ++i) {
        places.push_back(i);
      }
      frames = std::make_shared<const DecodedFrames>(std::move(some));
    }
    info.label = clip.label;
    const int mirrored =
        clip.label < 0 ? -1 : flips_.mirrored[static_cast<std::size_t>(clip.label)];
    const bool mayFlip = clip.label < 0 || mirrored >= 0;
    const CropPlan plan = planCrop(frames->width, frames->height, sampling_, mayFlip, draws);
    if (plan.flipped && clip.label >= 0) {
      info.label = mirrored;
    }
    crop(*frames, places, plan, shape(), rgb, info.view);
    return info;
  }

  const Dataset dataset_;
  const SamplingSettings sampling_;
  const FlipRule flips_;
  const int shortSide_;
  std::array<std::vector<std::int64_t>, kSplitCount> clips_;
  mutable FrameCache cache_;
};

}  // namespace

Result<std::shared_ptr<const ClipSource>> makeVideoSource(Dataset dataset,
                                                          const SamplingSettings& sampling,
                                                          std::size_t cacheBytes) {
  ATTELIER_CHECKED(samplingFields().validate(sampling));
  if (sampling.shortSide > 0 && sampling.shortSide < std::max(sampling.height, sampling.width)) {
    return fail(ErrorCode::InvalidArgument,
                "the short side is smaller than the crop: take at least " +
                    std::to_string(std::max(sampling.height, sampling.width)),
                "short_side");
  }
  ATTELIER_ASSIGN(FlipRule flips, flipRule(dataset.labels, sampling.flipSwaps));
  bool readable = false;
  for (const Split split : {Split::Train, Split::Select, Split::Report}) {
    readable = readable || !readableClips(dataset, split).empty();
  }
  if (!readable) {
    return fail(ErrorCode::NotFound, "no clip of the data is readable", dataset.root.string());
  }
  return std::shared_ptr<const ClipSource>(
      std::make_shared<VideoSource>(std::move(dataset), sampling, std::move(flips), cacheBytes));
}

Result<ClipInfo> loadVideo(const std::filesystem::path& path, const SamplingSettings& sampling,
                           std::span<std::uint8_t> rgb, std::stop_token stop) {
  const ClipShape shape{
      .frames = sampling.frames, .height = sampling.height, .width = sampling.width};
  expects(rgb.size() == shape.bytes(), "the target holds one clip");
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    return fail(ErrorCode::InvalidArgument, "it is no file", path.string());
  }
  try {
    ATTELIER_ASSIGN(const std::int64_t promised, countFrames(path, sampling, stop));
    ATTELIER_ASSIGN(DecodedFrames frames, middleFrames(path, promised, sampling, stop));
    const std::int64_t last = *std::max_element(frames.numbers.begin(), frames.numbers.end());
    if (frames.numbers != chooseFrames(promised, sampling, nullptr)) {
      // The header promised more frames than there are.
      ATTELIER_ASSIGN(frames, middleFrames(path, last + 1, sampling, stop));
    }
    std::vector<std::size_t> places(frames.count());
    std::iota(places.begin(), places.end(), std::size_t{0});
    ClipInfo info;
    info.clipId = -1;
    info.view.frames = frames.numbers;
    crop(frames, places, planCrop(frames.width, frames.height, sampling, false, nullptr), shape,
         rgb, info.view);
    return info;
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Corrupt, exception.what(), path.string());
  }
}

}  // namespace attelier::clips
