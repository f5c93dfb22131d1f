#include "ui/clips/clips_pane.h"

#include "engine/run/commands.h"
#include "tests/ui/clips/clip_rows.h"
#include "tests/ui/runs/run_folders.h"
#include "ui/clips/clip_delegate.h"
#include "ui/clips/clip_grid.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/notice_bar.h"
#include "widgets/base/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QUrl>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::clipRows;
using testing::labelRows;
using testing::succeed;
using testing::TemporaryFolder;
using testing::valueOf;

class ClipsPanes : public ::testing::Test {
 protected:
  ClipsPanes() { QSettings().remove(u"clips"_s); }

  /// A run that an engine holds and answers for.
  void start(const std::string& root = {}) {
    run::RunInfo info;
    info.dataRoot = root;
    folder_ = valueOf(run::RunFolder::create(temporary_.path() / "r.attelier", info));
    lock_ = std::make_unique<run::RunLock>(valueOf(run::RunLock::acquire(folder_->lockFile())));
    store_ = valueOf(run::Store::open(*folder_, *lock_));
    queue_ = valueOf(run::CommandQueue::create(*folder_, *lock_));
    succeed(store_->setLabels(labelRows(4)));
    succeed(store_->setDataset(clipRows(4, 20)));
    for (const std::int64_t clip : {3, 23}) addProbe(clip);
    for (const auto& row :
         {testing::prediction(3, 0, 0, 0.1F), testing::prediction(8, 0, 2, 2.5F)}) {
      succeed(store_->append(row));
    }
    run::StatusUpdate update;
    update.phase = run::Phase::Running;
    update.step = 500;
    update.stepsPlanned = 1000;
    succeed(store_->setStatus(update));
    succeed(store_->flush());
    QSignalSpy opened(&workspace_, &Workspace::opened);
    pane_ = std::make_unique<ClipsPane>(workspace_);
    pane_->resize(700, 700);
    pane_->show();
    workspace_.open(folder_->path());
    ASSERT_TRUE(opened.wait(5000));
    ASSERT_TRUE(QTest::qWaitFor([this] { return grid()->model()->rowCount() == 80; }, 5000));
  }
  void addProbe(std::int64_t clip) {
    run::ProbeRow probe;
    probe.clip = clip;
    probe.name = "clip";
    probe.encoding = "rgb";
    probe.width = probe.height = 32;
    for (int i = 0; i < 8; ++i) {
      probe.times.push_back(i * 0.1);
      probe.frames.push_back(testing::gradient(32, 30 * i));
    }
    probeIds_[clip] = valueOf(store_->addProbe(probe));
  }
  /// What the engine is asked next.
  run::Command asked() {
    std::optional<run::Command> command;
    static_cast<void>(
        QTest::qWaitFor([&] { return (command = valueOf(queue_->take())).has_value(); }, 3000));
    return command.value_or(run::Command{});
  }
  ClipGrid* grid() const { return pane_->findChild<ClipGrid*>(); }
  ClipModel* model() const { return pane_->findChild<ClipModel*>(); }
  QComboBox* choice(int which) const { return pane_->findChildren<QComboBox*>().at(which); }
  void choose(int which, int index) {
    choice(which)->setCurrentIndex(index);
    Q_EMIT choice(which)->activated(index);
  }
  QString message() const { return pane_->findChild<NoticeBar*>()->text(); }
  QAction* action(const char* name) const {
    return pane_->findChild<QAction*>(u"clips."_s + QString::fromLatin1(name));
  }

  TemporaryFolder temporary_;
  std::optional<run::RunFolder> folder_;
  std::unique_ptr<run::RunLock> lock_;
  std::unique_ptr<run::Store> store_;
  std::unique_ptr<run::CommandQueue> queue_;
  std::map<std::int64_t, std::int64_t> probeIds_;
  EngineProgram engine_{std::filesystem::path()};
  Workspace workspace_{engine_};
  std::unique_ptr<ClipsPane> pane_;
};

TEST_F(ClipsPanes, FiltersBySplitClassAndState) {
  start();
  EXPECT_EQ(choice(0)->count(), 5);
  choose(0, 2);
  EXPECT_EQ(model()->rowCount(), 20);
  choose(1, 2);
  EXPECT_EQ(model()->rowCount(), 4);
  choose(1, 0);
  choose(2, 4);
  EXPECT_EQ(model()->rowCount(), 1);
  grid()->setCurrentIndex(model()->index(0, 0));
  EXPECT_FALSE(action("star")->isEnabled());
  EXPECT_TRUE(action("star")->toolTip().contains(u"it is no video"_s));
  choose(0, 0);
  choose(2, 0);
  auto* text = pane_->findChild<QLineEdit*>();
  QTest::keyClicks(text, u"clip-7"_s);
  EXPECT_TRUE(QTest::qWaitFor([this] { return model()->rowCount() == 4; }, 1000));
}

TEST_F(ClipsPanes, ChoosingAProbeIsChoosingItEverywhere) {
  start();
  grid()->setFocus();
  grid()->setCurrentIndex(model()->index(model()->rowOf(23), 0));
  EXPECT_EQ(workspace_.shown().choices.probe, probeIds_[23]);
  workspace_.look([this](Choices& choices) { choices.probe = probeIds_[3]; });
  EXPECT_EQ(pane_->chosenClip(), 3);
  QSignalSpy inspect(pane_.get(), &ClipsPane::inspectRequested);
  grid()->setCurrentIndex(model()->index(model()->rowOf(8), 0));
  EXPECT_EQ(workspace_.shown().choices.probe, probeIds_[3]);
  QTest::keyClick(grid(), Qt::Key_Return);
  EXPECT_EQ(inspect.value(0).value(0), 8);
}

TEST_F(ClipsPanes, StarAsksTheEngine) {
  start();
  grid()->setCurrentIndex(model()->index(model()->rowOf(8), 0));
  grid()->setFocus();
  QTest::keyClick(grid(), Qt::Key_S);
  run::Command command = asked();
  EXPECT_EQ(command.kind, run::CommandKind::Probe);
  EXPECT_EQ(command.arguments, (nlohmann::json{{"action", "add"}, {"clip", 8}}));
  EXPECT_FALSE(action("star")->isEnabled());  // until it is answered
  addProbe(8);
  succeed(store_->flush());
  succeed(queue_->done(command.id));
  ASSERT_TRUE(QTest::qWaitFor(
      [this] { return action("star")->isEnabled() && action("star")->isChecked(); }, 5000));

  const QModelIndex index = model()->index(model()->rowOf(23), 0);
  grid()->scrollTo(index);
  QTest::mouseClick(
      grid()->viewport(), Qt::LeftButton, {},
      ClipDelegate::starRect(grid()->visualRect(index), grid()->fontMetrics()).center());
  command = asked();
  EXPECT_EQ(command.arguments, (nlohmann::json{{"action", "remove"}, {"probe", probeIds_[23]}}));
  succeed(queue_->failed(command.id, {ErrorCode::Busy, "the last probe stays", ""}));
  EXPECT_TRUE(
      QTest::qWaitFor([this] { return message().contains(u"the last probe stays"_s); }, 5000));
}

TEST_F(ClipsPanes, DroppedVideoBecomesAProbe) {
  start();
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(u"/somewhere/my film.mp4"_s),
                QUrl::fromLocalFile(u"/somewhere/notes.txt"_s)});
  QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(pane_.get(), &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(pane_.get(), &drop);
  const run::Command command = asked();
  EXPECT_EQ(command.arguments,
            (nlohmann::json{{"action", "add"}, {"file", "/somewhere/my film.mp4"}}));
  succeed(queue_->done(command.id, {{"probe", probeIds_[23]}}));
  EXPECT_TRUE(QTest::qWaitFor(
      [this] { return message().contains(u"my film.mp4"_s) && message().contains(u"now"_s); },
      5000));
  EXPECT_EQ(workspace_.shown().choices.probe, probeIds_[23]);

  // Whoever looks back adds it there.
  workspace_.goTo(300);
  data.setUrls({QUrl::fromLocalFile(u"/somewhere/second.avi"_s)});
  QDragEnterEvent enterAgain(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(pane_.get(), &enterAgain);
  QDropEvent again(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(pane_.get(), &again);
  EXPECT_EQ(asked().arguments["step"], 300);

  data.setUrls({QUrl::fromLocalFile(u"/somewhere/notes.txt"_s)});
  QDragEnterEvent other(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  other.ignore();
  QApplication::sendEvent(pane_.get(), &other);
  EXPECT_FALSE(other.isAccepted());  // the window may want it
}

TEST_F(ClipsPanes, ConfusionLeadsToItsClips) {
  start();
  pane_->showConfusion(0, 2);
  ASSERT_EQ(model()->rowCount(), 1);
  EXPECT_EQ(pane_->chosenClip(), 8);
  QToolButton* back = nullptr;
  for (auto* button : pane_->findChildren<QToolButton*>()) {
    if (button->text().contains(u"taken for"_s)) back = button;
  }
  ASSERT_NE(back, nullptr);
  ASSERT_TRUE(back->isVisible());
  QTest::mouseClick(back, Qt::LeftButton);
  EXPECT_EQ(model()->rowCount(), 80);
  EXPECT_EQ(pane_->chosenClip(), 8);
}

TEST_F(ClipsPanes, TableSortsByLoss) {
  start();
  action("asTable")->trigger();
  auto* table = pane_->findChild<QTableView*>();
  ASSERT_TRUE(table->isVisible());
  table->sortByColumn(ClipModel::Loss, Qt::DescendingOrder);
  EXPECT_EQ(model()->clip(0).id, 8);
  EXPECT_EQ(pane_->dataTable().rows.size(), 80);
  action("asTable")->trigger();
  EXPECT_TRUE(model()->isByClass());
}

TEST_F(ClipsPanes, WithoutARun) {
  ClipsPane pane(workspace_);
  pane.resize(400, 400);
  pane.show();
  EXPECT_FALSE(pane.emptyText().isEmpty());
  EXPECT_FALSE(pane.findChild<QAction*>(u"clips.addVideo"_s)->isEnabled());
}

TEST_F(ClipsPanes, Pictures) {
  const QString pictures = qEnvironmentVariable("ATTELIER_TEST_PICTURES");
  if (pictures.isEmpty()) GTEST_SKIP() << "name a folder for the pictures";
  start();
  pane_->chooseClip(8);
  for (const auto* theme : {&widgets::Theme::light(), &widgets::Theme::darkTheme()}) {
    QApplication::setPalette(widgets::paletteOf(*theme));
    QTest::qWait(300);
    pane_->grab().save(pictures + u"/clips-%1.png"_s.arg(theme->dark ? u"dark"_s : u"light"_s));
  }
  QApplication::setPalette(widgets::paletteOf(widgets::Theme::light()));
  action("asTable")->trigger();
  pane_->grab().save(pictures + u"/clips-table.png"_s);
}

}  // namespace
}  // namespace attelier::ui
