#include "engine/clips/video/decode.h"

#include "engine/clips/video/video_reader.h"

#include <algorithm>
#include <map>
#include <utility>

namespace attelier::clips {
namespace {

// Frames of one size after another; a stream that changes its size in between is not a clip we can
// train on.
Status append(DecodedFrames& frames, const VideoReader& reader, int shortSide) {
  ATTELIER_ASSIGN(const RgbFrame frame, reader.frame(shortSide));
  if (frames.count() == 0) {
    frames.width = frame.width;
    frames.height = frame.height;
  } else if (frame.width != frames.width || frame.height != frames.height) {
    return fail(ErrorCode::Corrupt, "the size of its pictures changes at frame " +
                                        std::to_string(reader.position() - 1));
  }
  frames.rgb.insert(frames.rgb.end(), frame.rgb.begin(), frame.rgb.end());
  frames.timesMs.push_back(reader.timeMs());
  frames.numbers.push_back(reader.position() - 1);
  return {};
}

tl::unexpected<Error> at(Error error, const std::filesystem::path& path) {
  if (error.where.empty()) {
    error.where = path.string();
  }
  return tl::unexpected(std::move(error));
}

DecodedFrames empty(const VideoReader& reader) {
  DecodedFrames frames;
  frames.sourceWidth = reader.info().width;
  frames.sourceHeight = reader.info().height;
  return frames;
}

}  // namespace

Result<DecodedFrames> decodeAll(const std::filesystem::path& path, int shortSide) {
  ATTELIER_ASSIGN(VideoReader reader, VideoReader::open(path));
  DecodedFrames frames = empty(reader);
  while (reader.advance()) {
    if (auto status = append(frames, reader, shortSide); !status) {
      return at(std::move(status).error(), path);
    }
  }
  if (frames.count() == 0) {
    return fail(ErrorCode::Corrupt, "no frame of it can be decoded", path.string());
  }
  return frames;
}

Result<DecodedFrames> decodeFrames(const std::filesystem::path& path,
                                   std::span<const std::int64_t> wanted, int shortSide,
                                   std::stop_token stop) {
  std::vector<std::int64_t> numbers(wanted.begin(), wanted.end());
  // A second pass only where the file has fewer frames than its header says: then its length is
  // known.
  for (int pass = 0; pass < 2; ++pass) {
    ATTELIER_ASSIGN(VideoReader reader, VideoReader::open(path));
    DecodedFrames unique = empty(reader);
    std::map<std::int64_t, std::size_t> places;
    for (const std::int64_t number : numbers) {
      places[number] = 0;
    }
    bool complete = true;
    for (auto& [number, place] : places) {
      while (complete && reader.position() <= number) {
        if (stop.stop_requested()) {
          return fail(ErrorCode::Interrupted, "decoding was stopped", path.string());
        }
        complete = reader.advance();
      }
      if (!complete) {
        break;
      }
      place = unique.count();
      if (auto status = append(unique, reader, shortSide); !status) {
        return at(std::move(status).error(), path);
      }
    }
    if (complete) {
      DecodedFrames frames = unique;
      frames.rgb.clear();
      frames.timesMs.clear();
      frames.numbers.clear();
      for (const std::int64_t number : numbers) {
        const std::size_t place = places.at(number);
        const auto* first = unique.rgb.data() + place * unique.frameBytes();
        frames.rgb.insert(frames.rgb.end(), first, first + unique.frameBytes());
        frames.timesMs.push_back(unique.timesMs[place]);
        frames.numbers.push_back(number);
      }
      return frames;
    }
    if (reader.position() == 0) {
      break;
    }
    for (std::int64_t& number : numbers) {
      number = std::min(number, reader.position() - 1);
    }
  }
  return fail(ErrorCode::Corrupt, "no frame of it can be decoded", path.string());
}

}  // namespace attelier::clips
