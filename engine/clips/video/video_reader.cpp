#include "engine/clips/video/video_reader.h"

#include "engine/base/contracts.h"
#include "engine/clips/video/content.h"
#include "engine/clips/video/decoder_log.h"

#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

namespace attelier::clips {
namespace {

// A broken packet makes OpenCV's grab() fail although more frames follow; only at the end it fails
// for good.
constexpr int kFailuresAtEnd = 32;

int rotationOf(const cv::VideoCapture& capture) {
  const double meta = capture.get(cv::CAP_PROP_ORIENTATION_META);
  const int degrees = std::isfinite(meta) ? static_cast<int>(std::lround(meta)) : 0;
  const int turned = ((degrees % 360) + 360) % 360;
  return turned % 90 == 0 ? turned : 0;
}

// OpenCV 4.6 itself turns 90 and 270 the wrong way (opencv issue 22088), so it is told not to turn.
void turnUpright(cv::Mat& frame, int rotation) {
  if (rotation == 90) {
    cv::rotate(frame, frame, cv::ROTATE_90_COUNTERCLOCKWISE);
  } else if (rotation == 180) {
    cv::rotate(frame, frame, cv::ROTATE_180);
  } else if (rotation == 270) {
    cv::rotate(frame, frame, cv::ROTATE_90_CLOCKWISE);
  }
}

std::string whyNotOpened(const Content& content) {
  if (content.indexMissing) {
    return "its index (the moov box) is missing: the file was cut short when it was written or "
           "copied";
  }
  if (content.container == Container::Unknown) {
    return "not a video format that FFmpeg knows";
  }
  return "no video stream that FFmpeg can decode";
}

}  // namespace

struct VideoReader::State {
  cv::VideoCapture capture;
  VideoInfo info;
  std::int64_t position = 0;
  double timeMs = 0.0;
  double stepMs = 0.0;
  bool ended = false;

  // OpenCV loses the stamps of the last frames, which FFmpeg holds back until the end: they go on
  // as before.
  void noteTime() {
    const double stamp = capture.get(cv::CAP_PROP_POS_MSEC);
    if (position == 1) {
      timeMs = std::isfinite(stamp) ? stamp : 0.0;
      stepMs = info.fps > 0 ? 1000.0 / info.fps : 0.0;
    } else if (std::isfinite(stamp) && stamp > timeMs) {
      stepMs = stamp - timeMs;
      timeMs = stamp;
    } else {
      timeMs += stepMs;
    }
  }
};

Result<VideoReader> VideoReader::open(const std::filesystem::path& path) {
  silenceDecoders();
  std::error_code error;
  const std::filesystem::path file = std::filesystem::absolute(path, error);
  if (error || !std::filesystem::exists(file, error)) {
    return fail(ErrorCode::NotFound, "file not found", path.string());
  }
  const Content content = inspectContent(file);
  if (!content.refusal.empty()) {
    return fail(ErrorCode::Corrupt, content.refusal, path.string());
  }
  auto state = std::make_unique<State>();
  try {
    if (!state->capture.open(file.string(), cv::CAP_FFMPEG)) {
      return fail(ErrorCode::Corrupt, whyNotOpened(content), path.string());
    }
    cv::VideoCapture& capture = state->capture;
    VideoInfo& info = state->info;
    info.rotation = rotationOf(capture);
    capture.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
    info.width = static_cast<int>(capture.get(cv::CAP_PROP_FRAME_WIDTH));
    info.height = static_cast<int>(capture.get(cv::CAP_PROP_FRAME_HEIGHT));
    if (info.rotation % 180 != 0) {
      std::swap(info.width, info.height);
    }
    const double fps = capture.get(cv::CAP_PROP_FPS);
    info.fps = std::isfinite(fps) && fps > 0 && fps < 10000 ? fps : 0.0;
    const double count = capture.get(cv::CAP_PROP_FRAME_COUNT);
    info.promisedFrames =
        std::isfinite(count) && count > 0 && count < 1e9 ? static_cast<std::int64_t>(count) : 0;
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Corrupt, std::string("OpenCV cannot open it: ") + exception.what(),
                path.string());
  }
  return VideoReader(std::move(state));
}

VideoReader::VideoReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
VideoReader::~VideoReader() = default;

const VideoInfo& VideoReader::info() const { return state_->info; }

bool VideoReader::advance() {
  for (int failures = 0; !state_->ended && failures < kFailuresAtEnd; ++failures) {
    try {
      if (state_->capture.grab()) {
        ++state_->position;
        state_->noteTime();
        return true;
      }
    } catch (const std::exception&) {
      break;
    }
  }
  state_->ended = true;
  return false;
}

std::int64_t VideoReader::position() const { return state_->position; }

double VideoReader::timeMs() const { return state_->timeMs; }

Result<RgbFrame> VideoReader::frame(int shortSide) const {
  expects(state_->position > 0, "a frame is taken after advance()");
  try {
    cv::Mat frame;
    if (!state_->capture.retrieve(frame) || frame.empty() || frame.type() != CV_8UC3) {
      return fail(ErrorCode::Corrupt, "frame " + std::to_string(state_->position - 1) +
                                          " cannot be turned into a picture");
    }
    turnUpright(frame, state_->info.rotation);
    const int smaller = std::min(frame.cols, frame.rows);
    if (shortSide > 0 && smaller > shortSide) {
      const double scale = static_cast<double>(shortSide) / smaller;
      const cv::Size size(std::max(1, static_cast<int>(std::lround(frame.cols * scale))),
                          std::max(1, static_cast<int>(std::lround(frame.rows * scale))));
      cv::Mat small;
      cv::resize(frame, small, size, 0, 0, cv::INTER_AREA);
      frame = small;
    }
    RgbFrame result{.width = frame.cols, .height = frame.rows, .rgb = {}};
    result.rgb.resize(frame.total() * 3);
    cv::Mat target(frame.rows, frame.cols, CV_8UC3, result.rgb.data());
    cv::cvtColor(frame, target, cv::COLOR_BGR2RGB);
    return result;
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Corrupt,
                std::string("OpenCV cannot convert the frame: ") + exception.what());
  }
}

}  // namespace attelier::clips
