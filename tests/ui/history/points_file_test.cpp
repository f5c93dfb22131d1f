#include "ui/history/points_file.h"

#include "tests/support/generated_run.h"
#include "tests/support/search_run.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class PointsFileTest : public ::testing::Test {
 protected:
  std::filesystem::path in(const QString& name) const {
    return folder_.filePath(name).toStdString();
  }
  QString ended(PointsFile& file) {
    QSignalSpy spy(&file, &PointsFile::ended);
    return spy.wait(20'000) ? spy[0][0].toString() : u"never ended"_s;
  }
  static QList<QByteArray> linesOf(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split('\n') : QList<QByteArray>();
  }

  QTemporaryDir folder_;
};

TEST_F(PointsFileTest, HoldsEveryStepAndEveryValidation) {
  auto run = testing::SearchRun::create(in(u"a.attelier"_s));
  ASSERT_TRUE(run);
  ASSERT_TRUE((*run)->goTo(25));
  PointsFile file(in(u"a.attelier"_s), in(u"a.csv"_s));
  EXPECT_EQ(ended(file).toStdString(), "");
  const auto lines = linesOf(in(u"a.csv"_s));
  ASSERT_EQ(lines.size(), 1 + 25 + 1);
  EXPECT_EQ(lines[0], "step,time,train/loss,train/accuracy,contribution/cell,select/top1\r");
  EXPECT_EQ(lines[2].split(',')[0], "2");
  EXPECT_EQ(lines[2].split(',')[2], "1");
  EXPECT_EQ(lines[2].split(',')[5], "\r");
  EXPECT_NEAR(lines[20].split(',')[5].trimmed().toDouble(), 0.8, 1e-6);
}

TEST_F(PointsFileTest, HoldsALongRunWhole) {
  constexpr std::int64_t kSteps = 20'000;
  ASSERT_TRUE(testing::generateRun(in(u"long.attelier"_s), {.steps = kSteps, .metrics = 2}));
  PointsFile file(in(u"long.attelier"_s), in(u"long.csv"_s));
  QSignalSpy progress(&file, &PointsFile::progressed);
  EXPECT_EQ(ended(file).toStdString(), "");
  EXPECT_GE(progress.count(), 2);
  const auto lines = linesOf(in(u"long.csv"_s));
  ASSERT_EQ(lines.size(), 1 + kSteps + 1);
  for (const std::int64_t step :
       {std::int64_t{1}, std::int64_t{8192}, std::int64_t{12'345}, kSteps}) {
    const auto cells = lines[static_cast<qsizetype>(step)].trimmed().split(',');
    EXPECT_EQ(cells[0].toLongLong(), step);
    EXPECT_EQ(cells[3].toFloat(), testing::generatedValue(step, 1));
  }
}

TEST_F(PointsFileTest, LeavesNothingWhenCancelled) {
  ASSERT_TRUE(testing::generateRun(in(u"b.attelier"_s), {.steps = 40'000, .metrics = 3}));
  PointsFile file(in(u"b.attelier"_s), in(u"b.csv"_s));
  file.cancel();
  EXPECT_TRUE(ended(file).contains(u"cancelled"_s));
  EXPECT_FALSE(std::filesystem::exists(in(u"b.csv"_s)));
}

TEST_F(PointsFileTest, SaysWhenTheDiskIsFull) {
  ASSERT_TRUE(testing::generateRun(in(u"c.attelier"_s), {.steps = 20'000, .metrics = 3}));
  // A file that may not grow fails as one on a full disk does.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 100'000;
  setrlimit(RLIMIT_FSIZE, &small);
  PointsFile file(in(u"c.attelier"_s), in(u"c.csv"_s));
  const QString problem = ended(file);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(problem.contains(u"choose another place"_s)) << problem.toStdString();
  EXPECT_FALSE(std::filesystem::exists(in(u"c.csv"_s)));
}

TEST_F(PointsFileTest, SaysWhenThereIsNoPlace) {
  ASSERT_TRUE(testing::generateRun(in(u"d.attelier"_s), {.steps = 10, .metrics = 1}));
  PointsFile file(in(u"d.attelier"_s), "/nonexistent/folder/points.csv");
  EXPECT_TRUE(ended(file).contains(u"choose another place"_s));
}

}  // namespace
}  // namespace attelier::ui
