#include "engine/run/commands.h"

#include "tests/engine/run/run_fixture.h"

#include <sys/stat.h>

namespace attelier::run {
namespace {

using CommandsTest = RunTest;
using ::testing::HasSubstr;

TEST_F(CommandsTest, IssuedTakenDone) {
  const RunFolder folder = newFolder();
  EXPECT_EQ(CommandClient::open(folder).error().code, ErrorCode::NotFound);
  const RunLock lock = valueOf(RunLock::acquire(folder.lockFile()));
  const auto queue = valueOf(CommandQueue::create(folder, lock));
  struct stat found {};
  ASSERT_EQ(::stat(folder.commands().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  EXPECT_FALSE(valueOf(queue->take()).has_value());
  const auto client = valueOf(CommandClient::open(folder));
  const std::string first = valueOf(client->issue(CommandKind::Pause));
  const std::string second = valueOf(client->issue(CommandKind::Pin, {{"step", 5}}));
  EXPECT_EQ(valueOf(client->poll(first)).state, CommandState::Issued);
  const Command taken = *valueOf(queue->take());
  EXPECT_EQ(taken.id, first);
  EXPECT_EQ(taken.viewer, client->viewer());
  EXPECT_EQ(valueOf(client->poll(first)).state, CommandState::Taken);
  succeed(queue->done(first, {{"step", 17}}));
  const CommandAnswer answer = valueOf(client->wait(first, std::chrono::milliseconds(10)));
  EXPECT_EQ(answer.state, CommandState::Done);
  EXPECT_EQ(answer.answer.at("step"), 17);
  EXPECT_GE(answer.ended, answer.issued);
  EXPECT_EQ(valueOf(queue->take())->arguments.at("step"), 5);
  succeed(queue->failed(second, Error{ErrorCode::NotFound, "no such step", ""}));
  EXPECT_EQ(valueOf(client->poll(second)).answer.at("code"), "not_found");
  EXPECT_FALSE(valueOf(queue->take()).has_value());
}

TEST_F(CommandsTest, ANewerCommandReplacesOneThatWaitsInTheSameSlotOfTheSameViewer) {
  const RunFolder folder = newFolder();
  const RunLock lock = valueOf(RunLock::acquire(folder.lockFile()));
  const auto queue = valueOf(CommandQueue::create(folder, lock));
  const auto client = valueOf(CommandClient::open(folder));
  const auto other = valueOf(CommandClient::open(folder));
  const nlohmann::json arguments = {{"place", 0}, {"node", 1}};
  const auto old = valueOf(client->issue(CommandKind::Inspect, arguments, "map"));
  const auto theirs = valueOf(other->issue(CommandKind::Inspect, arguments, "map"));
  const auto elsewhere = valueOf(client->issue(CommandKind::Inspect, arguments, "row"));
  const auto fresh = valueOf(client->issue(CommandKind::Inspect, arguments, "map"));
  EXPECT_EQ(valueOf(client->poll(old)).state, CommandState::Superseded);
  EXPECT_EQ(valueOf(queue->take())->id, theirs);
  EXPECT_EQ(valueOf(queue->take())->id, elsewhere);
  EXPECT_EQ(valueOf(queue->take())->id, fresh);
  const auto newest = valueOf(client->issue(CommandKind::Inspect, arguments, "map"));
  EXPECT_EQ(valueOf(client->poll(fresh)).state, CommandState::Taken);  // no longer waits
  EXPECT_EQ(valueOf(queue->take())->id, newest);
}

TEST_F(CommandsTest, CommandsDieWithTheirEngine) {
  const RunFolder folder = newFolder();
  const RunLock lock = valueOf(RunLock::acquire(folder.lockFile()));
  auto queue = valueOf(CommandQueue::create(folder, lock));
  const auto client = valueOf(CommandClient::open(folder));
  const auto old = valueOf(client->issue(CommandKind::Finish));
  queue = valueOf(CommandQueue::create(folder, lock));
  EXPECT_FALSE(valueOf(queue->take()).has_value());
  EXPECT_EQ(valueOf(client->poll(old)).state, CommandState::Lost);
  const auto fresh = valueOf(client->issue(CommandKind::Pause));  // goes to the new file
  EXPECT_EQ(valueOf(queue->take())->id, fresh);
}

TEST_F(CommandsTest, KindsAndArgumentsAreChecked) {
  EXPECT_THAT(parseCommandKind("pauze").error().message, HasSubstr("pause"));
  EXPECT_EQ(valueOf(parseCommandKind("leave")), CommandKind::Leave);
  EXPECT_EQ(checkArguments(CommandKind::Resize, {{"steps_planned", 0}}).error().where,
            "steps_planned");
  EXPECT_FALSE(checkArguments(CommandKind::Probe, {{"action", "steal"}}).has_value());
  EXPECT_TRUE(checkArguments(CommandKind::Probe, {{"action", "add"}, {"clip", 0}}).has_value());
  nlohmann::json video = {{"action", "add"}, {"file", "/tmp/a b.mp4"}, {"step", 3}};
  EXPECT_TRUE(checkArguments(CommandKind::Probe, video).has_value());
  video["clip"] = 1;
  EXPECT_EQ(checkArguments(CommandKind::Probe, video).error().where, "file");
  for (const char* file : {"", "b.mp4", "http://example.org/b.mp4"}) {
    EXPECT_EQ(checkArguments(CommandKind::Probe, {{"action", "add"}, {"file", file}}).error().where,
              "file");
  }
  EXPECT_FALSE(checkArguments(CommandKind::Cell, {{"action", "add"}, {"name", "a"}}).has_value());
  EXPECT_FALSE(checkArguments(CommandKind::Pause, nlohmann::json::array()).has_value());
  const RunFolder folder = newFolder();
  const RunLock lock = valueOf(RunLock::acquire(folder.lockFile()));
  const auto queue = valueOf(CommandQueue::create(folder, lock));
  // A viewer that is not ours writes what it likes.
  outputOf("python3 -c \"import sqlite3; c = sqlite3.connect('" + folder.commands().string() +
           "'); c.execute(\\\"INSERT INTO commands VALUES "
           "(NULL,'x','v','','dance','{','issued',NULL,1,0,0)\\\"); c.commit()\"");
  EXPECT_FALSE(valueOf(queue->take()).has_value());
  const auto client = valueOf(CommandClient::open(folder));
  EXPECT_EQ(valueOf(client->poll("x")).state, CommandState::Failed);
}

}  // namespace
}  // namespace attelier::run
