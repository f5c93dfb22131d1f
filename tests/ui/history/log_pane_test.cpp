#include "ui/history/log_pane.h"

#include "tests/support/search_run.h"
#include "ui/engine/engine_program.h"
#include "ui/history/log_model.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::SearchRun;

LogModel::Events events(int count, int first = 1) {
  std::vector<run::EventRow> rows;
  for (int i = 0; i < count; ++i) {
    run::EventRow row;
    row.id = first + i;
    row.step = 10 * (first + i);
    row.level = (first + i) % 3 == 0 ? run::EventLevel::Error : run::EventLevel::Info;
    row.kind = "log";
    row.text = "line " + std::to_string(first + i);
    rows.push_back(std::move(row));
  }
  return std::make_shared<const std::vector<run::EventRow>>(std::move(rows));
}

TEST(LogModels, AppendWhatIsNewAndReplaceWhatIsOther) {
  LogModel model;
  const QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted),
      reset(&model, &QAbstractItemModel::modelReset);
  model.setEvents(events(3));
  EXPECT_EQ(reset.count(), 1);
  model.setEvents(events(5));
  EXPECT_EQ(inserted.count(), 1);
  EXPECT_EQ(model.rowCount(), 5);
  // The oldest are no longer held: what stays keeps its place.
  const QPersistentModelIndex third = model.index(2, LogModel::Text);
  model.setEvents(events(6, 2));
  EXPECT_EQ(reset.count(), 1);
  EXPECT_EQ(model.rowCount(), 6);
  EXPECT_EQ(third.row(), 1);
  EXPECT_EQ(third.data().toString(), u"line 3"_s);
  model.setEvents(events(4, 20));
  EXPECT_EQ(reset.count(), 2);
  EXPECT_EQ(model.index(0, LogModel::Text).data().toString(), u"line 20"_s);
  model.setEvents(nullptr);
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(LogPanes, FilterAndGoToTheStepOfALine) {
  QTemporaryDir folder;
  const auto path = std::filesystem::path(folder.filePath(u"a.attelier"_s).toStdString());
  auto run = SearchRun::create(path);
  ASSERT_TRUE(run);
  ASSERT_TRUE((*run)->goTo(60));
  for (const auto& event : *events(6)) {
    run::EventRow copy = event;
    copy.id = 0;
    ASSERT_TRUE((*run)->store().append(copy));
  }
  ASSERT_TRUE((*run)->store().flush());
  EngineProgram engine{std::filesystem::path("/nonexistent/attelier-engine")};
  Workspace workspace(engine);
  LogPane pane(workspace);
  pane.resize(600, 300);
  pane.show();
  workspace.open(path);
  auto* view = pane.findChild<QTreeView*>();
  const auto rowOf = [&](const QString& text) {
    for (int row = 0; row < view->model()->rowCount(); ++row) {
      if (view->model()->index(row, LogModel::Text).data().toString() == text) return row;
    }
    return -1;
  };
  ASSERT_TRUE(QTest::qWaitFor([&] { return rowOf(u"line 6"_s) >= 0; }));

  pane.findChild<QComboBox*>()->setCurrentIndex(2);
  EXPECT_EQ(view->model()->rowCount(), 2);  // lines 3 and 6 are errors
  pane.findChild<QComboBox*>()->setCurrentIndex(0);
  QTest::keyClicks(pane.findChild<QLineEdit*>(), u"line 3"_s);
  EXPECT_EQ(view->model()->rowCount(), 1);

  const QModelIndex line = view->model()->index(0, LogModel::Text);
  QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(line).center());
  EXPECT_TRUE(QTest::qWaitFor([&] { return workspace.shown().step() == 30; }));
  EXPECT_EQ(pane.dataTable().rows.size(), 1);
}

}  // namespace
}  // namespace attelier::ui
