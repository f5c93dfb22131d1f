#include "engine/base/log.h"

#include "engine/base/atomic_file.h"
#include "tests/engine/base/temporary_folder.h"

#include <gmock/gmock.h>

namespace attelier {
namespace {

TEST(Log, TheFileGetsWhatItsLevelAsksFor) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "engine.log";
  ASSERT_TRUE(
      startLogging({.console = LogLevel::Off, .file = LogLevel::Information, .filePath = path}));
  logDebug("too quiet {}");
  logInformation("kept 100 % {} {0}");
  logWarning("heard");
  ASSERT_TRUE(startLogging({.console = LogLevel::Off, .file = LogLevel::Debug, .filePath = {}}));
  const std::string text = readTextFile(path, 10'000).value();
  EXPECT_THAT(text, testing::HasSubstr("info kept 100 % {} {0}\n"));
  EXPECT_THAT(text, testing::HasSubstr("warning heard\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("quiet")));
}

TEST(Log, AFileThatCannotBeOpenedIsAnError) {
  const TemporaryFolder folder;
  const auto status =
      startLogging({.console = LogLevel::Off, .file = LogLevel::Debug, .filePath = folder.path()});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace attelier
