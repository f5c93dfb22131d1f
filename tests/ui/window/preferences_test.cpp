#include "ui/window/preferences.h"

#include "tests/ui/window/own_settings.h"
#include "ui/window/desktop_look.h"
#include "ui/window/preferences_dialog.h"
#include "widgets/base/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using PreferencesTest = WithSettings;

TEST_F(PreferencesTest, AreReadAsTheyWereWritten) {
  const Preferences set{.theme = ThemeChoice::Dark,
                        .colourMap = widgets::ColourMap::Magma,
                        .readingsPerSecond = 30,
                        .fontSize = 14,
                        .language = Language::German,
                        .reducedMotion = true,
                        .notifyWhenDone = false};
  QSettings settings;
  set.save(settings);
  settings.sync();
  EXPECT_EQ(Preferences::load(QSettings()), set);
}

TEST_F(PreferencesTest, NonsenseReadsAsNothing) {
  QSettings settings;
  EXPECT_EQ(Preferences::load(settings), Preferences());
  for (const auto& [key, value] :
       std::initializer_list<std::pair<QString, QVariant>>{{u"theme"_s, u"pink"_s},
                                                           {u"colour_map"_s, 3},
                                                           {u"readings_per_second"_s, 31},
                                                           {u"font_size"_s, -4},
                                                           {u"language"_s, QByteArray("\xff")},
                                                           {u"reduced_motion"_s, u"maybe"_s},
                                                           {u"notify_when_done"_s, 7}}) {
    settings.setValue(u"preferences/"_s + key, value);
  }
  EXPECT_EQ(Preferences::load(settings), Preferences());
  settings.setValue(u"preferences/readings_per_second"_s, 0);
  settings.setValue(u"preferences/font_size"_s, u"12pt"_s);
  EXPECT_EQ(Preferences::load(settings), Preferences());
}

TEST_F(PreferencesTest, LookFollowsThePreference) {
  const QPalette before = QApplication::palette();
  const QFont font = QApplication::font();
  const DesktopLook desktop;
  EXPECT_FALSE(desktop.isDark());
  applyLook({.theme = ThemeChoice::Dark, .fontSize = 20}, desktop);
  EXPECT_TRUE(widgets::Theme::of(QApplication::palette()).dark);
  EXPECT_EQ(QApplication::font().pointSize(), 20);
  applyLook({}, desktop);
  EXPECT_FALSE(widgets::Theme::of(QApplication::palette()).dark);
  EXPECT_EQ(QApplication::font(), font);
  QApplication::setPalette(before);
}

TEST_F(PreferencesTest, LanguageBringsItsNumbers) {
  installLanguage(Language::German);
  EXPECT_EQ(QLocale().toString(1.5), u"1,5"_s);
  installLanguage(Language::English);
  EXPECT_EQ(QLocale().toString(1.5), u"1.5"_s);
  QLocale::setDefault(QLocale::c());
}

TEST_F(PreferencesTest, DialogTellsAndStoresAtOnce) {
  PreferencesDialog dialog;
  dialog.show();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&dialog));
  EXPECT_FALSE(dialog.isModal());
  QSignalSpy changed(&dialog, &PreferencesDialog::changed);
  // Keyboard alone: the theme is first.
  auto* theme = qobject_cast<QComboBox*>(dialog.focusWidget());
  ASSERT_NE(theme, nullptr);
  QTest::keyClick(theme, Qt::Key_End);
  ASSERT_EQ(changed.count(), 1);
  EXPECT_EQ(changed.last().first().value<Preferences>().theme, ThemeChoice::Dark);
  EXPECT_EQ(Preferences::load(QSettings()).theme, ThemeChoice::Dark);
  auto* readings = dialog.findChild<QSpinBox*>();
  QTest::keyClick(readings, Qt::Key_Up);
  EXPECT_EQ(Preferences::load(QSettings()).readingsPerSecond, 11);

  // The shortcut of the window changes the theme too; that is no edit here.
  Preferences elsewhere = dialog.preferences();
  elsewhere.theme = ThemeChoice::Light;
  elsewhere.fontSize = 13;
  dialog.setPreferences(elsewhere);
  EXPECT_EQ(changed.count(), 2);
  EXPECT_EQ(theme->currentText(), u"Light"_s);

  QTest::mouseClick(
      dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::RestoreDefaults),
      Qt::LeftButton);
  EXPECT_EQ(dialog.preferences(), Preferences());
  EXPECT_EQ(Preferences::load(QSettings()), Preferences());
}

TEST_F(PreferencesTest, EveryFieldIsReachedNamedAndExplained) {
  PreferencesDialog dialog;
  dialog.show();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&dialog));
  QSet<QWidget*> reached;
  for (int i = 0; i < 20; ++i) {
    reached << dialog.focusWidget();
    QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
  }
  int fields = 0;
  for (auto* child : dialog.findChildren<QWidget*>()) {
    const bool isField = qobject_cast<QComboBox*>(child) || qobject_cast<QSpinBox*>(child) ||
                         qobject_cast<QCheckBox*>(child);
    if (!isField && !qobject_cast<QAbstractButton*>(child)) continue;
    EXPECT_TRUE(reached.contains(child)) << child->metaObject()->className();
    if (!isField) continue;
    ++fields;
    EXPECT_FALSE(child->accessibleDescription().isEmpty());
    if (!qobject_cast<QCheckBox*>(child)) {
      EXPECT_FALSE(child->accessibleName().isEmpty());
    }
  }
  EXPECT_EQ(fields, 7);
}

}  // namespace
}  // namespace attelier::ui
