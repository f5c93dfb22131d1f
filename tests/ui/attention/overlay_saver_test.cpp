#include "ui/attention/overlay_saver.h"

#include "ui/attention/save_maps_dialog.h"
#include "ui/engine/engine_program.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

OverlayFilm sampleFilm() {
  widgets::AttentionFrames frames;
  for (int i = 0; i < 6; ++i) {
    QImage picture(48, 32, QImage::Format_RGB32);
    picture.fill(QColor(30 * i, 90, 90));
    frames.pictures << picture;
    frames.times.push_back(i / 10.0);
  }
  frames.grid = {3, 2, 2};
  frames.values.assign(12, 0.1F);
  frames.values[5] = 1;
  frames.name = u"L2.dST"_s;
  frames.label = u"L2.dST: what frame 1 attends to"_s;
  frames.step = 480;
  OverlayFilm film;
  film.sides = {std::make_shared<const widgets::AttentionFrames>(frames)};
  film.styles = {widgets::OverlayStyle()};
  film.caption = u"match-1"_s;
  film.width = 321;
  film.last = 5;
  return film;
}

class Saver : public testing::Test {
 protected:
  /// A stand-in for the engine that only writes down what it was told, as its JSON.
  std::filesystem::path fakeEngine(const QByteArray& body) {
    QFile script(folder_.filePath(u"engine"_s));
    EXPECT_TRUE(script.open(QIODevice::WriteOnly));
    script.write("#!/bin/sh\n" + body);
    script.close();
    script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return script.fileName().toStdString();
  }

  QTemporaryDir folder_;
};

TEST_F(Saver, WritesOnePicture) {
  EngineProgram engine(std::filesystem::path("/nonexistent"));
  OverlaySaver saver(engine);
  OverlayFilm film = sampleFilm();
  film.path = folder_.filePath(u"one.png"_s);
  film.first = 3;
  QSignalSpy saved(&saver, &OverlaySaver::saved);
  saver.save(film);
  ASSERT_TRUE(saved.wait());
  EXPECT_FALSE(saver.isSaving());
  const QImage image(film.path);
  EXPECT_EQ(image.size(), filmSize(film));
  EXPECT_EQ(image.convertToFormat(QImage::Format_RGB32), filmPicture(film, 3));
  EXPECT_EQ(image.width() % 2 + image.height() % 2, 0) << "a film needs even sides";
}

TEST_F(Saver, WritesAllPicturesInTheirOrder) {
  EngineProgram engine(std::filesystem::path("/nonexistent"));
  OverlaySaver saver(engine);
  OverlayFilm film = sampleFilm();
  film.kind = OverlayFilm::Kind::Pictures;
  film.sides << film.sides.first();
  film.styles << film.styles.first();
  film.first = 1;
  film.path = folder_.filePath(u"maps"_s);
  QSignalSpy saved(&saver, &OverlaySaver::saved);
  QSignalSpy progressed(&saver, &OverlaySaver::progressed);
  saver.save(film);
  ASSERT_TRUE(saved.wait());
  EXPECT_EQ(progressed.count(), 5);
  EXPECT_EQ(QDir(film.path).entryList(QDir::Files),
            (QStringList{u"frame-0002.png"_s, u"frame-0003.png"_s, u"frame-0004.png"_s,
                         u"frame-0005.png"_s, u"frame-0006.png"_s}));
}

TEST_F(Saver, SaysWhyNot) {
  EngineProgram engine(std::filesystem::path("/nonexistent"));
  OverlaySaver saver(engine);
  OverlayFilm film = sampleFilm();
  film.path = folder_.filePath(u"no/such/folder/one.png"_s);
  QSignalSpy failed(&saver, &OverlaySaver::failed);
  saver.save(film);
  ASSERT_TRUE(failed.wait());
  EXPECT_TRUE(failed[0][0].toString().contains(u"one.png"_s));
}

TEST_F(Saver, HasFilmsMadeByTheEngine) {
  EngineProgram engine(
      fakeEngine("ls \"$2\" | wc -l > " + folder_.filePath(u"count"_s).toUtf8() +
                 "\necho \"$@\" > " + folder_.filePath(u"arguments"_s).toUtf8() +
                 "\necho '{\"stage\":\"pictures\",\"done\":2,\"of\":6}' >&2\necho '{}' >&2\n"
                 "echo film > \"$3\"\necho '{\"frames\":6}'\n"));
  OverlaySaver saver(engine);
  OverlayFilm film = sampleFilm();
  film.kind = OverlayFilm::Kind::Film;
  film.fps = 12.5;
  film.path = folder_.filePath(u"maps.mp4"_s);
  QSignalSpy saved(&saver, &OverlaySaver::saved);
  saver.save(film);
  ASSERT_TRUE(saved.wait());
  EXPECT_TRUE(QFile::exists(film.path));
  QFile count(folder_.filePath(u"count"_s)), arguments(folder_.filePath(u"arguments"_s));
  ASSERT_TRUE(count.open(QIODevice::ReadOnly) && arguments.open(QIODevice::ReadOnly));
  EXPECT_EQ(count.readAll().trimmed(), "6");
  const QByteArray said = arguments.readAll();
  EXPECT_TRUE(said.startsWith("film ")) << said.toStdString();
  EXPECT_TRUE(said.contains("--fps 12.5000")) << said.toStdString();
}

TEST_F(Saver, AFilmThatFailsSaysWhatTheEngineSaid) {
  EngineProgram engine(fakeEngine("echo 'attelier-engine: error: the disk is full' >&2\nexit 7\n"));
  OverlaySaver saver(engine);
  OverlayFilm film = sampleFilm();
  film.kind = OverlayFilm::Kind::Film;
  film.path = folder_.filePath(u"maps.mp4"_s);
  QSignalSpy failed(&saver, &OverlaySaver::failed);
  saver.save(film);
  ASSERT_TRUE(failed.wait());
  EXPECT_TRUE(failed[0][0].toString().contains(u"disk is full"_s));
}

TEST_F(Saver, IsCancelled) {
  EngineProgram engine(fakeEngine("sleep 60\n"));
  OverlaySaver saver(engine);
  OverlayFilm film = sampleFilm();
  film.kind = OverlayFilm::Kind::Film;
  film.path = folder_.filePath(u"maps.mp4"_s);
  QSignalSpy progressed(&saver, &OverlaySaver::progressed);
  QSignalSpy saved(&saver, &OverlaySaver::saved);
  QSignalSpy failed(&saver, &OverlaySaver::failed);
  saver.save(film);
  ASSERT_TRUE(QTest::qWaitFor([&] { return progressed.count() == 6; }));
  saver.cancel();
  EXPECT_FALSE(saver.isSaving());
  QTest::qWait(200);
  EXPECT_EQ(saved.count() + failed.count(), 0);
  EXPECT_FALSE(QFile::exists(film.path));
}

TEST_F(Saver, TheDialogIsFilledByKeyboard) {
  QWidget parent;
  auto* dialog = new SaveMapsDialog(sampleFilm(), true, &parent);
  dialog->show();
  auto* kind = dialog->findChild<QComboBox*>();
  auto* path = dialog->findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
  for (auto* edit : dialog->findChildren<QLineEdit*>()) {
    if (edit->accessibleName() == u"Save as"_s) path = edit;
  }
  ASSERT_NE(path, nullptr);
  kind->setFocus();
  QTest::keyClick(kind, Qt::Key_Home);
  QTest::keyClick(kind, Qt::Key_Down);
  QTest::keyClick(kind, Qt::Key_Down);
  EXPECT_EQ(dialog->film().kind, OverlayFilm::Kind::Film);
  EXPECT_TRUE(path->text().endsWith(u"L2.dST-step-480.mp4"_s)) << path->text().toStdString();
  path->selectAll();
  QTest::keyClicks(path, u"here.mp4"_s);
  auto* save = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
  EXPECT_FALSE(save->isEnabled()) << "a path must be whole";
  path->selectAll();
  QTest::keyClicks(path, folder_.filePath(u"here.mp4"_s));
  EXPECT_TRUE(save->isEnabled());
  QSignalSpy accepted(dialog, &QDialog::accepted);
  QTest::keyClick(save, Qt::Key_Space);
  ASSERT_EQ(accepted.count(), 1);
  EXPECT_EQ(dialog->film().path, folder_.filePath(u"here.mp4"_s));
  EXPECT_EQ(dialog->film().last, 5);
}

TEST_F(Saver, TheDialogSaysThatFilmsNeedAnEngine) {
  QWidget parent;
  auto* dialog = new SaveMapsDialog(sampleFilm(), false, &parent);
  auto* kind = dialog->findChild<QComboBox*>();
  kind->setCurrentIndex(2);
  EXPECT_FALSE(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save)->isEnabled());
  kind->setCurrentIndex(1);
  EXPECT_TRUE(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save)->isEnabled());
}

}  // namespace
}  // namespace attelier::ui
