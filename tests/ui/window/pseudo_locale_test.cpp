#include "tests/support/pseudo_locale.h"

#include "tests/ui/window/own_settings.h"
#include "ui/window/preferences_dialog.h"

#include <QAbstractButton>
#include <QCoreApplication>
#include <QGroupBox>
#include <QKeySequence>
#include <QLabel>

using namespace Qt::Literals::StringLiterals;

namespace attelier::tests {
namespace {

class PseudoLocaleTest : public ui::WithSettings {
 protected:
  PseudoLocaleTest() { QCoreApplication::installTranslator(&pseudo_); }
  ~PseudoLocaleTest() override { QCoreApplication::removeTranslator(&pseudo_); }
  PseudoLocale pseudo_;
};

TEST_F(PseudoLocaleTest, MarksAndLengthensEveryText) {
  EXPECT_EQ(QCoreApplication::translate("X", "Open %1…"), u"⟦Open %1…~~~~⟧"_s);
  EXPECT_EQ(QCoreApplication::translate("X", "%n clips", nullptr, 3), u"⟦3 clips~~~~⟧"_s);
  EXPECT_EQ(QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText), u"Ctrl+K"_s);
  EXPECT_TRUE(isPseudoTranslated(u"⟦a ⟦b~⟧~⟧: 3"_s));
  EXPECT_FALSE(isPseudoTranslated(u"⟦a~⟧ b"_s));
  EXPECT_FALSE(isPseudoTranslated(u"⟦a"_s));
  EXPECT_FALSE(isPseudoTranslated(u"3"_s));
}

TEST_F(PseudoLocaleTest, NoTextOfThePreferencesIsForgotten) {
  ui::PreferencesDialog dialog;
  EXPECT_TRUE(isPseudoTranslated(dialog.windowTitle()));
  for (const auto* label : dialog.findChildren<QLabel*>()) {
    EXPECT_TRUE(isPseudoTranslated(label->text())) << label->text().toStdString();
  }
  for (const auto* box : dialog.findChildren<QGroupBox*>()) {
    EXPECT_TRUE(isPseudoTranslated(box->title())) << box->title().toStdString();
  }
  for (const auto* button : dialog.findChildren<QAbstractButton*>()) {
    EXPECT_TRUE(isPseudoTranslated(button->text())) << button->text().toStdString();
  }
}

}  // namespace
}  // namespace attelier::tests
