#pragma once

#include "engine/base/result.h"
#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attelier::run {

enum class CommandKind {
  Pause,
  Resume,
  Step,
  Finish,
  Discard,
  Checkpoint,
  Pin,      ///< arguments: step, pinned (default true)
  Probe,    ///< arguments: action "add" (clip or file, step) or "remove" (probe)
  Inspect,  ///< what attention rows can't answer: place, node, probe or clip, query [t,y,x]
  Cell,     ///< arguments: action "add" (name, design), "rename" (id, name) or "remove" (id)
  Resize,   ///< arguments: steps_planned
  Leave,    ///< checkpoint and leave the run to another engine
};

enum class CommandState {
  Issued,
  Taken,
  Done,
  Failed,
  Superseded,
  Lost,  ///< never stored: the engine that should have answered is gone and its commands with it
};

const char* commandKindName(CommandKind kind);     ///< "pause", …
const char* commandStateName(CommandState state);  ///< "issued", …
/// Errors: InvalidArgument, with the nearest known name.
Result<CommandKind> parseCommandKind(const std::string& name);
/// Checks the arguments that a kind needs. Errors: InvalidArgument, naming the argument.
Status checkArguments(CommandKind kind, const nlohmann::json& arguments);

struct Command {
  std::string id;      ///< UUID
  std::string viewer;  ///< UUID of the window or process that asks
  std::string
      slot;  ///< a newer command in the same slot of a viewer replaces one that waits; may be empty
  CommandKind kind = CommandKind::Pause;
  nlohmann::json arguments = nlohmann::json::object();
  double issued = 0;
};

struct CommandAnswer {
  CommandState state = CommandState::Issued;
  nlohmann::json answer;  ///< result when done; {"code","message"} when failed; null before
  double issued = 0, taken = 0, ended = 0;  ///< seconds since 1970, 0 = not yet
};

/// The engine's side. Threads: one at a time.
class CommandQueue {
 public:
  /// Makes `commands.db` anew (mode 0600), so that commands for an earlier engine die. The caller
  /// holds the lock.
  static Result<std::unique_ptr<CommandQueue>> create(const RunFolder& folder, const RunLock& lock);
  ~CommandQueue();
  CommandQueue(const CommandQueue&) = delete;
  CommandQueue& operator=(const CommandQueue&) = delete;

  /// The oldest waiting command, marked taken; nothing when none waits. Microseconds when there is
  /// none. A command that makes no sense is answered `failed` here and never returned.
  Result<std::optional<Command>> take();
  Status done(const std::string& id, const nlohmann::json& answer = nlohmann::json::object());
  Status failed(const std::string& id, const Error& error);

 private:
  CommandQueue();
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// A viewer's side. Threads: one at a time.
class CommandClient {
 public:
  /// Errors: NotFound when no engine has made `commands.db`, Io (permissions).
  static Result<std::unique_ptr<CommandClient>> open(const RunFolder& folder);
  ~CommandClient();
  CommandClient(const CommandClient&) = delete;
  CommandClient& operator=(const CommandClient&) = delete;

  const std::string& viewer() const;

  /// Stores a command and returns its id. Errors: InvalidArgument, NotFound (no engine), Io.
  Result<std::string> issue(CommandKind kind,
                            const nlohmann::json& arguments = nlohmann::json::object(),
                            const std::string& slot = {});
  /// Where a command stands; never waits.
  Result<CommandAnswer> poll(const std::string& id);
  /// Polls until the command is done, failed, superseded or lost. Errors: Busy when the time is
  /// over.
  Result<CommandAnswer> wait(const std::string& id, std::chrono::milliseconds timeout);

 private:
  CommandClient();
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::run
