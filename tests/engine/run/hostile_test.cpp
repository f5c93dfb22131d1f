#include "tests/engine/run/run_fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace attelier::run {
namespace {

using ::testing::HasSubstr;

class HostileTest : public RunTest {
 protected:
  void SetUp() override { succeed(testing::generateRun(path(), {2000, 2})); }
  std::filesystem::path path() const { return base_ / "r"; }
  std::filesystem::path database() const { return path() / "run.db"; }
  void alter(const char* sql) const {
    SQLite::Database(database().string(), SQLite::OPEN_READWRITE).exec(sql);
  }
  Error openError() const {
    const auto opened = RunReader::open(path());
    return opened.has_value() ? Error{ErrorCode::Internal, "opened", ""} : opened.error();
  }
};

TEST_F(HostileTest, NotADatabase) {
  std::ofstream(database()) << std::string(10'000, 'x');
  EXPECT_EQ(openError().code, ErrorCode::Corrupt);
  std::ofstream(database()) << "";
  EXPECT_EQ(openError().code, ErrorCode::Corrupt);
  std::filesystem::remove(database());
  EXPECT_EQ(openError().code, ErrorCode::NotFound);
  std::filesystem::create_directory(database());
  EXPECT_EQ(openError().code, ErrorCode::NotFound);
}

TEST_F(HostileTest, TruncatedAndFlippedBytesNeverCrash) {
  std::ifstream in(database(), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  int refused = 0;
  for (int round = 0; round < 60; ++round) {
    std::string bytes = whole;
    if (round % 3 == 0) {
      bytes.resize(bytes.size() * static_cast<std::size_t>(round + 1) / 61);
    } else {
      for (std::size_t i = 0; i < 200; ++i) {
        const std::size_t at =
            (i * 7919 + static_cast<std::size_t>(round) * 104'729) % bytes.size();
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (round % 8)));
      }
    }
    std::ofstream(database(), std::ios::binary) << bytes;
    const auto opened = RunReader::open(path());
    const bool bad = !opened.has_value() || !(*opened)->status().has_value() ||
                     !(*opened)->metrics().has_value() || !(*opened)->events().has_value() ||
                     !(*opened)->weights().has_value();
    refused += bad ? 1 : 0;
    if (!opened.has_value()) {
      EXPECT_FALSE(describe(opened.error()).empty());
    }
  }
  EXPECT_GT(refused, 30);
}

TEST_F(HostileTest, BlobsOfTheWrongShapeAreNamed) {
  alter("UPDATE metrics SET data = x'0102' WHERE step = 700");
  EXPECT_THAT(RunReader::open(path()).value()->metrics().error().message, HasSubstr("'data'"));
  alter("UPDATE metrics SET data = zeroblob(400) WHERE step = 700");
  EXPECT_THAT(RunReader::open(path()).value()->metrics().error().message, HasSubstr("100 values"));
  alter(
      "INSERT INTO weights VALUES (1, 5, 0, 2, 6, 0, '', x'00', x'00');"
      "INSERT INTO predictions VALUES (1, 5, 'select', 1, 1, x'00', x'00', 0)");
  const auto r = RunReader::open(path()).value();
  EXPECT_THAT(r->weightsAt(5).error().message, HasSubstr("1 bytes instead of 192"));
  EXPECT_EQ(r->predictions("select").error().code, ErrorCode::Corrupt);
}

TEST_F(HostileTest, MissingTablesAndViewsAreRefused) {
  alter("DROP TABLE weights; CREATE VIEW weights AS SELECT * FROM metrics");
  EXPECT_THAT(openError().message, HasSubstr("no table 'weights'"));
}

TEST_F(HostileTest, NewerSchemasOpenIfTheyAllowIt) {
  alter("PRAGMA user_version = 7");
  EXPECT_TRUE(RunReader::open(path()).has_value());
  const RunFolder folder = valueOf(RunFolder::open(path()));
  const RunLock lock = valueOf(RunLock::acquire(folder.lockFile()));
  const auto writer = Store::open(folder, lock);
  ASSERT_FALSE(writer.has_value());  // reading is allowed, writing is not
  EXPECT_EQ(writer.error().code, ErrorCode::Unsupported);
  alter("UPDATE meta SET value = 6 WHERE key = 'min_reader'");
  EXPECT_EQ(openError().code, ErrorCode::Unsupported);
  EXPECT_THAT(openError().message, HasSubstr("schema 6"));
  EXPECT_THAT(openError().message, HasSubstr("up to 1"));
}

}  // namespace
}  // namespace attelier::run
