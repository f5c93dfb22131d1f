#include "engine/run/schema.h"

#include "engine/run/database.h"
#include "tests/engine/run/run_fixture.h"

#include <array>

namespace attelier::run {
namespace {

using SchemaTest = RunTest;
using ::testing::HasSubstr;

void addColumn(SQLite::Database& database) {
  database.exec("ALTER TABLE points ADD COLUMN colour TEXT DEFAULT 'blue'");
}
void breakOff(SQLite::Database& database) {
  database.exec("DROP TABLE points");
  throw std::runtime_error("broke off");
}

TEST_F(SchemaTest, OlderDatabasesAreMigratedAfterABackup) {
  const auto file = base_ / "run.db";
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  detail::createSchema(database);
  database.exec("INSERT INTO points VALUES (1, 5, 'a', 0.5, 0)");
  const std::array<detail::Migration, 2> steps = {detail::Migration{1, 1, addColumn},
                                                  detail::Migration{2, 1, breakOff}};
  EXPECT_THAT(detail::migrate(database, file, 3, steps).error().message, HasSubstr("broke off"));
  EXPECT_EQ(valueOf(detail::readVersion(database, file)).schema, 1);  // all or nothing
  EXPECT_EQ(detail::integer(database, "SELECT count(*) FROM points"), 1);
  succeed(detail::migrate(database, file, 2, steps));
  EXPECT_EQ(valueOf(detail::readVersion(database, file)).schema, 2);
  EXPECT_EQ(database.execAndGet("SELECT colour FROM points").getString(), "blue");
  SQLite::Database backup(file.string() + ".schema-1.backup");
  EXPECT_EQ(valueOf(detail::readVersion(backup, file)).schema, 1);
  EXPECT_EQ(detail::integer(backup, "SELECT count(*) FROM points"), 1);
  EXPECT_THAT(detail::migrate(database, file, 4, {}).error().message, HasSubstr("no migration"));
  EXPECT_EQ(detail::migrate(database, file, 1, steps).error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace attelier::run
