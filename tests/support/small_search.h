#pragma once

#include "engine/search/run_session.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace attelier::testing {

/// A search that takes a second: few clips of a synthetic task, two levels of all six kinds.
inline search::RunConfiguration smallSearch(int steps = 12) {
  search::RunConfiguration configuration;
  EXPECT_TRUE(search::applyPreset(configuration, "tasks").has_value());
  configuration.synthetic.task = clips::SyntheticTask::When;
  configuration.synthetic.trainClips = 256;
  configuration.synthetic.selectClips = 16;
  configuration.synthetic.reportClips = 16;
  configuration.training.steps = steps;
  configuration.training.batch = 8;
  configuration.watch.checkpointSteps = 4;
  configuration.watch.checkpointSeconds = 1e6;
  configuration.watch.probeClips = 2;
  configuration.compute.threads = 2;
  configuration.compute.device = "cpu";
  return configuration;
}

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "attelier-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace attelier::testing
