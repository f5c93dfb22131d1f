// The first minute of somebody who has never seen Attelier, played by mouse and keyboard on the
// real window and the real engine: the demo search, a node, a pixel, another cell, pause, back in
// time, live, to the end.
//
//   attelier_first_minute [--out FOLDER] [--theme light|dark] [--size 1440x900] [--run FOLDER] [--
//   ENGINE ARGUMENTS]
//
// Writes a picture of each step into FOLDER and fails where a step does not do what it says, or
// where an event kept the window's thread for more than 200 ms of wall time or 50 ms of its own CPU
// time. Engine arguments search something else than the demo (`-- search --clips … --out …`).

#include "app/window/window_program.h"
#include "engine/run/phase.h"
#include "ui/engine/engine_program.h"
#include "ui/window/application.h"
#include "ui/window/hints.h"
#include "ui/window/main_window.h"
#include "ui/window/preferences.h"
#include "widgets/graph/supergraph_view.h"
#include "widgets/video/attention_canvas.h"

#include <QAbstractSlider>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;
using namespace attelier;

namespace {

constexpr double kWallMs = 200;
constexpr double kCpuMs = 50;

[[noreturn]] void fail(const QString& what) {
  std::fprintf(stderr, "FAILED: %s\n", qPrintable(what));
  std::exit(1);
}

void expect(bool holds, const QString& what) {
  if (!holds) fail(what);
}

class FirstMinute {
 public:
  FirstMinute(ui::Application& application, ui::MainWindow& window, QString out)
      : application_(application), window_(window), out_(std::move(out)) {
    if (!out_.isEmpty()) QDir().mkpath(out_);
    clock_.start();
  }

  ui::Workspace& workspace() { return window_.workspace(); }
  const ui::Shown& shown() { return workspace().shown(); }

  void waitFor(const QString& what, const std::function<bool()>& holds, int timeoutMs = 30'000) {
    if (!QTest::qWaitFor(holds, timeoutMs)) fail(u"waited in vain for "_s + what);
  }

  void settle(int ms = 400) { QTest::qWait(ms); }

  // Painting all of the window at once for a picture is not an event of the window.
  void picture(const QString& name) {
    settle();
    checkEvents(name);
    std::printf("%5.1f s  %s\n", static_cast<double>(clock_.elapsed()) / 1e3, qPrintable(name));
    std::fflush(stdout);
    if (!out_.isEmpty()) {
      expect(window_.grab().save(
                 QDir(out_).filePath(u"%1-%2.png"_s.arg(++count_, 2, 10, QChar(u'0')).arg(name))),
             u"the picture of "_s + name);
    }
    application_.forgetSlowEvents();
  }

  void checkEvents(const QString& name) {
    const auto& longest = application_.longest();
    const auto& hardest = application_.hardest();
    worstWall_ = std::max(worstWall_, longest.wallMs);
    worstCpu_ = std::max(worstCpu_, hardest.cpuMs);
    over50_ += application_.eventsOver50Ms();
    const auto text = [&](const ui::SlowEvent& event) {
      return u"%1: event %2 of %3 took %4 ms, %5 ms of its own"_s.arg(name)
          .arg(event.type)
          .arg(event.receiver)
          .arg(event.wallMs, 0, 'f', 0)
          .arg(event.cpuMs, 0, 'f', 0);
    };
    if (longest.wallMs > kWallMs) slow_ << text(longest);
    if (hardest.cpuMs > kCpuMs) slow_ << text(hardest);
  }

  void click(QWidget* widget, const QPointF& at) {
    QTest::mouseMove(widget, at.toPoint());
    QTest::mouseClick(widget, Qt::LeftButton, Qt::NoModifier, at.toPoint());
  }

  template <typename Widget>
  Widget* find(const QString& name = {}) {
    auto* found = window_.findChild<Widget*>(name);
    if (found == nullptr) fail(u"there is no widget "_s + name);
    return found;
  }

  // Every visible pane shows the same step.
  void expectOneStep(std::int64_t step) {
    waitFor(u"all panes at step %1"_s.arg(step), [&] {
      for (auto* pane : window_.panes()) {
        if (pane->isVisible() && pane->shownStep() != step) return false;
      }
      return shown().step() == step;
    });
  }

  int report() {
    std::printf(
        "longest event %.0f ms wall, hardest %.0f ms of the thread; %lld events over 50 ms wall\n",
        worstWall_, worstCpu_, static_cast<long long>(over50_));
    for (const auto& slow : slow_) std::fprintf(stderr, "SLOW: %s\n", qPrintable(slow));
    return slow_.isEmpty() ? 0 : 1;
  }

 private:
  ui::Application& application_;
  ui::MainWindow& window_;
  QString out_;
  QElapsedTimer clock_;
  QStringList slow_;
  double worstWall_ = 0, worstCpu_ = 0;
  std::int64_t over50_ = 0;
  int count_ = 0;
};

void play(FirstMinute& first, ui::MainWindow& window, const QStringList& search,
          const QString& folder) {
  using run::Phase;
  first.picture(u"empty"_s);
  if (search.isEmpty()) {
    QTest::mouseClick(first.find<QPushButton>(u"empty_run.demo"_s), Qt::LeftButton);
  } else {
    window.control().start(search, folder.toStdString());
  }
  first.waitFor(
      u"the run to open"_s, [&] { return first.shown().run != nullptr; }, 60'000);
  first.picture(u"opened"_s);
  first.waitFor(
      u"the first weights"_s, [&] { return first.shown().derived != nullptr; }, 120'000);
  const auto sink = first.shown().moment()->weights->probabilities.sink;
  first.waitFor(
      u"edges to move"_s,
      [&] {
        const auto* moment = first.shown().moment();
        if (moment == nullptr || !moment->weights) return false;
        double most = 0;
        for (std::size_t i = 0; i < sink.size(); ++i) {
          most = std::max(most, std::abs(moment->weights->probabilities.sink[i] - sink[i]));
        }
        return most > 0.01;
      },
      300'000);
  first.picture(u"edges-move"_s);

  auto* graph = first.find<widgets::SupergraphView>();
  // The strongest dot-product node of the sink that is not chosen yet.
  const auto& weights = first.shown().moment()->weights->probabilities;
  int node = -1;
  for (int candidate = 0; candidate < weights.shape.nodes(); ++candidate) {
    const bool isDot = weights.shape.kindOf(candidate).type == space::OperationType::DotProduct;
    if (!isDot || candidate == first.shown().choices.node) continue;
    if (node < 0 || weights.sink[static_cast<std::size_t>(candidate)] >
                        weights.sink[static_cast<std::size_t>(node)]) {
      node = candidate;
    }
  }
  first.click(graph, graph->positionOf(node));
  first.waitFor(u"the clicked node"_s, [&] { return first.shown().choices.node == node; });
  first.waitFor(u"its attention"_s, [&] {
    const auto* moment = first.shown().moment();
    return moment != nullptr && moment->find({.node = node}) != nullptr;
  });
  first.picture(u"node"_s);

  auto* canvas = first.find<widgets::AttentionCanvas>();
  first.waitFor(u"a picture"_s, [&] { return !canvas->pictureRect().isEmpty(); });
  const QRectF frame = canvas->pictureRect();
  first.click(canvas,
              QPointF(frame.left() + 0.6 * frame.width(), frame.top() + 0.55 * frame.height()));
  first.waitFor(u"the query"_s, [&] { return first.shown().choices.query.has_value(); });
  first.picture(u"query"_s);

  auto* nodes = first.find<QSpinBox>(u"alpha_box"_s);
  const auto outputs = first.shown().derived->derivation.cell.outputs.size();
  nodes->setFocus();
  QTest::keyClick(nodes, Qt::Key_Up);
  first.waitFor(u"another cell"_s, [&] {
    return first.shown().derived->derivation.cell.outputs.size() == outputs + 1;
  });
  first.picture(u"another-cell"_s);

  QTest::keyClick(&window, Qt::Key_P, Qt::ControlModifier);
  first.waitFor(u"the pause"_s, [&] { return first.shown().run->status.phase == Phase::Paused; });
  first.picture(u"paused"_s);

  const std::int64_t live = first.shown().step();
  first.workspace().goTo(live / 2);
  first.expectOneStep(live / 2);
  expect(first.shown().state.kind == ui::StateKind::ScrubbedBack, u"looking back is shown"_s);
  first.picture(u"scrubbed-back"_s);

  QTest::keyClick(&window, Qt::Key_End);
  first.waitFor(u"live again"_s, [&] { return !first.shown().choices.step.has_value(); });
  QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
  first.waitFor(u"the search to go on"_s, [&] { return first.shown().run->status.step > live; });
  first.picture(u"resumed"_s);

  first.waitFor(
      u"the end"_s, [&] { return first.shown().run->status.phase == Phase::Finished; }, 1'200'000);
  first.settle(1500);
  first.picture(u"finished"_s);
}

}  // namespace

int main(int argc, char** argv) {
  QApplication::setStyle(u"fusion"_s);
  ui::Application application(argc, argv);
  QApplication::setOrganizationName(u"attelier-tests"_s);
  QApplication::setApplicationName(u"first-minute"_s);

  QCommandLineParser options;
  const QCommandLineOption out(u"out"_s, u"folder of the pictures"_s, u"FOLDER"_s);
  const QCommandLineOption theme(u"theme"_s, u"light or dark"_s, u"THEME"_s, u"light"_s);
  const QCommandLineOption size(u"size"_s, u"of the window"_s, u"WxH"_s, u"1440x900"_s);
  const QCommandLineOption folder(u"run"_s, u"folder of the run that the arguments make"_s,
                                  u"FOLDER"_s);
  options.addOptions({out, theme, size, folder});
  options.addHelpOption();
  options.addPositionalArgument(u"arguments"_s, u"of the engine, instead of the demo"_s,
                                u"[-- ARGUMENTS…]"_s);
  options.process(application);

  // Nothing of the person's own is read or written.
  QTemporaryDir home;
  qputenv("XDG_DATA_HOME", home.filePath(u"data"_s).toUtf8());
  qputenv("XDG_CACHE_HOME", home.filePath(u"cache"_s).toUtf8());
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home.filePath(u"config"_s));

  ui::Preferences preferences;
  preferences.theme =
      options.value(theme) == u"dark"_s ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light;
  preferences.language = ui::Language::English;
  preferences.reducedMotion = true;
  QElapsedTimer start;
  start.start();
  app::WindowProgram program(application, preferences);
  ui::MainWindow& window = program.window();
  const QStringList numbers = options.value(size).split(u'x');
  window.resize(numbers.value(0).toInt(), numbers.value(1).toInt());
  window.show();
  if (!QTest::qWaitForWindowExposed(&window)) fail(u"the window was never shown"_s);
  std::printf("window shown after %lld ms\n", static_cast<long long>(start.elapsed()));
  window.activateWindow();
  QTest::qWait(200);
  application.forgetSlowEvents();

  FirstMinute first(application, window, options.value(out));
  play(first, window, options.positionalArguments(), options.value(folder));
  return first.report();
}
