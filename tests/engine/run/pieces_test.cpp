#include "engine/run/band_builder.h"
#include "engine/run/dataset_check.h"
#include "engine/run/phase.h"
#include "engine/run/record_budget.h"
#include "engine/run/user_notes.h"
#include "tests/engine/run/run_fixture.h"

#include <sys/stat.h>

namespace attelier::run {
namespace {

using PiecesTest = RunTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(PiecesTest, PhasesFollowTheRules) {
  EXPECT_EQ(phaseSeen(Phase::Running, false), Phase::Interrupted);
  EXPECT_EQ(phaseSeen(Phase::Running, true), Phase::Running);
  EXPECT_EQ(phaseSeen(Phase::Finished, false), Phase::Finished);
  EXPECT_TRUE(allows(Phase::Interrupted, PhaseAction::Resume));
  EXPECT_TRUE(allows(Phase::Failed, PhaseAction::Resume));
  EXPECT_TRUE(allows(Phase::Finished, PhaseAction::Extend));
  EXPECT_FALSE(allows(Phase::Finished, PhaseAction::Resume));
  for (int action = 0; action <= static_cast<int>(PhaseAction::Extend); ++action) {
    EXPECT_FALSE(allows(Phase::Discarded, static_cast<PhaseAction>(action)));
  }
  const auto refused = phaseAfter(Phase::Finished, PhaseAction::Pause);
  EXPECT_THAT(refused.error().message, HasSubstr("running"));
  for (int phase = 0; phase <= static_cast<int>(Phase::Discarded); ++phase) {
    EXPECT_EQ(valueOf(parsePhase(phaseName(static_cast<Phase>(phase)))), static_cast<Phase>(phase));
  }
  EXPECT_FALSE(parsePhase("dancing").has_value());
}

TEST_F(PiecesTest, Sha256EqualsSha256sum) {
  for (const std::size_t length : {0U, 1U, 55U, 56U, 63U, 64U, 65U, 119U, 120U, 300'001U}) {
    const auto file = base_ / "bytes";
    std::string text(length, '\0');
    for (std::size_t i = 0; i < length; ++i) {
      text[i] = static_cast<char>(i * 131 + length);
    }
    std::ofstream(file, std::ios::binary) << text;
    EXPECT_EQ(valueOf(sha256OfFile(file)), outputOf("sha256sum " + file.string()).substr(0, 64));
  }
  EXPECT_EQ(sha256OfFile(base_ / "none").error().code, ErrorCode::NotFound);
}

TEST_F(PiecesTest, BandsByHand) {
  detail::BandBuilder bands(4);
  const float nan = kAbsentFloat;
  EXPECT_TRUE(bands.add(1, 10, std::vector<float>{5}).empty());
  EXPECT_TRUE(bands.add(2, 11, std::vector<float>{1, nan}).empty());
  EXPECT_TRUE(bands.add(3, 12, std::vector<float>{3, 8}).empty());
  const auto complete = bands.add(4, 13, std::vector<float>{7, 2});
  ASSERT_EQ(complete.size(), 1U);
  EXPECT_EQ(complete[0].firstStep, 1);
  EXPECT_EQ(complete[0].count, 4);
  EXPECT_EQ(complete[0].time, 13);
  EXPECT_THAT(complete[0].minimum, ElementsAre(1, 2));
  EXPECT_THAT(complete[0].maximum, ElementsAre(7, 8));
  EXPECT_THAT(complete[0].mean, ElementsAre(4, 5));
  EXPECT_THAT(complete[0].last, ElementsAre(7, 2));
  EXPECT_FALSE(bands.partial().has_value());
  bands.add(6, 14, std::vector<float>{1});
  const auto skipped = bands.add(12, 15, std::vector<float>{2});  // step 8 never came
  ASSERT_EQ(skipped.size(), 2U);
  EXPECT_EQ(skipped[0].firstStep, 5);
  EXPECT_EQ(skipped[1].firstStep, 9);
}

TEST_F(PiecesTest, ThinningKeepsTheEndsAndTheProtected) {
  detail::RecordBudget budget(4);
  for (const std::int64_t step : {10, 20, 30, 40}) {
    budget.add(step, 1);
  }
  EXPECT_FALSE(budget.isOver());
  budget.add(50, 1);
  ASSERT_TRUE(budget.isOver());
  EXPECT_THAT(budget.thin({20}), ElementsAre(40));
  EXPECT_EQ(budget.interval(), 20);
  EXPECT_FALSE(budget.isOver());
  budget.add(70, 1);
  ASSERT_TRUE(budget.isOver());
  EXPECT_THAT(budget.thin({20}), ElementsAre(50));
  EXPECT_EQ(budget.interval(), 40);
}

TEST_F(PiecesTest, UserNotesKeepWhatTheyDoNotKnow) {
  const auto file = base_ / "user.json";
  EXPECT_EQ(valueOf(readUserNotes(file)).stars, 0);
  std::ofstream(file) << R"({"name":"first","tags":["a","b"],"stars":4,"colour":{"r":1}})";
  UserNotes notes = valueOf(readUserNotes(file));
  EXPECT_EQ(notes.name, "first");
  notes.notes = "looks odd";
  succeed(writeUserNotes(file, notes));
  const auto json = nlohmann::json::parse(std::ifstream(file));
  EXPECT_EQ(json.at("colour").at("r"), 1);
  EXPECT_EQ(json.at("notes"), "looks odd");
  EXPECT_THAT(valueOf(readUserNotes(file)).tags, ElementsAre("a", "b"));
  notes.stars = 6;
  EXPECT_EQ(writeUserNotes(file, notes).error().code, ErrorCode::InvalidArgument);
  std::ofstream(file) << R"({"stars":"many"})";
  EXPECT_EQ(readUserNotes(file).error().code, ErrorCode::Corrupt);
}

TEST_F(PiecesTest, ChangedClipsAreNamed) {
  std::vector<ClipRow> clips;
  for (const char* name : {"same.avi", "longer.avi", "touched.avi", "gone.avi", "bad.avi"}) {
    std::ofstream(base_ / name) << "12345";
    struct stat found {};
    ::stat((base_ / name).c_str(), &found);
    ClipRow clip;
    clip.path = name;
    clip.bytes = 5;
    clip.mtime = static_cast<double>(found.st_mtim.tv_sec);
    clip.state = clip.path == "bad.avi" ? "unreadable" : "ok";
    clips.push_back(clip);
  }
  EXPECT_TRUE(changedClips(clips, base_).empty());
  std::ofstream(base_ / "longer.avi") << "1234567";
  std::filesystem::last_write_time(
      base_ / "touched.avi", std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  std::filesystem::remove(base_ / "gone.avi");
  std::filesystem::remove(base_ / "bad.avi");
  const auto changes = changedClips(clips, base_);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].what, "has 7 bytes, had 5");
  EXPECT_EQ(changes[1].what, "was modified since");
  EXPECT_EQ(changes[2].what, "is missing");
  EXPECT_FALSE(pathUnderRoot(base_, "../etc/passwd").has_value());
  EXPECT_FALSE(pathUnderRoot(base_, "/etc/passwd").has_value());
  EXPECT_TRUE(pathUnderRoot(base_, "a/b.avi").has_value());
}

TEST_F(PiecesTest, RunFoldersAreMadeOnceAndReadBack) {
  RunInfo info;
  info.kind = RunKind::Evaluation;
  info.parent = RunParent{"some-run", 1200, "planted"};
  info.configuration = {{"width", 8}};
  info.seed = 18'446'744'073'709'551'615ULL;
  info.commandLine = {"attelier-engine", "evaluate"};
  const RunFolder made = valueOf(RunFolder::create(base_ / "x" / "y", info));
  const RunFolder opened = valueOf(RunFolder::open(base_ / "x" / "y" / ""));
  EXPECT_EQ(toJson(opened.info()), toJson(made.info()));
  EXPECT_EQ(opened.info().seed, info.seed);
  EXPECT_EQ(opened.path(), made.path());
  EXPECT_EQ(opened.info().id.size(), 36U);
  EXPECT_EQ(RunFolder::create(base_ / "x" / "y", info).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(RunFolder::open(base_ / "none").error().code, ErrorCode::NotFound);
  EXPECT_EQ(RunFolder::open(base_).error().code, ErrorCode::NotFound);
}

TEST_F(PiecesTest, RunJsonOfStrangersIsChecked) {
  const RunFolder folder = newFolder();
  const auto open = [&folder](const std::string& text) {
    std::ofstream(folder.runJson()) << text;
    return RunFolder::open(folder.path()).error();
  };
  EXPECT_EQ(open("{").code, ErrorCode::Corrupt);
  EXPECT_EQ(open("[]").code, ErrorCode::Corrupt);
  EXPECT_EQ(open(std::string(100'000, '[')).code, ErrorCode::Corrupt);
  EXPECT_THAT(open(R"({"schema":1,"min_reader":1})").message, HasSubstr("'id'"));
  const Error newer = open(R"({"schema":9,"min_reader":5})");
  EXPECT_EQ(newer.code, ErrorCode::Unsupported);
  EXPECT_THAT(newer.message, HasSubstr("schema 5"));
  EXPECT_THAT(newer.message, HasSubstr("up to 1"));
}

}  // namespace
}  // namespace attelier::run
