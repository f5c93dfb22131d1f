#include "app/engine/run_place.h"

#include <cctype>
#include <cstdlib>
#include <ctime>

namespace attelier::app {

namespace {

std::string nameOf(const search::RunConfiguration& configuration) {
  if (configuration.isSynthetic()) {
    return clips::syntheticTaskName(configuration.synthetic.task);
  }
  const std::string& clips = configuration.dataset.clips.empty() ? configuration.dataset.train
                                                                 : configuration.dataset.clips;
  std::filesystem::path path = std::filesystem::absolute(clips).lexically_normal();
  if (path.filename().empty()) {
    path = path.parent_path();
  }
  std::string name;
  for (const char c : path.stem().string()) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 || byte >= 0x80 || c == '_' ? c : '-';
  }
  return name.empty() ? "clips" : name;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[16];
  std::strftime(text, sizeof text, "%Y%m%d", &local);
  return text;
}

}  // namespace

Result<std::filesystem::path> defaultRunsFolder() {
  // The XDG specification has relative paths ignored.
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') {
    return std::filesystem::path(data) / "attelier" / "runs";
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] == '\0') {
    return fail(ErrorCode::NotFound, "there is no home folder to put the run in; name one by --out",
                "HOME");
  }
  return std::filesystem::path(home) / ".local" / "share" / "attelier" / "runs";
}

Result<std::filesystem::path> newRunFolder(const search::RunConfiguration& configuration) {
  ATTELIER_ASSIGN(const std::filesystem::path parent, defaultRunsFolder());
  const std::string stem = nameOf(configuration) + "-" + today() + "-";
  std::error_code error;
  for (int number = 1;; ++number) {
    std::filesystem::path folder = parent / (stem + std::to_string(number) + ".attelier");
    if (!std::filesystem::exists(folder, error)) {
      return folder;
    }
  }
}

}  // namespace attelier::app
