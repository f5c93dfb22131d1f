#include "app/window/start.h"

#include "app/window/window_program.h"
#include "ui/window/application.h"
#include "ui/window/main_window.h"
#include "ui/window/single_instance.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <QTimer>

using namespace Qt::Literals::StringLiterals;

namespace attelier::app {

int startWindow(int argc, char** argv) {
  QApplication::setStyle(u"fusion"_s);
  ui::Application application(argc, argv);
  QApplication::setOrganizationName(u"attelier"_s);
  QApplication::setApplicationName(u"attelier"_s);
  QApplication::setApplicationVersion(QStringLiteral(ATTELIER_VERSION));
  QGuiApplication::setDesktopFileName(u"org.attelier.Attelier"_s);

  QCommandLineParser options;
  options.setApplicationDescription(
      QApplication::tr("Searches attention cells for video networks, and shows the search."));
  options.addHelpOption();
  options.addVersionOption();
  options.addPositionalArgument(QApplication::tr("paths"),
                                QApplication::tr("runs, shared runs, or a folder of clips"),
                                u"[PATH…]"_s);
  const QCommandLineOption demo(u"demo"_s, QApplication::tr("Start the demo search."));
  const QCommandLineOption alone(
      u"new-window"_s, QApplication::tr("Open a window of its own even if there is one."));
  options.addOptions({demo, alone});
  options.process(application);
  QStringList paths;
  for (const auto& path : options.positionalArguments())
    paths << QFileInfo(path).absoluteFilePath();

  ui::SingleInstance instance;
  if (!options.isSet(alone) && instance.start(paths) == ui::SingleInstance::Role::HandedOver)
    return 0;

  WindowProgram program(application);
  ui::MainWindow& window = program.window();
  QObject::connect(&instance, &ui::SingleInstance::opened, &window,
                   [&window](const QStringList& more) {
                     for (const auto& path : more) window.openPath(path);
                     window.raise();
                     window.activateWindow();
                   });
  window.restoreSession(paths.isEmpty() && !options.isSet(demo));
  window.show();
  // After the first picture, which must not wait for a disk.
  QTimer::singleShot(0, &window, [&] {
    for (const auto& path : paths) window.openPath(path);
    if (options.isSet(demo)) window.control().startDemo();
  });
  return QApplication::exec();
}

}  // namespace attelier::app
