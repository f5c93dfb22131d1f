#pragma once

#include "engine/base/result.h"

#include <CLI/App.hpp>

#include <functional>
#include <string>
#include <vector>

namespace attelier::app {

/// What a command line asks for, filled in while it is parsed.
struct Invocation {
  std::vector<std::string> commandLine;  ///< as typed, the program first
  bool json = false;                     ///< one JSON object on standard output, no progress
  bool background = false;               ///< gives way to every other program
  std::function<Status()> action;        ///< of the command that was named
};

/// Adds a command whose action runs after everything was parsed; `--json` is added where asked.
CLI::App* addCommand(CLI::App& program, Invocation& invocation, const std::string& name,
                     const std::string& description, bool withJson, std::function<Status()> action);

/// Adds `--background`, for what computes for long.
void addBackground(CLI::App& command, Invocation& invocation);

/// Adds `--progress`, for what counts clips or pictures on standard error as JSON lines.
void addProgress(CLI::App& command, bool& progress);

/// Each adds its commands to the program.
void addSearch(CLI::App& program, Invocation& invocation);
void addResume(CLI::App& program, Invocation& invocation);
void addServe(CLI::App& program, Invocation& invocation);
void addDerive(CLI::App& program, Invocation& invocation);
void addEvaluate(CLI::App& program, Invocation& invocation);
void addInspect(CLI::App& program, Invocation& invocation);
void addCells(CLI::App& program, Invocation& invocation);
void addFilm(CLI::App& program, Invocation& invocation);
void addClips(CLI::App& program, Invocation& invocation);
void addSnapshot(CLI::App& program, Invocation& invocation);
void addInfo(CLI::App& program, Invocation& invocation);
void addDoctor(CLI::App& program, Invocation& invocation);
void addSchema(CLI::App& program, Invocation& invocation);

}  // namespace attelier::app
