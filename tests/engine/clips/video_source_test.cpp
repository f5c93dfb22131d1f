// Clips written here as small MJPEG files whose frames say their number and place by their colours.

#include "engine/clips/video/video_source.h"

#include "engine/clips/video/geometry.h"
#include "engine/clips/video/pictures.h"
#include "engine/clips/video/video_probe.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include <fstream>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

// 64 x 48: the left half red, the right half blue, frame n of grey level 10 n in its green channel.
void writeVideo(const fs::path& file, int frames) {
  fs::create_directories(file.parent_path());
  cv::VideoWriter out(file.string(), cv::CAP_FFMPEG, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'),
                      25.0, cv::Size(64, 48));
  for (int n = 0; n < frames; ++n) {
    cv::Mat frame(48, 64, CV_8UC3, cv::Scalar(0, 10 * n, 200));  // BGR
    frame(cv::Rect(32, 0, 32, 48)).setTo(cv::Scalar(200, 10 * n, 0));
    out.write(frame);
  }
}

class VideoFiles : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::temp_directory_path() / (std::string("attelier_video_") + test->name());
    fs::remove_all(root_);
    writeVideo(root_ / "walk left" / "one.avi", 20);
    writeVideo(root_ / "walk right" / "two.avi", 5);
    fs::rename(root_ / "walk right" / "two.avi", root_ / "walk right" / "two");
    writeVideo(root_ / "run" / "three.avi", 12);
  }
  void TearDown() override { fs::remove_all(root_); }

  Dataset dataset() const {
    return openVideoDataset({.clips = root_.string(), .selectShare = 0, .reportShare = 0}).value();
  }
  static std::array<int, 3> at(std::span<const std::uint8_t> rgb, const ClipShape& shape, int frame,
                               int y, int x) {
    const auto i = static_cast<std::size_t>(((frame * shape.height + y) * shape.width + x) * 3);
    return {rgb[i], rgb[i + 1], rgb[i + 2]};
  }

  fs::path root_;
};

TEST_F(VideoFiles, CentreViewHasTheSegmentFramesAsRgb) {
  const auto source = makeVideoSource(dataset(),
                                      {.frames = 4,
                                       .height = 24,
                                       .width = 24,
                                       .shortSide = 48,
                                       .sampling = FrameSampling::Segments},
                                      1 << 24)
                          .value();
  ASSERT_EQ(source->clipCount(Split::Train), 3);
  std::vector<std::uint8_t> rgb(source->shape().bytes());
  for (std::int64_t index = 0; index < 3; ++index) {
    const auto record = source->record(Split::Train, index);
    const auto info = source->load({.index = index}, rgb);
    ASSERT_TRUE(info.has_value()) << describe(info.error());
    const auto expected = segmentFrames(record.frames, 4);
    EXPECT_EQ(info->view.frames, expected);
    EXPECT_FALSE(info->view.flipped);
    EXPECT_EQ(info->view.sourceWidth, 64);
    EXPECT_EQ(info->view.cropX, 20);
    EXPECT_EQ(info->view.cropY, 12);
    EXPECT_EQ(info->view.cropWidth, 24);
    for (int t = 0; t < 4; ++t) {
      const auto left = at(rgb, source->shape(), t, 12, 4);
      const auto right = at(rgb, source->shape(), t, 12, 20);
      EXPECT_NEAR(left[0], 200, 12);
      EXPECT_NEAR(left[2], 0, 12);
      EXPECT_NEAR(right[2], 200, 12);
      EXPECT_NEAR(left[1], 10 * expected[static_cast<std::size_t>(t)], 12);
      EXPECT_NEAR(info->view.timesMs[static_cast<std::size_t>(t)],
                  40.0 * static_cast<double>(expected[static_cast<std::size_t>(t)]), 1.0);
    }
  }
}

TEST_F(VideoFiles, MirroringSwapsTheLabelsOfTheTableAndSparesTheOthers) {
  SamplingSettings sampling{.frames = 2, .height = 24, .width = 48, .shortSide = 48, .flip = 1.0};
  std::vector<std::uint8_t> rgb(std::size_t{2} * 24 * 48 * 3);
  const auto load = [&](std::int64_t index) {
    const auto source = makeVideoSource(dataset(), sampling, 0).value();
    return source->load({.index = index, .augment = true, .seed = 3}, rgb).value();
  };
  // Sorted: run, walk left, walk right.
  EXPECT_TRUE(load(0).view.flipped);
  EXPECT_FALSE(load(1).view.flipped);
  EXPECT_EQ(load(1).label, 1);
  sampling.flipSwaps = {"walk left=walk right"};
  const auto mirrored = load(1);
  EXPECT_TRUE(mirrored.view.flipped);
  EXPECT_EQ(mirrored.label, 2);
  EXPECT_GT(rgb[2], 150);  // the blue side is on the left now
}

TEST_F(VideoFiles, ViewsDependOnTheRequestAndNotOnTheCache) {
  const SamplingSettings sampling{.frames = 3,
                                  .height = 16,
                                  .width = 20,
                                  .shortSide = 40,
                                  .cropScaleMin = 0.5,
                                  .brightness = 0.3,
                                  .contrast = 0.3,
                                  .saturation = 0.3};
  const auto cached = makeVideoSource(dataset(), sampling, std::size_t{1} << 26).value();
  const auto bare = makeVideoSource(dataset(), sampling, 0).value();
  std::vector<std::uint8_t> first(cached->shape().bytes());
  auto second = first;
  std::vector<std::vector<std::uint8_t>> seen;
  for (std::int64_t position = 0; position < 12; ++position) {
    const ClipRequest request{.index = position % 3,
                              .augment = true,
                              .seed = 5,
                              .epoch = position / 3,
                              .position = position};
    const auto one = cached->load(request, first).value();
    const auto two = bare->load(request, second).value();
    EXPECT_EQ(first, second) << position;
    EXPECT_EQ(one.view.frames, two.view.frames);
    EXPECT_EQ(one.view.cropX, two.view.cropX);
    EXPECT_GE(one.view.cropX, 0);
    EXPECT_LE(one.view.cropX + one.view.cropWidth, 64.001);
    seen.push_back(first);
  }
  EXPECT_NE(seen[0], seen[3]);
}

TEST_F(VideoFiles, AClipThatVanishesIsAnErrorWithItsPath) {
  const auto source =
      makeVideoSource(dataset(), {.frames = 2, .height = 16, .width = 16}, 0).value();
  fs::remove(root_ / "run" / "three.avi");
  std::vector<std::uint8_t> rgb(source->shape().bytes());
  const auto info = source->load({.index = 0}, rgb);
  ASSERT_FALSE(info.has_value());
  EXPECT_THAT(describe(info.error()), testing::HasSubstr("three.avi"));
}

TEST(Geometry, CropsStayInsideAndSmallFramesAreEnlarged) {
  SamplingSettings sampling{.height = 112, .width = 112, .cropScaleMin = 0.3};
  EXPECT_EQ(storedShortSide(sampling), 128);
  Random random(1);
  for (const auto& [width, height] :
       {std::pair(171, 128), std::pair(128, 300), std::pair(16, 16), std::pair(640, 32)}) {
    for (int i = 0; i < 200; ++i) {
      const auto plan = planCrop(width, height, sampling, true, &random);
      ASSERT_TRUE(plan.x >= 0 && plan.y >= 0 && plan.width > 0 && plan.height > 0);
      ASSERT_LE(plan.x + plan.width, width);
      ASSERT_LE(plan.y + plan.height, height);
    }
  }
  const auto centre = planCrop(171, 128, sampling, true, nullptr);
  EXPECT_EQ(centre.width, 112);
  EXPECT_EQ(centre.x, 29);
  EXPECT_EQ(centre.y, 8);
  // 16 x 16 is an eighth of the short side, so the crop is 14 wide.
  EXPECT_EQ(planCrop(16, 16, sampling, true, nullptr).width, 14);
}

TEST_F(VideoFiles, ProbePicturesAndPreviews) {
  const auto data = dataset();
  const View view{.frames = {0, 9, 9}, .timesMs = {}};
  const auto probes = probeFrames(root_ / "walk left" / "one.avi", view);
  ASSERT_TRUE(probes.has_value());
  ASSERT_EQ(probes->size(), 3U);
  EXPECT_EQ((*probes)[1].frame, 9);
  EXPECT_NEAR((*probes)[1].timeMs, 360.0, 1.0);
  EXPECT_EQ((*probes)[0].rawWidth, 64);
  EXPECT_EQ((*probes)[0].raw.size(), std::size_t{64} * 48 * 3);
  const auto picture = decodeJpeg((*probes)[1].jpeg);
  ASSERT_TRUE(picture.has_value());
  EXPECT_EQ(picture->width, 64);
  EXPECT_NEAR(picture->rgb[0], 200, 15);

  const auto entries = writePreviews(data, root_ / "previews", {.frames = 4, .height = 24});
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 3U);
  for (const auto& entry : *entries) {
    std::ifstream in(root_ / "previews" / entry["preview"].get<std::string>(), std::ios::binary);
    const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(in)), {});
    const auto strip = decodeJpeg(bytes);
    ASSERT_TRUE(strip.has_value());
    EXPECT_EQ(strip->height, 24);
    EXPECT_EQ(strip->width, 4 * 32);
  }
}

TEST_F(VideoFiles, AVideoBesideTheDataIsSeenAsAClipOfIt) {
  const SamplingSettings sampling{.frames = 4, .height = 24, .width = 24, .stride = 3};
  const auto source = makeVideoSource(dataset(), sampling, 0).value();
  std::vector<std::uint8_t> expected(source->shape().bytes()), rgb(expected.size());
  for (std::int64_t index = 0; index < source->clipCount(Split::Train); ++index) {
    const ClipRecord record = source->record(Split::Train, index);
    const auto loaded = source->load({.index = index}, expected);
    const auto seen = loadVideo(root_ / record.path, sampling, rgb);
    ASSERT_TRUE(loaded.has_value() && seen.has_value()) << record.path;
    EXPECT_EQ(rgb, expected) << record.path;
    EXPECT_EQ(seen->view.frames, loaded->view.frames);
    EXPECT_EQ(seen->view.timesMs, loaded->view.timesMs);
    EXPECT_EQ(seen->view.cropX, loaded->view.cropX);
    EXPECT_EQ(seen->clipId, -1);
  }
  std::vector<std::uint8_t> more(std::size_t{6} * 24 * 24 * 3);
  const auto shorter =
      loadVideo(root_ / "walk right" / "two", {.frames = 6, .height = 24, .width = 24}, more);
  ASSERT_FALSE(shorter.has_value());
  EXPECT_THAT(shorter.error().message, testing::HasSubstr("it has 5 frames"));
  EXPECT_EQ(loadVideo(root_ / "no.mp4", sampling, rgb).error().code, ErrorCode::NotFound);
  EXPECT_EQ(loadVideo(root_, sampling, rgb).error().code, ErrorCode::InvalidArgument);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(
      loadVideo(root_ / "walk left" / "one.avi", sampling, rgb, stop.get_token()).error().code,
      ErrorCode::Interrupted);
}

TEST(Pictures, RefuseWhatIsNoJpeg) {
  const std::vector<std::uint8_t> bytes = {0xFF, 0xD8, 0, 1, 2, 3};
  EXPECT_FALSE(decodeJpeg(bytes).has_value());
  EXPECT_FALSE(decodeJpeg({}).has_value());
}

}  // namespace
}  // namespace attelier::clips
