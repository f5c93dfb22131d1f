#include "engine/run/database.h"
#include "tests/engine/run/run_fixture.h"

#include <regex>
#include <sstream>

namespace attelier::run {
namespace {

using DocumentationTest = RunTest;

std::string document() {
  std::ifstream in(std::string(ATTELIER_SOURCE_DIR) + "/docs/run-folder.md");
  return {(std::istreambuf_iterator<char>(in)), {}};
}

TEST_F(DocumentationTest, TheExampleInPythonPrintsWhatTheRunHolds) {
  const std::string text = document();
  const std::size_t start = text.find("```python\n");
  ASSERT_NE(start, std::string::npos);
  const std::size_t end = text.find("```", start + 10);
  std::ofstream(base_ / "example.py") << text.substr(start + 10, end - start - 10);
  const RunFolder folder = newFolder();
  Engine engine(folder);
  engine.setPhase(Phase::Running);
  succeed(testing::appendSteps(*engine.store, 1, 1000, 2));
  WeightsRow weights;
  weights.step = 900;
  weights.levels = 2;
  weights.kinds = 2;
  weights.kindNames = "mS,dST";
  weights.raw = {0, 0, 0, 0, 1, 2, 3, 4};
  weights.mean = {0, 0, 0, 0, 1, 4, 3, 2};
  succeed(engine.store->append(weights));
  succeed(engine.store->finish());
  const std::string printed =
      outputOf("python3 " + (base_ / "example.py").string() + " " + folder.path().string());
  std::ostringstream expected;
  expected << "phase running step 0\n";
  expected << "train/metric0 at step 1000: " << testing::generatedValue(1000, 0) << "\n";
  float low = 1e9F;
  for (std::int64_t step = 769; step <= 896; ++step) {
    low = std::min(low, testing::generatedValue(step, 1));
  }
  expected << "train/metric1 over steps 769 to 896: lowest " << low << "\n";
  expected << "weights at step 900: greatest sink logit 4 at level 0, kind dST\n";
  EXPECT_EQ(printed, expected.str());
}

TEST_F(DocumentationTest, NamesEveryTableAndColumn) {
  const std::string text = document();
  const RunFolder folder = newFolder();
  Engine engine(folder);
  succeed(engine.store->finish());
  SQLite::Database database(folder.database().string());
  SQLite::Statement tables(
      database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  int count = 0;
  while (tables.executeStep()) {
    const std::string table = tables.getColumn(0).getString();
    const std::size_t start = text.find("\n### " + table + "\n");
    ASSERT_NE(start, std::string::npos) << table;
    const std::string section = text.substr(start, text.find("\n##", start + 4) - start);
    SQLite::Statement columns(database,
                              "SELECT name, type FROM pragma_table_info('" + table + "')");
    while (columns.executeStep()) {
      const std::string row = "| `" + columns.getColumn(0).getString() + "` | " +
                              columns.getColumn(1).getString() + " |";
      EXPECT_NE(section.find(row), std::string::npos) << table << ": " << row;
      ++count;
    }
  }
  EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace attelier::run
