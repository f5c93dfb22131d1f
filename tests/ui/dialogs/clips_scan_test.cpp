#include "ui/dialogs/clips_scan.h"

#include "tests/ui/dialogs/fake_engine.h"
#include "ui/dialogs/clips_summary.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTreeWidget>
#include <gmock/gmock.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using nlohmann::json;
using tests::FakeEngine;

json report() {
  return json::parse(
      R"({"root": "/clips", "format": "folder", "warnings": ["one class has one clip"],
    "classes": [{"label": "fall", "clips": 2, "train": 1, "select": 1, "report": 0, "ok": 1, "short": 0,
                 "damaged": 0, "unreadable": 1}],
    "total": {"clips": 2, "train": 1, "select": 1, "report": 0, "ok": 1, "short": 0, "damaged": 0,
              "unreadable": 1},
    "clips": [{"id": 0, "path": "fall/a.mp4", "label": "fall", "split": "train", "state": "ok", "reason": "",
               "frames": 20, "fps": 25.0, "width": 64, "height": 48, "size": 1000},
              {"id": 7, "path": "fall/b.mp4", "label": null, "split": "select", "state": "unreadable",
               "reason": "the file is empty", "frames": 0, "fps": 0, "width": 0, "height": 0, "size": 0}],
    "previews": [{"id": 0, "path": "fall/a.mp4", "preview": "clip-000000.jpg", "times_ms": [0, 500.0]},
                 {"id": 7, "path": "fall/b.mp4", "preview": null}]})");
}

TEST(ClipsReport, ReadsWhatTheEngineWrites) {
  const auto read = clipsReportFromJson(report());
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->root, u"/clips"_s);
  ASSERT_EQ(read->classes.size(), 1U);
  EXPECT_EQ(read->classes[0].label, u"fall"_s);
  EXPECT_EQ(read->total.unreadable, 1);
  ASSERT_EQ(read->clips.size(), 2U);
  EXPECT_EQ(read->clips[0].preview, u"clip-000000.jpg"_s);
  EXPECT_THAT(read->clips[0].times, testing::ElementsAre(0.0, 0.5));
  ASSERT_EQ(read->awkward().size(), 1U);
  EXPECT_EQ(read->awkward()[0]->reason, u"the file is empty"_s);
  EXPECT_TRUE(read->awkward()[0]->label.isEmpty());
  EXPECT_EQ(read->warnings, QStringList{u"one class has one clip"_s});
}

TEST(ClipsReport, RefusesWhatCannotBe) {
  const auto refused = [](const char* change) {
    json broken = report();
    broken.merge_patch(json::parse(change));
    return !clipsReportFromJson(broken).has_value();
  };
  EXPECT_TRUE(refused(R"({"clips": "many"})"));
  EXPECT_TRUE(refused(R"({"classes": null})"));
  EXPECT_TRUE(refused(R"({"total": null})"));
  EXPECT_TRUE(refused(R"({"total": {"clips": -1}})"));
  EXPECT_TRUE(refused(R"({"total": {"clips": 1e30}})"));
  EXPECT_TRUE(refused(R"({"root": 5})"));
  EXPECT_TRUE(refused(R"({"clips": [5]})"));
  EXPECT_TRUE(refused(R"({"clips": [{"id": "x"}]})"));
  EXPECT_FALSE(clipsReportFromJson(json::array()));
  EXPECT_FALSE(clipsReportFromJson(json::object()));
}

TEST(ClipsReport, APreviewStaysInItsFolder) {
  json report_ = report();
  for (const char* name : {"../x.jpg", "/etc/passwd", "..", "a/b.jpg", ""}) {
    report_["previews"][0]["preview"] = name;
    const auto read = clipsReportFromJson(report_);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->clips[0].preview.isEmpty()) << name;
  }
}

TEST(ClipsScan, AsksTheEngineAndGivesItsReport) {
  FakeEngine engine;
  ClipsScan scan(engine.program());
  QSignalSpy finished(&scan, &ClipsScan::finished);
  scan.start(u"/clips"_s, {u"--format"_s, u"folder"_s}, u"/tmp/previews"_s);
  EXPECT_TRUE(scan.isRunning());
  ASSERT_TRUE(finished.wait(20'000));
  EXPECT_FALSE(scan.isRunning());
  const auto read = finished[0][0].value<std::shared_ptr<const ClipsReport>>();
  EXPECT_EQ(read->total.clips, 3);
  const QStringList call = engine.calls(u"clips"_s).value(0);
  EXPECT_EQ(call.mid(0, 5), (QStringList{u"--clips=/clips"_s, u"--format"_s, u"folder"_s,
                                         u"--previews"_s, u"/tmp/previews"_s}));
  EXPECT_TRUE(call.contains(u"--json"_s));
}

TEST(ClipsScan, TellsWhatTheEngineRefused) {
  FakeEngine engine;
  engine.answer(u"clips"_s,
                R"(!{"error": {"code": "not_found", "message": "there is no such file or folder",
                              "where": "/clips"}})");
  ClipsScan scan(engine.program());
  QSignalSpy failed(&scan, &ClipsScan::failed);
  scan.start(u"/clips"_s);
  ASSERT_TRUE(failed.wait(20'000));
  const auto error = failed[0][0].value<Error>();
  EXPECT_EQ(error.message, "there is no such file or folder");
  EXPECT_EQ(error.where, "/clips");
}

TEST(ClipsScan, SurvivesGarbage) {
  FakeEngine engine;
  ClipsScan scan(engine.program());
  QSignalSpy failed(&scan, &ClipsScan::failed);
  for (const char* garbage : {"%&$", "[1, 2", "{}", "", R"({"clips": {"a": 1}})"}) {
    engine.answer(u"clips"_s, garbage);
    scan.start(u"/clips"_s);
    ASSERT_TRUE(failed.wait(20'000)) << garbage;
    EXPECT_FALSE(failed.takeFirst()[0].value<Error>().message.empty());
  }
}

TEST(ClipsScan, ANewScanTakesThePlaceOfOneThatHangs) {
  FakeEngine engine;
  engine.answer(u"clips"_s, "~");
  ClipsScan scan(engine.program());
  QSignalSpy finished(&scan, &ClipsScan::finished);
  QSignalSpy failed(&scan, &ClipsScan::failed);
  scan.start(u"/first"_s);
  ASSERT_TRUE(engine.waitForCalls(u"clips"_s, 1));
  engine.answer(u"clips"_s, QByteArray::fromStdString(report().dump()));
  scan.start(u"/second"_s);
  ASSERT_TRUE(finished.wait(20'000));
  EXPECT_EQ(finished.size(), 1);
  EXPECT_TRUE(failed.isEmpty());
}

TEST(ClipsScan, CanBeStopped) {
  FakeEngine engine;
  engine.answer(u"clips"_s, "~");
  ClipsScan scan(engine.program());
  QSignalSpy finished(&scan, &ClipsScan::finished);
  QSignalSpy failed(&scan, &ClipsScan::failed);
  scan.start(u"/clips"_s);
  scan.cancel();
  EXPECT_FALSE(scan.isRunning());
  QTest::qWait(300);
  EXPECT_TRUE(finished.isEmpty());
  EXPECT_TRUE(failed.isEmpty());
}

TEST(ClipsSummary, NamesClassesSplitsAndWhatCannotBeRead) {
  ClipsSummary summary;
  const auto read = clipsReportFromJson(report());
  ASSERT_TRUE(read);
  summary.showReport(std::make_shared<const ClipsReport>(*read));
  summary.show();
  const auto* headline = summary.findChild<QLabel*>(u"clipsHeadline"_s);
  EXPECT_EQ(headline->text(),
            u"Clips: 2. Classes: 1. Train 1, select 1, report 0. Can't be read: 1."_s);
  const auto tables = summary.findChildren<QTreeWidget*>();
  ASSERT_EQ(tables.size(), 2);
  EXPECT_EQ(tables[0]->topLevelItem(0)->text(0), u"fall"_s);
  EXPECT_EQ(tables[1]->topLevelItem(0)->text(2), u"the file is empty"_s);
}

}  // namespace
}  // namespace attelier::ui
