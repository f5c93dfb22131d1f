#include "ui/clips/clip_pictures.h"

#include "tests/ui/clips/clip_rows.h"
#include "tests/ui/runs/run_folders.h"
#include "ui/engine/engine_program.h"

#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include <fstream>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::TemporaryFolder;

/// An engine that makes a strip of three red pictures of each row of the list it gets, but not of
/// "broken".
std::filesystem::path makeEngine(const std::filesystem::path& folder) {
  QImage strip(3 * 128, 96, QImage::Format_RGB32);
  strip.fill(Qt::red);
  strip.save(QString::fromStdString((folder / "strip.jpg").string()));
  const auto script = folder / "engine.sh";
  std::ofstream(script) << "#!/bin/sh\n"
                           "echo \"$@\" >> "
                        << (folder / "asked").string()
                        << "\n"
                           "cp \"$2\" "
                        << (folder / "list").string()
                        << "\n"
                           "n=-1\n"
                           "while read -r line; do\n"
                           "  case \"$line\" in *broken*) ;; *) [ $n -ge 0 ] && cp "
                        << (folder / "strip.jpg").string()
                        << " \"$6/$(printf 'clip-%06d.jpg' $n)\";; esac\n"
                           "  n=$((n + 1))\n"
                           "done < \"$2\"\n"
                           "echo '{\"previews\": []}'\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  return script;
}

class Pictures : public ::testing::Test {
 protected:
  Pictures() {
    std::error_code ignored;
    std::filesystem::remove_all(ClipPictures::cacheFolder(), ignored);
  }
  const ClipStrip* wait(ClipPictures& pictures, const run::ClipRow& clip,
                        const run::ProbeRow* probe = nullptr) {
    const ClipStrip* strip = nullptr;
    static_cast<void>(
        QTest::qWaitFor([&] { return (strip = pictures.find(clip, probe)) != nullptr; }, 5000));
    return strip;
  }

  TemporaryFolder folder_;
  EngineProgram engine_{makeEngine(folder_.path())};
};

TEST_F(Pictures, EngineMakesThemOnceForAllRuns) {
  auto rows = testing::clipRows(1, 5);
  rows[2].path = "class 0/say \"hello\", world.mp4";
  {
    ClipPictures pictures(engine_);
    pictures.setRun(folder_.path() / "run", "/data/clips");
    QSignalSpy arrived(&pictures, &ClipPictures::arrived);
    for (const auto& row : rows) EXPECT_EQ(pictures.find(row, nullptr), nullptr);
    for (const auto& row : rows) {
      const ClipStrip* strip = wait(pictures, row);
      ASSERT_NE(strip, nullptr);
      EXPECT_EQ(strip->frames, 3);
      EXPECT_EQ(strip->frame(4).x(), 128);
      EXPECT_GT(qRed(strip->picture.pixel(5, 5)), 200);
    }
    EXPECT_GE(arrived.size(), 5);
  }
  const std::string list = testing::valueOf(readTextFile(folder_.path() / "list", 10'000));
  EXPECT_NE(list.find("\"/data/clips/class 0/say \"\"hello\"\", world.mp4\",clip,train\n"),
            std::string::npos)
      << list;
  const std::string asked = testing::valueOf(readTextFile(folder_.path() / "asked", 10'000));
  // Another window on the same clips asks nobody; a file that has changed is another one.
  ClipPictures again(engine_);
  again.setRun(folder_.path() / "other", "/data/clips");
  ASSERT_NE(wait(again, rows[0]), nullptr);
  EXPECT_EQ(testing::valueOf(readTextFile(folder_.path() / "asked", 10'000)), asked);
  rows[0].mtime += 1;
  again.setRun(folder_.path() / "third", "/data/clips");
  ASSERT_NE(wait(again, rows[0]), nullptr);
  EXPECT_NE(testing::valueOf(readTextFile(folder_.path() / "asked", 10'000)), asked);
}

TEST_F(Pictures, WhatHasNoneSaysSo) {
  ClipPictures pictures(engine_);
  pictures.setRun(folder_.path() / "run", "/data/clips");
  auto row = testing::clipRows(1, 1)[0];
  row.path = "broken.mp4";
  const ClipStrip* strip = wait(pictures, row);
  ASSERT_NE(strip, nullptr);
  EXPECT_TRUE(strip->picture.isNull());
  EXPECT_FALSE(strip->problem.isEmpty());
  // A path that leads out of the root is nobody's to open.
  row.id = 1;
  row.path = "../../etc/passwd";
  strip = wait(pictures, row);
  ASSERT_NE(strip, nullptr);
  EXPECT_FALSE(strip->problem.isEmpty());
  EXPECT_EQ(testing::valueOf(readTextFile(folder_.path() / "list", 10'000)).find("passwd"),
            std::string::npos);
}

TEST_F(Pictures, NothingIsAskedWithoutAnEngineOrWhilePaused) {
  EngineProgram none{std::filesystem::path()};
  ClipPictures pictures(none);
  pictures.setRun(folder_.path() / "run", "/data/clips");
  const auto rows = testing::clipRows(1, 2);
  const ClipStrip* strip = wait(pictures, rows[0]);
  ASSERT_NE(strip, nullptr);
  EXPECT_TRUE(strip->picture.isNull());

  ClipPictures paused(engine_);
  paused.setPaused(true);
  paused.setRun(folder_.path() / "run", "/data/clips");
  EXPECT_EQ(paused.find(rows[1], nullptr), nullptr);
  QTest::qWait(600);
  EXPECT_EQ(paused.find(rows[1], nullptr), nullptr);
  paused.setPaused(false);
  EXPECT_NE(wait(paused, rows[1]), nullptr);
}

TEST_F(Pictures, ProbeClipsComeFromTheRun) {
  const auto run = testing::makeRun(folder_.path() / "r.attelier", {.probe = true});
  ClipPictures pictures(engine_);
  pictures.setRun(run.path(), {});
  run::ProbeRow probe;
  probe.id = 1;
  probe.encoding = "rgb";
  probe.width = probe.height = 32;
  probe.times.resize(8);
  auto row = testing::clipRows(1, 1)[0];
  const ClipStrip* strip = wait(pictures, row, &probe);
  ASSERT_NE(strip, nullptr);
  EXPECT_EQ(strip->frames, 8);
  EXPECT_EQ(qRed(strip->picture.pixel(strip->frame(3).center())), 90);
  // Made clips that are no probes have no picture, and nobody is asked.
  row.id = 7;
  ASSERT_NE(pictures.find(row, nullptr), nullptr);
  EXPECT_TRUE(pictures.find(row, nullptr)->picture.isNull());
}

TEST_F(Pictures, CacheIsKeptSmall) {
  const auto cache = folder_.path() / "cache";
  std::filesystem::create_directory(cache);
  for (int i = 0; i < 10; ++i) {
    const auto file = cache / (std::to_string(i) + ".jpg");
    std::ofstream(file) << std::string(1000, 'x');
    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(10 - i));
  }
  ClipPictures::trimCache(cache, 20'000);
  EXPECT_TRUE(std::filesystem::exists(cache / "0.jpg"));
  ClipPictures::trimCache(cache, 8'000);
  EXPECT_FALSE(std::filesystem::exists(cache / "3.jpg"));
  EXPECT_TRUE(std::filesystem::exists(cache / "4.jpg"));
}

}  // namespace
}  // namespace attelier::ui
