// The 65 awkward files of the shared clips: each as its README expects. Skipped where they are not.

#include "engine/clips/csv.h"
#include "engine/clips/video/decode.h"
#include "engine/clips/video/video_probe.h"
#include "engine/clips/video/video_reader.h"
#include "tests/engine/clips/real_clips.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <sys/resource.h>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::string kind;
  std::int64_t frames = 0;
  int width = 0;
  int height = 0;
};

std::map<std::string, Expected> readExpected(const fs::path& folder) {
  std::map<std::string, Expected> all;
  const auto rows = readCsv(folder / "expected.csv").value();
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), name) -
                                    rows[0].begin());
  };
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Expected expected;
    expected.kind = rows[i].at(column("expect"));
    expected.frames = std::atoll(rows[i].at(column("ffmpeg_decoded_frames")).c_str());
    expected.width = std::atoi(rows[i].at(column("width")).c_str());
    expected.height = std::atoi(rows[i].at(column("height")).c_str());
    const int rotation = std::atoi(rows[i].at(column("rotation")).c_str());
    if (rotation % 180 != 0) std::swap(expected.width, expected.height);
    all[rows[i][0]] = expected;
  }
  return all;
}

class Awkward : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = realClips() / "awkward";
    if (!fs::exists(folder_ / "expected.csv")) {
      GTEST_SKIP() << "no awkward clips: set ATTELIER_CLIPS to the folder of the shared clips";
    }
  }
  fs::path folder_;
};

TEST_F(Awkward, EveryFileIsAsItsReadmeSaysWithinTimeAndMemory) {
  const auto expected = readExpected(folder_);
  ASSERT_GE(expected.size(), 65U);
  const auto start = std::chrono::steady_clock::now();
  testing::internal::CaptureStderr();
  const auto dataset =
      openVideoDataset({.clips = folder_.string(), .shortBelow = 8, .countFrames = true});
  const std::string noise = testing::internal::GetCapturedStderr();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(noise, "");
  EXPECT_EQ(dataset->format, "flat");
  EXPECT_TRUE(dataset->labels.empty());

  std::size_t visible = 0;
  for (const auto& entry : expected) visible += entry.first.starts_with(".") ? 0 : 1;
  EXPECT_EQ(dataset->clips.size(), visible);
  for (const ClipRecord& clip : dataset->clips) {
    ASSERT_TRUE(expected.contains(clip.path)) << clip.path;
    const Expected& wanted = expected.at(clip.path);
    SCOPED_TRACE(clip.path + " is " + clipStateName(clip.state) + ", " +
                 std::to_string(clip.frames) + " frames: " + clip.reason);
    if (wanted.kind == "accept") {
      EXPECT_EQ(clip.frames, wanted.frames);
      EXPECT_EQ(clip.state, wanted.frames < 8 ? ClipState::Short : ClipState::Ok);
      EXPECT_EQ(clip.width, wanted.width);
      EXPECT_EQ(clip.height, wanted.height);
    } else if (wanted.kind == "accept_short") {
      EXPECT_EQ(clip.frames, wanted.frames);
      EXPECT_EQ(clip.state, ClipState::Short);
    } else if (wanted.kind == "partial") {
      EXPECT_NEAR(static_cast<double>(clip.frames), static_cast<double>(wanted.frames), 2);
      EXPECT_EQ(clip.state, ClipState::Damaged);
      EXPECT_GT(clip.reason.size(), 10U);
    } else if (wanted.kind == "reject") {
      EXPECT_EQ(clip.state, ClipState::Unreadable);
      EXPECT_GT(clip.reason.size(), 10U);
    } else {
      EXPECT_TRUE(wanted.kind == "reject_or_1_frame") << wanted.kind;
      EXPECT_TRUE(clip.state == ClipState::Unreadable || clip.frames == 1);
    }
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  RecordProperty("seconds", std::to_string(seconds));
  RecordProperty("peak_mib", std::to_string(usage.ru_maxrss / 1024));
  EXPECT_LT(seconds, 120.0);
#ifndef __SANITIZE_THREAD__                 // its shadow is several times the memory
  EXPECT_LT(usage.ru_maxrss, 1024 * 1024);  // KiB: 1 GiB
#endif
}

TEST_F(Awkward, ReasonsSayWhatIsWrong) {
  const std::map<std::string, std::string> parts = {
      {"b01_zero_byte.mp4", "empty"},          {"b02_truncated_no_moov.mp4", "moov"},
      {"b08_random_bytes.mp4", "not a video"}, {"b10_text_file.mp4", "text"},
      {"b11_html_404_page.mp4", "HTML"},       {"b13_git_lfs_pointer.mp4", "git lfs pull"},
      {"b17_audio_only.mp4", "no video"},      {"b03_truncated_faststart_half.mp4", "of 45"},
      {"b06_bitflips_in_mdat.mp4", "errors"},  {"s04_mp3_with_cover_art.mp3", "audio"}};
  for (const auto& [file, part] : parts) {
    EXPECT_THAT(probeVideo(folder_ / file, true).reason, testing::HasSubstr(part)) << file;
  }
}

TEST_F(Awkward, OtherClipsAreNotBlamedForTheErrorsOfDamagedOnes) {
  // Damaged and sound files side by side, many times over.
  for (int round = 0; round < 3; ++round) {
    const auto dataset =
        openVideoDataset({.clips = folder_.string(), .countFrames = true, .threads = 8});
    ASSERT_TRUE(dataset.has_value());
    std::size_t damaged = 0;
    for (const auto& clip : dataset->clips) damaged += clip.state == ClipState::Damaged ? 1 : 0;
    EXPECT_EQ(damaged, 4U);
  }
}

// The same frames by the ffmpeg program: upright rgb24 of the source size. OpenCV reads every
// stream with the colour matrix of BT.601, so FFmpeg is told to.
std::vector<std::uint8_t> decodeByProgram(const fs::path& file) {
  const std::string command =
      "ffmpeg -v error -i '" + file.string() +
      "' -fps_mode passthrough -vf scale=in_color_matrix=bt601 -f rawvideo -pix_fmt rgb24 -";
  std::vector<std::uint8_t> bytes;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return bytes;
  std::vector<std::uint8_t> part(1 << 16);
  for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) {
    bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
  }
  pclose(pipe);
  return bytes;
}

TEST_F(Awkward, RotatedClipsEqualFfmpegsPixels) {
  if (std::system("ffmpeg -version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "no ffmpeg program to compare with";
  }
  for (const char* file : {"g01_rotate_90.mp4", "g01_rotate_180.mp4", "g01_rotate_270.mp4",
                           "g02_iphone_rotate_90.mov", "g03_portrait_180x320.mp4"}) {
    const auto reference = decodeByProgram(folder_ / file);
    const auto ours = decodeAll(folder_ / file, 0);
    ASSERT_TRUE(ours.has_value()) << file;
    ASSERT_EQ(ours->rgb.size(), reference.size()) << file;
    std::size_t differing = 0;
    int most = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const int difference = std::abs(int{reference[i]} - int{ours->rgb[i]});
      differing += difference != 0 ? 1 : 0;
      most = std::max(most, difference);
    }
    EXPECT_EQ(differing, 0U) << file << ", at most " << most;
    EXPECT_EQ(ours->width, ours->sourceWidth) << file;
  }
}

TEST_F(Awkward, TimeStampsFollowAVariableRate) {
  // 30 fps for a second, then 10.
  const auto frames = decodeAll(folder_ / "t01_vfr.mp4", 64);
  ASSERT_TRUE(frames.has_value());
  ASSERT_EQ(frames->count(), 37U);
  EXPECT_NEAR(frames->timesMs[0], 0.0, 1.0);
  EXPECT_NEAR(frames->timesMs[10] - frames->timesMs[9], 33.3, 1.5);
  EXPECT_NEAR(frames->timesMs[35] - frames->timesMs[34], 100.0, 2.0);
}

TEST_F(Awkward, SomeFramesAreThoseOfTheWholeClipAndThePastEndIsTheLast) {
  for (const char* file : {"t10_long_gop_8bframes.mp4", "b03_truncated_faststart_half.mp4"}) {
    const auto whole = decodeAll(folder_ / file, 64);
    ASSERT_TRUE(whole.has_value());
    const std::vector<std::int64_t> wanted = {7, 0, 3, 3, 400};
    const auto some = decodeFrames(folder_ / file, wanted, 64);
    ASSERT_TRUE(some.has_value());
    const auto last = static_cast<std::int64_t>(whole->count()) - 1;
    EXPECT_EQ(some->numbers, (std::vector<std::int64_t>{7, 0, 3, 3, last}));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto from = static_cast<std::size_t>(some->numbers[i]) * whole->frameBytes();
      EXPECT_TRUE(
          std::equal(some->rgb.begin() + static_cast<std::ptrdiff_t>(i * some->frameBytes()),
                     some->rgb.begin() + static_cast<std::ptrdiff_t>((i + 1) * some->frameBytes()),
                     whole->rgb.begin() + static_cast<std::ptrdiff_t>(from)))
          << file << " " << i;
    }
  }
}

}  // namespace
}  // namespace attelier::clips
