#include "widgets/video/clip_player.h"

#include <QSignalSpy>
#include <gtest/gtest.h>

#include <limits>

namespace attelier::widgets {

/// Lets a player's timer fire without waiting.
class ClipPlayerAccess {
 public:
  static void advance(ClipPlayer& player) { player.advance(); }
};

namespace {

class Player : public testing::Test {
 protected:
  void pass(double seconds) {
    now_ += seconds;
    ClipPlayerAccess::advance(player_);
  }

  double now_ = 1000;
  ClipPlayer player_{nullptr, [this] { return now_; }};
};

TEST_F(Player, ShowsThePictureOfTheTime) {
  player_.setTimes({0, 0.1, 0.4, 0.5});
  player_.play();
  EXPECT_TRUE(player_.isPlaying());
  pass(0.09);
  EXPECT_EQ(player_.frame(), 0);
  pass(0.02);
  EXPECT_EQ(player_.frame(), 1);
  pass(0.28);
  EXPECT_EQ(player_.frame(), 1);
  pass(0.02);
  EXPECT_EQ(player_.frame(), 2);
}

TEST_F(Player, DoesNotDriftHoweverLateTheTimerIs) {
  player_.setTimes({0, 0.125, 0.25, 0.375});
  player_.play();
  int changes = 0;
  QObject::connect(&player_, &ClipPlayer::frameChanged, &player_, [&] { ++changes; });
  // Each tick 3 ms late: counted ticks would be 3 s behind after 1000 of them.
  for (int tick = 0; tick < 1001; ++tick) pass(0.128);
  const double clip = std::fmod(1001 * 0.128, 0.5);
  EXPECT_EQ(player_.frame(), static_cast<int>(clip / 0.125 + 1e-9));
  EXPECT_GT(changes, 990);
}

TEST_F(Player, GoesRoundOrStopsAtTheEnd) {
  player_.setTimes({5, 6, 7});
  player_.play();
  EXPECT_DOUBLE_EQ(player_.duration(), 3);
  pass(2.5);
  EXPECT_EQ(player_.frame(), 2);
  pass(1.0);
  EXPECT_EQ(player_.frame(), 0);
  player_.setLoops(false);
  pass(10);
  EXPECT_EQ(player_.frame(), 2);
  EXPECT_FALSE(player_.isPlaying());
  player_.play();
  EXPECT_EQ(player_.frame(), 0);
}

TEST_F(Player, ChangesItsSpeedWhereItIs) {
  player_.setTimes({0, 1, 2, 3, 4, 5, 6, 7});
  player_.play();
  pass(2);
  ASSERT_EQ(player_.frame(), 2);
  player_.setSpeed(4);
  pass(0.5);
  EXPECT_EQ(player_.frame(), 4);
  player_.setSpeed(0);
  EXPECT_GT(player_.speed(), 0);
}

TEST_F(Player, StepsStopIt) {
  QSignalSpy frames(&player_, &ClipPlayer::frameChanged);
  QSignalSpy playing(&player_, &ClipPlayer::playingChanged);
  player_.setTimes({0, 1, 2});
  player_.play();
  player_.step(-1);
  EXPECT_EQ(player_.frame(), 2);
  EXPECT_FALSE(player_.isPlaying());
  player_.step(1);
  EXPECT_EQ(player_.frame(), 0);
  EXPECT_EQ(frames.count(), 2);
  EXPECT_EQ(playing.count(), 2);
  player_.setFrame(7);
  EXPECT_EQ(player_.frame(), 0);
}

TEST_F(Player, TakesTheUsualIntervalWhereTimesDoNotGrow) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  player_.setTimes({0, 0.2, 0.4, 0, 0.2, nan});
  EXPECT_NEAR(player_.duration(), 1.2, 1e-9);
  player_.setTimes({3, 3, 3});
  EXPECT_NEAR(player_.duration(), 3 * 0.125, 1e-9);
  player_.setTimes({0});
  player_.play();
  EXPECT_FALSE(player_.isPlaying());
  player_.setTimes({});
  player_.play();
  EXPECT_FALSE(player_.isPlaying());
}

TEST_F(Player, AShorterClipKeepsThePictureWithinIt) {
  player_.setTimes({0, 1, 2, 3});
  player_.setFrame(3);
  player_.setTimes({0, 1});
  EXPECT_EQ(player_.frame(), 1);
}

TEST(PlayerOnTheRealClock, Plays) {
  ClipPlayer player;
  player.setTimes({0, 0.02, 0.04});
  QSignalSpy frames(&player, &ClipPlayer::frameChanged);
  player.play();
  EXPECT_TRUE(frames.wait(2000));
}

}  // namespace
}  // namespace attelier::widgets
