#include "app/engine/command_line.h"

#include "app/engine/background.h"
#include "app/engine/command.h"
#include "app/engine/exit_code.h"
#include "app/engine/logging.h"
#include "app/engine/printing.h"
#include "engine/base/nearest_name.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>

namespace attelier::app {

namespace {

constexpr size_t kHelpColumn = 38;

/// One line whatever the message holds.
std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

int report(const Error& error, bool json) {
  std::fprintf(stderr, "attelier-engine: %s\n", oneLine(describe(error)).c_str());
  // A run that was interrupted has printed its outcome already.
  if (json && !jsonWasPrinted()) {
    printJson({{"error",
                {{"code", errorCodeName(error.code)},
                 {"message", error.message},
                 {"where", error.where}}}});
  }
  return exitCode(error.code);
}

std::vector<std::string> knownOptions(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

/// The sentence for a word or option that nothing takes; empty where everything was taken.
std::string unknownWord(const CLI::App& program) {
  const std::vector<std::string> left = program.remaining(/*recurse=*/true);
  if (left.empty()) {
    return {};
  }
  const auto chosen = program.get_subcommands();
  if (left.front().rfind("-", 0) == 0) {
    const CLI::App& command = chosen.empty() ? program : *chosen.front();
    const std::string name = left.front().substr(0, left.front().find('='));
    const std::vector<std::string> known = knownOptions(command);
    const auto nearest = nearestName(name, known);
    return "unknown option '" + name + "'" +
           (nearest ? "; did you mean '" + *nearest + "'?"
                    : "; see attelier-engine " + command.get_name() + " --help");
  }
  if (chosen.empty()) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands({})) {
      names.push_back(command->get_name());
    }
    return unknownNameMessage("command", left.front(), names);
  }
  return "'" + left.front() + "' is one word too many for " + chosen.front()->get_name();
}

void describeProgram(CLI::App& program, std::string& logLevel) {
  program.description(
      "attelier-engine: searches attention cells for video classification, derives, retrains and "
      "explains them.");
  program.footer(std::string("Times are in seconds unless a unit is named. Results go to standard "
                             "output, progress and errors to standard error.\n") +
                 exitCodeHelp());
  program.get_formatter()->column_width(kHelpColumn);
  program.set_version_flag("--version", std::string("attelier-engine ") + ATTELIER_VERSION,
                           "Print the version and leave");
  program
      .add_option("--log-level", logLevel,
                  "Least severity of log lines on standard error (" + logLevelNames() +
                      "; default warning)")
      ->type_name("LEVEL");
  program.require_subcommand(1);
}

void addCommands(CLI::App& program, Invocation& invocation) {
  addSearch(program, invocation);
  addResume(program, invocation);
  addServe(program, invocation);
  addDerive(program, invocation);
  addEvaluate(program, invocation);
  addInspect(program, invocation);
  addCells(program, invocation);
  addClips(program, invocation);
  addFilm(program, invocation);
  addSnapshot(program, invocation);
  addInfo(program, invocation);
  addDoctor(program, invocation);
  addSchema(program, invocation);
}

int parseAndRun(int argumentCount, char** arguments, Invocation& invocation) {
  invocation.commandLine.assign(arguments, arguments + argumentCount);
  CLI::App program;
  program.name("attelier-engine");
  std::string logLevel = "warning";
  // The last word counts, so that a script's defaults can be followed by one's own.
  program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  describeProgram(program, logLevel);
  addCommands(program, invocation);
  try {
    program.parse(argumentCount, arguments);
  } catch (const CLI::Success& asked) {  // --help, --version
    return program.exit(asked);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknownWord(program);
    const bool nothing = argumentCount <= 1;
    return report({.code = ErrorCode::InvalidArgument,
                   .message = !unknown.empty() ? unknown
                              : nothing        ? "name a command; attelier-engine --help lists them"
                                               : error.what(),
                   .where = {}},
                  invocation.json);
  }
  if (invocation.background) {
    giveWay(arguments);
  }
  Status status = startConsoleLog(logLevel);
  if (status) {
    status = invocation.action();
  }
  return status ? 0 : report(status.error(), invocation.json);
}

}  // namespace

CLI::App* addCommand(CLI::App& program, Invocation& invocation, const std::string& name,
                     const std::string& description, bool withJson,
                     std::function<Status()> action) {
  CLI::App* command = program.add_subcommand(name, description);
  command->fallthrough();
  command->get_formatter()->column_width(kHelpColumn);
  if (withJson) {
    command->add_flag("--json", invocation.json,
                      "One JSON object on standard output instead of text; no progress");
  }
  command->final_callback(
      [&invocation, action = std::move(action)] { invocation.action = action; });
  return command;
}

void addBackground(CLI::App& command, Invocation& invocation) {
  command.add_flag("--background", invocation.background,
                   "Give way to other programs: lower priority, threads sleep while they wait");
}

void addProgress(CLI::App& command, bool& progress) {
  command.add_flag(
      "--progress", progress,
      "How far it is, on standard error at most ten times a second, as one JSON object "
      "a line: stage, done, of");
}

int runCommandLine(int argumentCount, char** arguments) {
  Invocation invocation;
  try {
    return parseAndRun(argumentCount, arguments, invocation);
  } catch (const std::bad_alloc&) {
    return report({.code = ErrorCode::OutOfMemory,
                   .message = "memory did not suffice; take a smaller batch or smaller clips",
                   .where = {}},
                  invocation.json);
  } catch (const std::exception& error) {
    // LibTorch writes a backtrace below its first line.
    const std::string what = error.what();
    return report({.code = ErrorCode::Internal,
                   .message = "an error of the program: " + what.substr(0, what.find('\n')),
                   .where = {}},
                  invocation.json);
  }
}

}  // namespace attelier::app
