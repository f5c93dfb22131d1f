#pragma once

#include <QString>

#include <memory>

namespace attelier::ui {
class Application;
class MainWindow;
struct Preferences;
}  // namespace attelier::ui

namespace attelier::app {

/// All objects that the window consists of, made and put together; they live as long as this.
class WindowProgram {
 public:
  /// With the preferences stored by the person, or with others (tests, pictures).
  explicit WindowProgram(ui::Application& application);
  WindowProgram(ui::Application& application, const ui::Preferences& preferences);
  ~WindowProgram();

  ui::MainWindow& window();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace attelier::app
