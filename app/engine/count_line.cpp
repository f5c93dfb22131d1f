#include "app/engine/count_line.h"

#include "app/engine/signals.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <unistd.h>

namespace attelier::app {

namespace {
constexpr std::chrono::milliseconds kInterval{100};
}

CountLine::CountLine(Form form) : form_(form) {}

CountLine::~CountLine() {
  if (drawn_) {
    std::fputs("\r\x1b[K", stderr);
  }
}

CountLine::Form CountLine::formOf(bool json, bool progress) {
  if (progress) {
    return Form::Json;
  }
  return json || isatty(STDERR_FILENO) != 1 ? Form::Silent : Form::Text;
}

void CountLine::show(const std::string& stage, std::int64_t done, std::int64_t of) {
  if (interrupted()) {
    stop_.request_stop();
  }
  const std::scoped_lock lock(mutex_);
  const bool edge = stage != stage_ || done == of;
  if (form_ == Form::Silent || (!edge && Clock::now() - shown_ < kInterval)) {
    return;
  }
  stage_ = stage;
  shown_ = Clock::now();
  if (form_ == Form::Json) {
    const nlohmann::ordered_json line{{"stage", stage}, {"done", done}, {"of", of}};
    std::fprintf(stderr, "%s\n", line.dump().c_str());
  } else {
    std::fprintf(stderr, "\r%s: %lld of %lld\x1b[K", stage.c_str(), static_cast<long long>(done),
                 static_cast<long long>(of));
    drawn_ = true;
  }
  std::fflush(stderr);
}

}  // namespace attelier::app
