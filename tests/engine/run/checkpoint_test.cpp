#include "tests/engine/run/run_fixture.h"

namespace attelier::run {
namespace {

using CheckpointTest = RunTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::int64_t> stepsOf(const std::vector<CheckpointRow>& rows) {
  std::vector<std::int64_t> steps;
  for (const CheckpointRow& row : rows) {
    steps.push_back(row.step);
  }
  return steps;
}

TEST_F(CheckpointTest, KeepsTheLastTwoTheBestAndThePinned) {
  const RunFolder folder = newFolder();
  Engine engine(folder);
  checkpoint(*engine.store, 100, 0.2);
  succeed(engine.store->pin(100));
  checkpoint(*engine.store, 200, 0.9);
  checkpoint(*engine.store, 300, 0.3);
  checkpoint(*engine.store, 400);
  checkpoint(*engine.store, 500, 0.5);
  const auto r = reader(folder.path());
  EXPECT_THAT(stepsOf(valueOf(r->checkpoints())), ElementsAre(100, 200, 400, 500));
  EXPECT_FALSE(std::filesystem::exists(folder.checkpoints() / checkpointFileName(300)));
  for (const CheckpointRow& row : valueOf(r->checkpoints())) {
    EXPECT_TRUE(verifyCheckpoint(folder, row).has_value());
    EXPECT_EQ(row.sha256,
              outputOf("sha256sum " + (folder.checkpoints() / row.file).string()).substr(0, 64));
  }
  EXPECT_EQ(valueOf(bestCheckpoint(folder, valueOf(r->checkpoints())))->row.step, 200);
  EXPECT_EQ(valueOf(nearestCheckpoint(folder, valueOf(r->checkpoints()), 280))->row.step, 200);
}

TEST_F(CheckpointTest, DamagedOnesAreNamedAndTheOneBeforeIsTaken) {
  const RunFolder folder = newFolder();
  Engine engine(folder);
  EXPECT_FALSE(valueOf(engine.store->recover()).has_value());
  checkpoint(*engine.store, 100);
  checkpoint(*engine.store, 200);
  std::ofstream(folder.checkpoints() / checkpointFileName(200)) << "Weights of step 200";
  const auto found = valueOf(engine.store->recover());
  EXPECT_EQ(found->row.step, 100);
  const EventRow said = valueOf(reader(folder.path())->events()).back();
  EXPECT_EQ(said.level, EventLevel::Warning);
  EXPECT_THAT(said.text, HasSubstr("step-00000200.safetensors"));
  EXPECT_THAT(said.text, HasSubstr("taking step-00000100.safetensors"));
  std::filesystem::remove(folder.checkpoints() / checkpointFileName(100));
  const auto none = engine.store->recover();
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(none.error().message, HasSubstr("missing"));
}

TEST_F(CheckpointTest, RowsOfStrangersDoNotLeadOut) {
  const RunFolder folder = newFolder();
  std::ofstream(folder.path() / "secret") << "x";
  CheckpointRow row;
  row.step = 1;
  row.file = "../secret";
  row.bytes = 1;
  row.sha256 = valueOf(sha256OfFile(folder.path() / "secret"));
  EXPECT_EQ(verifyCheckpoint(folder, row).error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace attelier::run
