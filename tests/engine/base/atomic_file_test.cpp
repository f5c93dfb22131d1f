#include "engine/base/atomic_file.h"

#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace attelier {
namespace {

std::string contents(const std::filesystem::path& path) {
  return readTextFile(path, 1'000'000).value_or("(none)");
}

std::size_t filesIn(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// Exit status of a child process that runs `work`.
template <typename Work>
int statusOfChild(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(AtomicFile, ReplacesTheWholeFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.json";
  ASSERT_TRUE(writeFileAtomically(path, std::string_view("a long first text")));
  ASSERT_TRUE(writeFileAtomically(path, std::string_view("short")));
  EXPECT_EQ(contents(path), "short");
  ASSERT_TRUE(writeFileAtomically(path, std::string_view()));
  EXPECT_EQ(contents(path), "");
  EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(AtomicFile, PiecesFollowEachOther) {
  const TemporaryFolder folder;
  const std::array<std::string, 4> texts{"ab", "", "c", "defgh"};
  std::array<std::span<const std::byte>, 4> pieces;
  for (std::size_t i = 0; i < texts.size(); ++i) pieces[i] = std::as_bytes(std::span(texts[i]));
  ASSERT_TRUE(writePiecesAtomically(folder.path() / "p", pieces));
  EXPECT_EQ(contents(folder.path() / "p"), "abcdefgh");
}

TEST(AtomicFile, KilledAtAnyStageItIsTheOldFileOrTheNew) {
  const std::string oldText(5000, 'o');
  const std::string newText(9000, 'n');
  const std::array stages{AtomicWriteStage::BeforeTemporary, AtomicWriteStage::HalfWritten,
                          AtomicWriteStage::BeforeSync, AtomicWriteStage::BeforeRename,
                          AtomicWriteStage::AfterRename};
  for (const auto stage : stages) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "state";
    ASSERT_TRUE(writeFileAtomically(path, oldText));
    const int status = statusOfChild([&] {
      setAtomicWriteHook([stage](AtomicWriteStage reached) {
        if (reached == stage) ::kill(::getpid(), SIGKILL);
      });
      (void)writeFileAtomically(path, newText);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << static_cast<int>(stage);
    EXPECT_EQ(contents(path), stage == AtomicWriteStage::AfterRename ? newText : oldText);
    const bool left =
        stage != AtomicWriteStage::BeforeTemporary && stage != AtomicWriteStage::AfterRename;
    EXPECT_EQ(removeStaleTemporaries(folder.path()), left ? 1 : 0);
    EXPECT_EQ(filesIn(folder.path()), 1U);
  }
}

TEST(AtomicFile, HalfIsWrittenAtHalf) {
  const TemporaryFolder folder;
  std::uintmax_t seen = 0;
  setAtomicWriteHook([&](AtomicWriteStage stage) {
    if (stage != AtomicWriteStage::HalfWritten) return;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      seen = entry.file_size();
    }
  });
  const auto status = writeFileAtomically(folder.path() / "x", std::string(1000, 'x'));
  setAtomicWriteHook({});
  ASSERT_TRUE(status);
  EXPECT_EQ(seen, 500U);
}

TEST(AtomicFile, AFullDiskLeavesTheOldFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "state";
  ASSERT_TRUE(writeFileAtomically(path, std::string_view("old")));
  const int status = statusOfChild([&] {
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
    const auto written = writeFileAtomically(path, std::string(5000, 'x'));
    ::_exit(!written && written.error().code == ErrorCode::Io ? 7 : 1);
  });
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(contents(path), "old");
  EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(AtomicFile, NoFolderIsAnErrorThatNamesThePath) {
  const auto status = writeFileAtomically("/nonexistent/folder/x", std::string_view("x"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::NotFound);
  EXPECT_EQ(status.error().where, "/nonexistent/folder/x");
}

TEST(AtomicFile, ReadingRefusesWhatIsTooLargeOrNoFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFileAtomically(folder.path() / "x", std::string(100, 'x')));
  EXPECT_TRUE(readTextFile(folder.path() / "x", 100));
  EXPECT_EQ(readTextFile(folder.path() / "x", 99).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(readTextFile(folder.path(), 99).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(readTextFile(folder.path() / "y", 99).error().code, ErrorCode::NotFound);
  EXPECT_EQ(readTextFile("/dev/zero", 99).error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace attelier
