#include "engine/clips/video/video_probe.h"

#include "engine/clips/video/content.h"
#include "engine/clips/video/decoder_log.h"
#include "engine/clips/video/video_reader.h"

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace attelier::clips {
namespace {

struct Look {
  ClipProbe probe;
  std::int64_t errors = 0;
};

Look lookAt(const std::filesystem::path& path, const Content& content, bool countFrames) {
  Look look;
  ClipProbe& probe = look.probe;
  const std::int64_t errorsBefore = decoderErrorCount();
  auto reader = VideoReader::open(path);
  if (!reader) {
    probe.reason = reader.error().message;
    return look;
  }
  // The first frame is converted, so that "ok" means a picture came out; its size is the truth.
  if (!reader->advance()) {
    probe.reason = "no frame of it can be decoded";
    return look;
  }
  auto frame = reader->frame();
  if (!frame) {
    probe.reason = frame.error().message;
    return look;
  }
  probe.width = frame->width;
  probe.height = frame->height;
  probe.fps = reader->info().fps;
  probe.state = ClipState::Ok;
  // Only MP4, MOV and AVI count their frames; elsewhere the number is a guess from the duration.
  const bool counted =
      content.container == Container::IsoMedia || content.container == Container::Riff;
  if (!countFrames && counted && !content.cutShort && reader->info().promisedFrames > 0) {
    probe.frames = reader->info().promisedFrames;
    return look;
  }
  while (reader->advance()) {
  }
  probe.frames = reader->position();
  const std::int64_t promised = reader->info().promisedFrames;
  look.errors = decoderErrorCount() - errorsBefore;
  std::string missing;
  if (counted && promised > probe.frames) {
    missing =
        ", " + std::to_string(probe.frames) + " of " + std::to_string(promised) + " frames decode";
  }
  if (content.cutShort) {
    probe.state = ClipState::Damaged;
    probe.reason = "the file is cut short" + missing;
  } else if (look.errors > 0) {
    probe.state = ClipState::Damaged;
    probe.reason = "the decoder reports " + std::to_string(look.errors) + " errors" + missing;
  }
  return look;
}

}  // namespace

ClipProbe probeVideo(const std::filesystem::path& path, bool countFrames) {
  silenceDecoders();
  const Content content = inspectContent(path);
  // FFmpeg reports from threads of its own, which nothing ties to a file: a file during which
  // errors came is looked at again while no other is.
  static std::shared_mutex side;
  {
    const std::shared_lock lock(side);
    const Look look = lookAt(path, content, countFrames);
    if (look.errors == 0) {
      return look.probe;
    }
  }
  const std::unique_lock lock(side);
  return lookAt(path, content, countFrames).probe;
}

ClipProber videoProber(bool countFrames) {
  return [countFrames](const std::filesystem::path& path) { return probeVideo(path, countFrames); };
}

Result<Dataset> openVideoDataset(const DatasetSettings& settings, std::stop_token stop,
                                 const ScanProgress& progress) {
  return openDataset(settings, videoProber(settings.countFrames), std::move(stop), progress);
}

}  // namespace attelier::clips
