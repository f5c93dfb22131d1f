#include "engine/clips/video/film.h"

#include "engine/clips/video/decoder_log.h"
#include "engine/clips/video/video_reader.h"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

constexpr int kLongestSide = 16384;
constexpr std::uintmax_t kFullDisk = std::uintmax_t{1} << 20;

std::string lowerExtension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

Result<std::vector<fs::path>> picturesIn(const fs::path& folder) {
  std::vector<fs::path> pictures;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string extension = lowerExtension(entry->path());
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (!hidden && (extension == ".png" || extension == ".jpg" || extension == ".jpeg")) {
      pictures.push_back(entry->path());
    }
  }
  if (error) {
    const bool missing = error == std::errc::no_such_file_or_directory;
    return fail(missing ? ErrorCode::NotFound : ErrorCode::Io,
                "the folder of pictures cannot be read: " + error.message(), folder.string());
  }
  if (pictures.empty()) {
    return fail(ErrorCode::NotFound, "there is no picture (.png, .jpg) in this folder",
                folder.string());
  }
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

// By its first bytes, so that nothing but these two decoders sees the file.
bool isPngOrJpeg(const fs::path& path) {
  std::array<char, 4> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  return std::memcmp(start.data(), "\x89PNG", 4) == 0 ||
         std::memcmp(start.data(), "\xFF\xD8\xFF", 3) == 0;
}

Result<cv::Mat> readPicture(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || !isPngOrJpeg(path)) {
    return fail(ErrorCode::Corrupt, "it is no PNG or JPEG picture", path.string());
  }
  const cv::Mat picture =
      cv::imread(path.string(), cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  if (picture.empty() || std::max(picture.cols, picture.rows) > kLongestSide) {
    return fail(ErrorCode::Corrupt,
                picture.empty() ? "the picture cannot be decoded"
                                : "the picture is larger than a film can be (16384 px)",
                path.string());
  }
  return picture;
}

// The encoders take halves of the colours in both directions, so sizes are even.
cv::Mat evenSized(const cv::Mat& picture) {
  if (picture.cols % 2 == 0 && picture.rows % 2 == 0) {
    return picture;
  }
  cv::Mat even;
  cv::copyMakeBorder(picture, even, 0, picture.rows % 2, 0, picture.cols % 2, cv::BORDER_REPLICATE);
  return even;
}

std::string sizeText(const cv::Size& size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

std::string diskProblem(const fs::path& folder) {
  std::error_code error;
  const auto space = fs::space(folder, error);
  return !error && space.available < kFullDisk
             ? "the disk is full"
             : "the film was not written whole: check space and permissions";
}

// A file beside the target that goes away unless it takes its place.
class Draft {
 public:
  static Result<Draft> create(const fs::path& target) {
    // OpenCV chooses the container by the ending; FFmpeg takes "a:b" for a protocol, not "/x/a:b".
    std::error_code error;
    std::string pattern = (fs::absolute(target, error).parent_path() / ".film-XXXXXX.mp4").string();
    const int descriptor = ::mkostemps(pattern.data(), 4, O_CLOEXEC);
    if (descriptor < 0) {
      return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
                  std::string("no file can be made here: ") + std::strerror(errno),
                  target.string());
    }
    // As readable as any new file of this user.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(descriptor, 0666 & ~mask);
    ::close(descriptor);
    return Draft(pattern, target);
  }
  Draft(Draft&& other) noexcept
      : path_(std::exchange(other.path_, {})), target_(std::move(other.target_)) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (!path_.empty()) {
      ::unlink(path_.c_str());
    }
  }

  const fs::path& path() const { return path_; }

  Status takePlace() {
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) {
      ::close(descriptor);
    }
    if (!synced || ::rename(path_.c_str(), target_.c_str()) != 0) {
      return fail(ErrorCode::Io,
                  std::string("the film cannot take its place: ") + std::strerror(errno),
                  target_.string());
    }
    path_.clear();
    return {};
  }

 private:
  Draft(fs::path path, fs::path target) : path_(std::move(path)), target_(std::move(target)) {}
  fs::path path_, target_;
};

Status checkTarget(const fs::path& file, const FilmSettings& settings) {
  if (!(settings.fps >= 0.1 && settings.fps <= 240.0)) {
    return fail(ErrorCode::InvalidArgument, "must be 0.1 to 240 frames a second", "fps");
  }
  if (lowerExtension(file) != ".mp4") {
    return fail(ErrorCode::InvalidArgument, "the name of the film must end in .mp4", file.string());
  }
  std::error_code error;
  if (fs::is_directory(file, error)) {
    return fail(ErrorCode::InvalidArgument, "is a folder; name a file", file.string());
  }
  if (!settings.overwrite && fs::exists(fs::symlink_status(file, error))) {
    return fail(ErrorCode::InvalidArgument, "exists already; choose another name or --overwrite",
                file.string());
  }
  return {};
}

bool openWriter(cv::VideoWriter& writer, Film& film, const fs::path& file, double fps) {
  const std::array<std::pair<int, const char*>, 2> codecs = {
      {{cv::VideoWriter::fourcc('a', 'v', 'c', '1'), "h264"},
       {cv::VideoWriter::fourcc('m', 'p', '4', 'v'), "mpeg4"}}};
  for (const auto& [fourcc, name] : codecs) {
    if (writer.open(file.string(), cv::CAP_FFMPEG, fourcc, fps, {film.width, film.height})) {
      film.codec = name;
      return true;
    }
  }
  return false;
}

Result<Film> encode(const std::vector<fs::path>& pictures, const fs::path& file, double fps,
                    const std::stop_token& stop, const ScanProgress& progress) {
  Film film;
  cv::VideoWriter writer;
  cv::Size size;
  for (const fs::path& path : pictures) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Interrupted, "writing the film was stopped", path.string());
    }
    ATTELIER_ASSIGN(const cv::Mat picture, readPicture(path));
    const cv::Mat frame = evenSized(picture);
    if (film.frames == 0) {
      size = picture.size();
      film.width = frame.cols;
      film.height = frame.rows;
      if (!openWriter(writer, film, file, fps)) {
        return fail(ErrorCode::Unsupported,
                    "FFmpeg here has no encoder for pictures of " + sizeText(size), path.string());
      }
    } else if (picture.size() != size) {
      return fail(
          ErrorCode::InvalidArgument,
          "is " + sizeText(picture.size()) + ", the pictures before it are " + sizeText(size),
          path.string());
    }
    writer.write(frame);
    ++film.frames;
    if (progress) {
      progress(film.frames, static_cast<std::int64_t>(pictures.size()));
    }
  }
  writer.release();
  return film;
}

// OpenCV does not say when the disk refused something.
bool isWhole(const fs::path& file, const Film& film) {
  auto reader = VideoReader::open(file);
  if (!reader || reader->info().width != film.width || reader->info().height != film.height) {
    return false;
  }
  while (reader->advance()) {
  }
  return reader->position() == film.frames;
}

}  // namespace

Result<Film> writeFilm(const std::filesystem::path& folder, const std::filesystem::path& file,
                       const FilmSettings& settings, std::stop_token stop,
                       const ScanProgress& progress) {
  silenceDecoders();
  ATTELIER_CHECKED(checkTarget(file, settings));
  ATTELIER_ASSIGN(const auto pictures, picturesIn(folder));
  ATTELIER_ASSIGN(Draft draft, Draft::create(file));
  try {
    ATTELIER_ASSIGN(Film film, encode(pictures, draft.path(), settings.fps, stop, progress));
    std::error_code error;
    film.bytes = static_cast<std::int64_t>(fs::file_size(draft.path(), error));
    if (error || !isWhole(draft.path(), film)) {
      return fail(ErrorCode::Io, diskProblem(draft.path().parent_path()), file.string());
    }
    ATTELIER_CHECKED(draft.takePlace());
    return film;
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Io, std::string("OpenCV cannot write it: ") + exception.what(),
                file.string());
  }
}

}  // namespace attelier::clips
