#include "app/window/window_program.h"

#include "ui/engine/engine_program.h"
#include "ui/runs/run_catalogue.h"
#include "ui/window/application.h"
#include "ui/window/desktop_look.h"
#include "ui/window/main_window.h"
#include "ui/window/preferences.h"
#include "ui/window/recent_runs.h"
#include "ui/workspace/workspace.h"

#include <QSettings>

namespace attelier::app {

struct WindowProgram::Parts {
  Parts() : workspace(engine), window(workspace, catalogue, recent, look) {}

  ui::DesktopLook look;  // first: the palette the program started with tells dark from light
  ui::EngineProgram engine;
  ui::RunCatalogue catalogue;
  ui::RecentRuns recent;
  ui::Workspace workspace;
  ui::MainWindow window;
};

WindowProgram::WindowProgram(ui::Application& application)
    : WindowProgram(application, ui::Preferences::load(QSettings())) {}

WindowProgram::WindowProgram(ui::Application&, const ui::Preferences& preferences) {
  ui::installLanguage(preferences.language);
  parts_ = std::make_unique<Parts>();
  parts_->window.apply(preferences);
}

WindowProgram::~WindowProgram() = default;

ui::MainWindow& WindowProgram::window() { return parts_->window; }

}  // namespace attelier::app
