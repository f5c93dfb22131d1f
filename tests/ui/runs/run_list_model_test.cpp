#include "ui/runs/run_list_model.h"

#include "ui/runs/run_texts.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

std::shared_ptr<RunEntry> entryAt(const std::string& path) {
  auto entry = std::make_shared<RunEntry>();
  entry->path = path;
  entry->info.configuration = {{"synthetic", {{"task", "match"}}}};
  return entry;
}

class RunListModels : public ::testing::Test {
 protected:
  QString shown(const QModelIndex& index, int column) const {
    return index.siblingAtColumn(column).data().toString();
  }

  RunListModel model_;
  QAbstractItemModelTester tester_{&model_,
                                   QAbstractItemModelTester::FailureReportingMode::Warning};
  QSortFilterProxyModel sorted_;
};

TEST_F(RunListModels, RowsKeepTheirIdentity) {
  sorted_.setSourceModel(&model_);
  QAbstractItemModelTester sortedTester(&sorted_,
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  const auto a = entryAt("/r/a.attelier"), b = entryAt("/r/b.attelier"),
             c = entryAt("/r/c.attelier");
  a->evaluations = {entryAt("/r/a.attelier/evaluations/1"), entryAt("/r/a.attelier/evaluations/2")};
  model_.setRuns({a, b});
  const QPersistentModelIndex second(model_.indexOf(b->path));
  const QPersistentModelIndex below(model_.indexOf("/r/a.attelier/evaluations/2"));
  ASSERT_TRUE(below.isValid());
  EXPECT_EQ(below.parent().row(), 0);

  const auto changed = std::make_shared<RunEntry>(*a);
  changed->evaluations.erase(changed->evaluations.begin());
  QSignalSpy spy(&model_, &QAbstractItemModel::dataChanged);
  model_.setRuns({changed, c, b});
  EXPECT_EQ(spy.size(), 1);  // b is the same
  EXPECT_EQ(below.row(), 0);
  EXPECT_EQ(model_.entry(second), b);
  EXPECT_EQ(model_.rowCount(), 3);
  model_.setRuns({b});
  EXPECT_EQ(second.row(), 0);
  EXPECT_FALSE(below.isValid());
  model_.setRuns({});
  EXPECT_EQ(model_.rowCount(), 0);
}

TEST_F(RunListModels, SaysEverythingInWords) {
  const auto entry = entryAt("/r/match-1.attelier");
  entry->info.created = run::now() - 3 * 3600 - 5;
  entry->status.phase = run::Phase::Interrupted;
  entry->status.step = 480;
  entry->status.stepsPlanned = 2000;
  entry->best = BestResult{.split = u"select"_s, .top1 = 0.931, .step = 400};
  entry->bytes = 12'345'678;
  entry->notes.tags = {"good", "seed 3"};
  entry->notes.stars = 4;
  model_.setRuns({entry});
  const QModelIndex index = model_.index(0, 0);
  EXPECT_EQ(shown(index, RunListModel::Name), u"match-1"_s);
  EXPECT_EQ(shown(index, RunListModel::State), u"Interrupted"_s);
  EXPECT_EQ(shown(index, RunListModel::Progress), u"480 of 2000"_s);
  EXPECT_EQ(shown(index, RunListModel::Best), u"select top-1 0.931"_s);
  EXPECT_EQ(shown(index, RunListModel::Age), u"3 h ago"_s);
  EXPECT_EQ(shown(index, RunListModel::Size), u"12.3 MB"_s);
  EXPECT_EQ(shown(index, RunListModel::Tags), u"good, seed 3"_s);
  EXPECT_EQ(index.siblingAtColumn(RunListModel::Stars).data(Qt::AccessibleTextRole),
            u"4 star(s)"_s);
  EXPECT_FALSE(index.flags().testFlag(Qt::ItemIsEditable));  // not writable
}

TEST_F(RunListModels, UnreadableOnesSayWhy) {
  const auto entry = entryAt("/r/x.attelier");
  entry->problem = u"run.db: file is not a database"_s;
  model_.setRuns({entry});
  const QModelIndex index = model_.index(0, 0);
  EXPECT_EQ(shown(index, RunListModel::State), u"Can't be read"_s);
  EXPECT_EQ(shown(index, RunListModel::Progress), QString());
  EXPECT_TRUE(index.data(Qt::AccessibleTextRole).toString().contains(entry->problem));
  EXPECT_TRUE(index.data(Qt::ToolTipRole).toString().contains(entry->problem));
}

TEST_F(RunListModels, RenamesInPlace) {
  const auto entry = entryAt("/r/x.attelier");
  entry->isWritable = true;
  model_.setRuns({entry});
  QString name;
  model_.rename = [&](const RunEntryPointer&, const QString& to) { name = to; };
  EXPECT_TRUE(model_.index(0, 0).flags().testFlag(Qt::ItemIsEditable));
  EXPECT_TRUE(model_.setData(model_.index(0, 0), u" first try "_s));
  EXPECT_EQ(name, u"first try"_s);
  EXPECT_FALSE(model_.setData(model_.index(0, 0), u"x"_s));  // what it is called already
}

TEST(RunTexts, Ages) {
  EXPECT_EQ(ageText(0, 1000), QString());
  EXPECT_EQ(ageText(1000, 1030), u"just now"_s);
  EXPECT_EQ(ageText(1000, 1000 + 5 * 60), u"5 min ago"_s);
  EXPECT_EQ(ageText(1000, 1000 + 3 * 86'400), u"3 day(s) ago"_s);
  EXPECT_EQ(ageText(2000, 1000), u"just now"_s);  // a clock that is behind
}

}  // namespace
}  // namespace attelier::ui
