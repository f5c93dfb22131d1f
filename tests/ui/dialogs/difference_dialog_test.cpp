#include "ui/dialogs/difference_dialog.h"

#include "tests/ui/dialogs/dialog_checks.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/run_schema.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QTableView>
#include <gmock/gmock.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using nlohmann::json;

TEST(ConfigurationDifference, NamesWhatDiffers) {
  json left = RunSchema::builtIn().defaults();
  json right = left;
  right["training"]["batch"] = 32;
  right["space"]["kinds"] = {"mS"};
  right["cell"] = {{"nodes", json::array()}};
  left["network"].erase("dropout");
  std::vector<std::string> differing;
  for (const DifferenceRow& row : configurationDifference(left, right)) {
    if (row.differs) differing.push_back(row.path);
  }
  EXPECT_THAT(differing,
              testing::ElementsAre("network.dropout", "space.kinds", "training.batch", "cell"));
}

TEST(DifferenceModel, IsAModel) {
  DifferenceModel model;
  const QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  json right = RunSchema::builtIn().defaults("tasks");
  model.set(u"a"_s, RunSchema::builtIn().defaults(), u"b"_s, right);
  const int differing = model.rowCount();
  EXPECT_EQ(differing, model.differences());
  model.setShowsAll(true);
  EXPECT_GE(model.rowCount(), 90);
  model.setShowsAll(false);
  EXPECT_EQ(model.rowCount(), differing);
  model.set(u"a"_s, right, u"b"_s, right);
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(DifferenceDialog, CopiesWhatItShows) {
  DifferenceDialog dialog;
  json left = RunSchema::builtIn().defaults();
  json right = left;
  right["training"]["batch"] = 32;
  dialog.setConfigurations(u"match-1"_s, left, u"match-2"_s, right);
  tests::showActive(dialog);
  EXPECT_EQ(dialog.findChild<QTableView*>()->model()->rowCount(), 1);
  tests::pressAlt(dialog, Qt::Key_C);
  EXPECT_EQ(QApplication::clipboard()->text().trimmed(),
            u"Field\tmatch-1\tmatch-2\nTraining: Batch [clips]\t16\t32"_s);
  tests::pressAlt(dialog, Qt::Key_A);
  EXPECT_GE(dialog.findChild<QTableView*>()->model()->rowCount(), 90);
  dialog.setConfigurations(u"a"_s, left, u"b"_s, left);
  EXPECT_EQ(dialog.findChild<MessageBar*>()->text(), u"Both are configured alike."_s);
  tests::expectTabFollowsScreen(dialog);
  tests::expectNames(dialog);
  tests::expectAccessKeys(dialog);
  QTest::keyClick(&dialog, Qt::Key_Escape);
  EXPECT_FALSE(dialog.isVisible());
}

}  // namespace
}  // namespace attelier::ui
