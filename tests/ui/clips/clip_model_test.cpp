#include "ui/clips/clip_model.h"

#include "tests/ui/clips/clip_rows.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <gtest/gtest.h>

#include <ctime>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::clipRows;
using testing::labelRows;
using testing::prediction;
using testing::shared;
using Only = ClipFilter::Only;

class ClipModels : public ::testing::Test {
 protected:
  void fill(int classes = 3, int each = 40) {
    model_.setClips(shared(clipRows(classes, each)), shared(labelRows(classes)));
  }
  std::vector<std::int64_t> ids() const {
    std::vector<std::int64_t> all;
    for (int row = 0; row < model_.rowCount(); ++row) all.push_back(model_.clip(row).id);
    return all;
  }
  QString shown(int row, int column) const { return model_.index(row, column).data().toString(); }

  ClipModel model_;
  QAbstractItemModelTester tester_{&model_,
                                   QAbstractItemModelTester::FailureReportingMode::Warning};
};

TEST_F(ClipModels, CountsByClassSplitAndState) {
  fill();
  EXPECT_EQ(model_.counts().clips, 120);
  EXPECT_EQ(model_.counts().train, 72);
  EXPECT_EQ(model_.counts().unreadable, 6);
  ASSERT_EQ(model_.countsByClass().size(), 3U);
  EXPECT_EQ(model_.countsByClass()[1].second.select, 8);
  EXPECT_EQ(model_.countsByClass()[1].second.damaged, 2);
  EXPECT_EQ(shown(0, ClipModel::Class), u"class 0"_s);
  EXPECT_EQ(shown(19, ClipModel::State), u"Unreadable: it is no video"_s);
}

TEST_F(ClipModels, Filters) {
  fill();
  model_.setFilter(
      {.label = 1, .predicted = {}, .split = u"select"_s, .text = {}, .only = Only::All});
  EXPECT_EQ(model_.rowCount(), 8);
  model_.setFilter(
      {.label = {}, .predicted = {}, .split = {}, .text = u"CLIP-39"_s, .only = Only::All});
  EXPECT_EQ(ids(), (std::vector<std::int64_t>{39, 79, 119}));
  model_.setFilter(
      {.label = {}, .predicted = {}, .split = {}, .text = u"Class 2"_s, .only = Only::Unreadable});
  EXPECT_EQ(ids(), (std::vector<std::int64_t>{99, 119}));
  model_.setFilter(
      {.label = {}, .predicted = {}, .split = {}, .text = u"no video"_s, .only = Only::Marked});
  EXPECT_EQ(model_.rowCount(), 6);
}

TEST_F(ClipModels, PredictionsDecideWhatIsWrong) {
  fill();
  model_.setPredictions(
      {prediction(3, 0, 0, 0.1F), prediction(8, 0, 2, 2.5F), prediction(43, 1, 2, 1.5F)}, {});
  EXPECT_EQ(shown(model_.rowOf(8), ClipModel::Predicted), u"class 2 (75 %)"_s);
  model_.setFilter({.label = {}, .predicted = {}, .split = {}, .text = {}, .only = Only::Wrong});
  EXPECT_EQ(ids(), (std::vector<std::int64_t>{8, 43}));
  model_.setFilter({.label = 0, .predicted = 2, .split = {}, .text = {}, .only = Only::All});
  EXPECT_EQ(ids(), (std::vector<std::int64_t>{8}));
  model_.setFilter({});
  model_.sort(ClipModel::Loss, Qt::DescendingOrder);
  auto worst = ids();
  worst.resize(3);
  EXPECT_EQ(worst, (std::vector<std::int64_t>{8, 43, 3}));
}

TEST_F(ClipModels, SortingKeepsWhatIsChosen) {
  fill();
  const QPersistentModelIndex chosen(model_.index(70, 0));
  const std::int64_t clip = model_.clip(70).id;
  for (int column = 0; column < ClipModel::kColumns; ++column) {
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
      model_.sort(column, order);
      EXPECT_EQ(model_.clip(chosen.row()).id, clip);
    }
  }
  model_.sort(ClipModel::State, Qt::AscendingOrder);
  EXPECT_EQ(model_.clip(0).state, "unreadable");
}

TEST_F(ClipModels, ProbesAreThoseThatAreNotRemoved) {
  fill();
  run::ProbeRow probe;
  probe.id = 1;
  probe.clip = 5;
  run::ProbeRow gone = probe;
  gone.id = 2;
  gone.clip = 6;
  gone.removedStep = 10;
  model_.setProbes(shared(std::vector<run::ProbeRow>{probe, gone}));
  EXPECT_NE(model_.probeOf(5), nullptr);
  EXPECT_EQ(model_.probeOf(6), nullptr);
  model_.setFilter({.label = {}, .predicted = {}, .split = {}, .text = {}, .only = Only::Probes});
  EXPECT_EQ(ids(), (std::vector<std::int64_t>{5}));
}

TEST_F(ClipModels, AddedVideosStandFirst) {
  fill();
  run::ProbeRow probe;
  probe.id = 4;
  probe.clip = -1;
  probe.name = "/home/films/my film.mp4";
  model_.setProbes(shared(std::vector<run::ProbeRow>{probe}));
  ASSERT_EQ(model_.rowCount(), 121);
  EXPECT_EQ(shown(0, ClipModel::Clip), u"my film.mp4"_s);
  EXPECT_EQ(shown(0, ClipModel::Class), u"Added videos"_s);
  EXPECT_EQ(model_.probeOf(model_.clip(0).id)->id, 4);
  EXPECT_EQ(model_.rowOf(model_.clip(0).id), 0);
  EXPECT_EQ(model_.counts().clips, 120);
  probe.removedStep = 7;
  model_.setProbes(shared(std::vector<run::ProbeRow>{probe}));
  EXPECT_EQ(model_.rowCount(), 120);
}

TEST_F(ClipModels, WithoutLabelsOrClips) {
  auto rows = clipRows(1, 3);
  for (auto& row : rows) row.label = -1;
  model_.setClips(shared(rows), shared(labelRows(0)));
  EXPECT_EQ(shown(0, ClipModel::Class), u"no label"_s);
  EXPECT_EQ(model_.countsByClass().front().first, -1);
  model_.setClips(nullptr, nullptr);
  EXPECT_EQ(model_.rowCount(), 0);
}

double cpuMs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

// Printed, not asserted: other work on the machine makes even CPU time uneven.
TEST(BigClipModel, Times) {
  ClipModel model;
  const auto clips = shared(clipRows(400, 600));
  const auto time = [](const char* what, const auto& action) {
    const double before = cpuMs();
    action();
    std::printf("240,000 clips, %s: %.1f ms of CPU\n", what, cpuMs() - before);
  };
  time("filled", [&] { model.setClips(clips, shared(labelRows(400))); });
  time("searched", [&] {
    model.setFilter(
        {.label = {}, .predicted = {}, .split = {}, .text = u"clip-59"_s, .only = Only::All});
  });
  time("all again", [&] { model.setFilter({}); });
  time("sorted", [&] { model.sort(ClipModel::Bytes, Qt::DescendingOrder); });
  EXPECT_EQ(model.rowCount(), 240'000);
}

}  // namespace
}  // namespace attelier::ui
