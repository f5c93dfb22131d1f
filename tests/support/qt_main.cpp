#include "tests/support/qt_warnings.h"
#include "widgets/base/theme.h"

#include <QApplication>
#include <QFont>
#include <QLocale>
#include <QStandardPaths>
#include <QStringList>
#include <QStyle>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace {

QStringList unexpected;
QStringList announced;

void gather(QtMsgType type, const QMessageLogContext&, const QString& text) {
  if (type == QtDebugMsg || type == QtInfoMsg) return;
  for (const auto& part : std::as_const(announced)) {
    if (text.contains(part)) return;
  }
  // The offscreen platform says this whenever a window asks for what it hasn't.
  if (text.contains(u"This plugin does not support"_s)) return;
  unexpected << text;
  std::fprintf(stderr, "%s\n", qPrintable(text));
}

class NoWarnings : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    unexpected.clear();
    announced.clear();
  }
  void OnTestEnd(const testing::TestInfo&) override {
    if (!unexpected.isEmpty()) {
      ADD_FAILURE() << "Qt warned: " << unexpected.join(u"; "_s).toStdString();
    }
  }
};

}  // namespace

namespace attelier::tests {
void announceWarning(const QString& part) { announced << part; }
}  // namespace attelier::tests

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  qputenv("QT_QPA_PLATFORM", qEnvironmentVariable("QT_QPA_PLATFORM", u"offscreen"_s).toUtf8());
  qInstallMessageHandler(gather);
  QStandardPaths::setTestModeEnabled(true);
  QLocale::setDefault(QLocale::c());
  QApplication::setStyle(u"fusion"_s);
  QApplication application(argc, argv);
  QApplication::setOrganizationName(u"attelier-tests"_s);
  QApplication::setFont(QFont(u"DejaVu Sans"_s, 10));
  QApplication::setPalette(attelier::widgets::paletteOf(attelier::widgets::Theme::light()));
  QApplication::setCursorFlashTime(0);
  QApplication::setEffectEnabled(Qt::UI_AnimateMenu, false);
  testing::UnitTest::GetInstance()->listeners().Append(new NoWarnings);
  return RUN_ALL_TESTS();
}
