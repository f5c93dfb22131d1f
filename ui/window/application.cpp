#include "ui/window/application.h"

#include "engine/base/log.h"

#include <QEvent>

#include <chrono>
#include <ctime>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr double kLoggedMs = 50;

double threadCpuMs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

}  // namespace

Application::Application(int& argc, char** argv) : QApplication(argc, argv) {}

void Application::forgetSlowEvents() {
  longest_ = {};
  hardest_ = {};
  over50Ms_ = 0;
}

bool Application::notify(QObject* receiver, QEvent* event) {
  // Events sent from within an event are part of it.
  if (depth_ > 0) return QApplication::notify(receiver, event);
  const auto start = std::chrono::steady_clock::now();
  const double cpuStart = threadCpuMs();
  const int type = event->type();
  // The receiver may be gone afterwards.
  const char* className = receiver->metaObject()->className();
  const QString name = receiver->objectName();
  ++depth_;
  const bool result = QApplication::notify(receiver, event);
  --depth_;
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  const double cpu = threadCpuMs() - cpuStart;
  if (wall.count() > longest_.wallMs || cpu > hardest_.cpuMs || wall.count() > kLoggedMs) {
    const SlowEvent slow{wall.count(), cpu, QString::fromLatin1(className) + u' ' + name, type};
    if (slow.wallMs > longest_.wallMs) longest_ = slow;
    if (slow.cpuMs > hardest_.cpuMs) hardest_ = slow;
    if (slow.wallMs > kLoggedMs) {
      ++over50Ms_;
      logInformation(u"%1 took %2 ms (%3 ms of its own) for event %4"_s.arg(slow.receiver)
                         .arg(slow.wallMs, 0, 'f', 0)
                         .arg(slow.cpuMs, 0, 'f', 0)
                         .arg(type)
                         .toStdString());
    }
  }
  return result;
}

}  // namespace attelier::ui
