#include "engine/clips/video/film.h"

#include "engine/clips/video/decode.h"
#include "engine/clips/video/video_reader.h"

#include <gmock/gmock.h>
#include <opencv2/imgcodecs.hpp>

#include <fstream>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FilmTest : public ::testing::Test {
 protected:
  FilmTest() {
    std::string pattern = (fs::temp_directory_path() / "attelier-film-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    fs::create_directory(root_ / "pictures");
  }
  ~FilmTest() override { fs::remove_all(root_); }

  // Left half red, right half blue, the green of both says which picture it is.
  void writePicture(const std::string& name, int number, int width = 63, int height = 47) const {
    cv::Mat picture(height, width, CV_8UC3, cv::Scalar(0, 20 * number, 200));
    picture(cv::Rect(width / 2, 0, width - width / 2, height))
        .setTo(cv::Scalar(200, 20 * number, 0));
    ASSERT_TRUE(cv::imwrite((root_ / "pictures" / name).string(), picture));
  }

  Result<Film> make(const FilmSettings& settings = {}, std::stop_token stop = {}) const {
    return writeFilm(root_ / "pictures", root_ / "film.mp4", settings, std::move(stop));
  }

  /// Everything in the folder of the film but the folder of pictures.
  std::vector<std::string> left() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_)) {
      if (!entry.is_directory()) {
        names.push_back(entry.path().filename());
      }
    }
    return names;
  }

  fs::path root_;
};

TEST_F(FilmTest, PicturesComeBackInOrderOfNameWithTheirColours) {
  for (int n = 0; n < 10; ++n) {
    writePicture("p" + std::to_string(9 - n) + (n % 2 == 0 ? ".png" : ".JPG"), 9 - n);
  }
  std::ofstream(root_ / "pictures" / "notes.txt") << "no picture";
  std::ofstream(root_ / "pictures" / ".hidden.png") << "nor this";
  std::vector<std::int64_t> counts;
  const auto film = writeFilm(root_ / "pictures", root_ / "film.mp4", {.fps = 12.5}, {},
                              [&](std::int64_t done, std::int64_t of) {
                                EXPECT_EQ(of, 10);
                                counts.push_back(done);
                              });
  ASSERT_TRUE(film.has_value()) << describe(film.error());
  EXPECT_EQ(counts.back(), 10);
  EXPECT_EQ(film->frames, 10);
  EXPECT_EQ(film->width, 64);
  EXPECT_EQ(film->height, 48);
  EXPECT_EQ(film->bytes, static_cast<std::int64_t>(fs::file_size(root_ / "film.mp4")));
  EXPECT_NEAR(VideoReader::open(root_ / "film.mp4")->info().fps, 12.5, 1e-6);
  const auto decoded = decodeAll(root_ / "film.mp4", 48);
  ASSERT_TRUE(decoded.has_value());
  ASSERT_EQ(decoded->count(), 10U);
  for (std::size_t n = 0; n < 10; ++n) {
    const auto at = [&](int x, int y, std::size_t channel) {
      return static_cast<int>(
          decoded->rgb[n * decoded->frameBytes() +
                       static_cast<std::size_t>(3 * (y * decoded->width + x)) + channel]);
    };
    EXPECT_NEAR(at(10, 20, 0), 200, 20) << n;
    EXPECT_NEAR(at(10, 20, 1), 20 * n, 20) << n;
    EXPECT_NEAR(at(63, 47, 2), 200, 20) << "the column and row that make the size even";
    EXPECT_NEAR(at(63, 47, 0), 0, 20) << n;
  }
  EXPECT_THAT(left(), ::testing::ElementsAre("film.mp4"));
}

TEST_F(FilmTest, WhatCannotBeAFilmLeavesNothing) {
  EXPECT_EQ(make().error().code, ErrorCode::NotFound);  // no pictures
  EXPECT_EQ(writeFilm(root_ / "nothing", root_ / "film.mp4", {}).error().code, ErrorCode::NotFound);
  writePicture("1.png", 1);
  EXPECT_EQ(writeFilm(root_ / "pictures", root_ / "film.avi", {}).error().code,
            ErrorCode::InvalidArgument);
  EXPECT_EQ(writeFilm(root_ / "pictures", root_ / "no" / "film.mp4", {}).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(make({.fps = 0.0}).error().where, "fps");
  writePicture("2.png", 2, 64, 47);
  EXPECT_THAT(make().error().message, HasSubstr("64x47"));
  EXPECT_THAT(make().error().where, HasSubstr("2.png"));
  fs::remove(root_ / "pictures" / "2.png");
  std::ofstream(root_ / "pictures" / "3.png") << "not a picture at all";
  EXPECT_EQ(make().error().code, ErrorCode::Corrupt);
  std::ofstream(root_ / "pictures" / "3.png") << "\x89PNG and then nothing";
  EXPECT_EQ(make().error().code, ErrorCode::Corrupt);
  fs::remove(root_ / "pictures" / "3.png");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(make({}, stop.get_token()).error().code, ErrorCode::Interrupted);
  EXPECT_TRUE(left().empty());
}

TEST_F(FilmTest, AFileThatIsThereStaysUnlessAsked) {
  writePicture("1.png", 1);
  std::ofstream(root_ / "film.mp4") << "somebody's film";
  const auto refused = make();
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("--overwrite"));
  EXPECT_EQ(fs::file_size(root_ / "film.mp4"), 15U);
  ASSERT_TRUE(make({.overwrite = true}).has_value());
  EXPECT_TRUE(VideoReader::open(root_ / "film.mp4").has_value());
}

}  // namespace
}  // namespace attelier::clips
