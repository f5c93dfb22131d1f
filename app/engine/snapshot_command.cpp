#include "app/engine/command.h"
#include "app/engine/printing.h"
#include "engine/run/snapshot.h"

#include <memory>

namespace attelier::app {

namespace {

struct SnapshotCommand {
  std::string run, file;
  run::SnapshotOptions options;
};

Status runSnapshot(const SnapshotCommand& command, const Invocation& invocation) {
  ATTELIER_CHECKED(run::writeSnapshot(command.run, command.file, command.options));
  std::error_code error;
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(command.file, error));
  if (invocation.json) {
    printJson({{"file", command.file}, {"bytes", bytes}});
  } else {
    printText("wrote " + command.file + " (" + bytesText(bytes) + ")" +
              (command.options.paths ? "; it holds the paths of your clips, see --no-paths" : ""));
  }
  return {};
}

}  // namespace

void addSnapshot(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<SnapshotCommand>();
  CLI::App* command =
      addCommand(program, invocation, "snapshot",
                 "Write a run, even one that is running, as one file to share", true,
                 [options, &invocation] { return runSnapshot(*options, invocation); });
  command->add_option("run", options->run, "Run folder")->required()->type_name("RUN");
  command->add_option("file", options->file, "File to write; it must not be there yet")
      ->required()
      ->type_name("FILE");
  command->add_flag_callback(
      "--no-frames", [options] { options->options.frames = false; },
      "Leave the pictures of the probe clips out");
  command->add_flag_callback(
      "--no-paths", [options] { options->options.paths = false; },
      "Leave paths, host and command line out");
}

}  // namespace attelier::app
