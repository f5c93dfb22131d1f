#include "engine/base/contracts.h"
#include "engine/clips/sampling.h"
#include "engine/clips/video/decode.h"
#include "engine/clips/video/pictures.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <utility>

namespace attelier::clips {
namespace {

// Pictures side by side, each `height` high.
RgbFrame stripOf(const DecodedFrames& frames, int height) {
  const int width = std::clamp(
      static_cast<int>(std::lround(static_cast<double>(frames.width) * height / frames.height)), 1,
      16 * height);
  RgbFrame strip{.width = width * static_cast<int>(frames.count()), .height = height, .rgb = {}};
  strip.rgb.resize(static_cast<std::size_t>(strip.width) * static_cast<std::size_t>(height) * 3);
  for (std::size_t i = 0; i < frames.count(); ++i) {
    RgbFrame picture{.width = frames.width, .height = frames.height, .rgb = {}};
    const auto* first = frames.rgb.data() + i * frames.frameBytes();
    picture.rgb.assign(first, first + frames.frameBytes());
    picture = resized(picture, width, height);
    const auto rowBytes = static_cast<std::size_t>(width) * 3;
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
      std::copy_n(picture.rgb.data() + y * rowBytes, rowBytes,
                  strip.rgb.data() + (y * frames.count() + i) * rowBytes);
    }
  }
  return strip;
}

Status writeBytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    return fail(ErrorCode::Io, "the preview cannot be written: check space and permissions",
                file.string());
  }
  return {};
}

}  // namespace

Result<nlohmann::json> writePreviews(const Dataset& dataset, const std::filesystem::path& folder,
                                     const PreviewSettings& settings, std::stop_token stop,
                                     const ScanProgress& progress) {
  expects(settings.frames > 0 && settings.height > 0, "a strip has pictures");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(ErrorCode::Io, "the folder for previews cannot be made: " + error.message(),
                folder.string());
  }
  const nlohmann::json report = datasetReport(dataset);
  nlohmann::json entries = nlohmann::json::array();
  for (std::size_t i = 0; i < dataset.clips.size(); ++i) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Interrupted, "writing previews was stopped", folder.string());
    }
    const ClipRecord& clip = dataset.clips[i];
    nlohmann::json entry = {
        {"id", clip.id}, {"path", report["clips"][i]["path"]}, {"preview", nullptr}};
    if (clip.state != ClipState::Unreadable) {
      const auto numbers = segmentFrames(std::max<std::int64_t>(1, clip.frames), settings.frames);
      const auto decoded = decodeFrames(clipPath(dataset, clip), numbers, 2 * settings.height);
      if (decoded) {
        ATTELIER_ASSIGN(const auto jpeg, encodeJpeg(stripOf(*decoded, settings.height)));
        // By number: names of clips may hold anything.
        char name[32];
        std::snprintf(name, sizeof name, "clip-%06lld.jpg", static_cast<long long>(clip.id));
        ATTELIER_CHECKED(writeBytes(folder / name, jpeg));
        entry["preview"] = name;
        entry["frames"] = decoded->numbers;
        entry["times_ms"] = decoded->timesMs;
      } else {
        entry["reason"] = decoded.error().message;
      }
    }
    entries.push_back(std::move(entry));
    if (progress) {
      progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(dataset.clips.size()));
    }
  }
  return entries;
}

}  // namespace attelier::clips
