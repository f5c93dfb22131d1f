#include "engine/run/commands.h"

#include "engine/base/nearest_name.h"
#include "engine/run/database.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace attelier::run {
namespace {

using detail::bindAll;
using detail::execute;
using detail::guarded;

constexpr std::array kKinds = {"pause", "resume", "step",    "finish", "discard", "checkpoint",
                               "pin",   "probe",  "inspect", "cell",   "resize",  "leave"};
constexpr std::array kStates = {"issued", "taken", "done", "failed", "superseded", "lost"};
constexpr std::size_t kMaximumArguments = 1 << 20;
constexpr std::size_t kMaximumSlot = 200;
constexpr int kBusyMs = 2000;

constexpr const char* kTable = R"sql(
CREATE TABLE commands(number INTEGER PRIMARY KEY, id TEXT UNIQUE, viewer TEXT, slot TEXT, kind TEXT,
  arguments TEXT, state TEXT, answer TEXT, issued REAL, taken REAL, ended REAL);
CREATE INDEX commands_by_state ON commands(state, number);
)sql";

std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Status needInteger(const nlohmann::json& arguments, const char* name, std::int64_t minimum) {
  const auto found = arguments.find(name);
  if (found == arguments.end() || !found->is_number_integer() ||
      found->get<std::int64_t>() < minimum) {
    return fail(ErrorCode::InvalidArgument,
                "must be a whole number of at least " + std::to_string(minimum), name);
  }
  return {};
}

Status needText(const nlohmann::json& arguments, const char* name) {
  const auto found = arguments.find(name);
  if (found == arguments.end() || !found->is_string() || found->get<std::string>().empty()) {
    return fail(ErrorCode::InvalidArgument, "must be a text", name);
  }
  return {};
}

Status checkAction(const nlohmann::json& arguments, std::initializer_list<const char*> actions) {
  ATTELIER_CHECKED(needText(arguments, "action"));
  const auto action = arguments.at("action").get<std::string>();
  std::string legal;
  for (const char* known : actions) {
    if (action == known) {
      return {};
    }
    legal += (legal.empty() ? "" : ", ") + std::string(known);
  }
  return fail(ErrorCode::InvalidArgument, "must be one of " + legal, "action");
}

// A clip of the data set, or a video beside it; `step` for an engine that serves.
Status checkNewProbe(const nlohmann::json& arguments) {
  constexpr std::size_t kLongestPath = 4096;
  if (arguments.contains("step")) {
    ATTELIER_CHECKED(needInteger(arguments, "step", 0));
  }
  if (!arguments.contains("file")) {
    return needInteger(arguments, "clip", 0);
  }
  if (arguments.contains("clip")) {
    return fail(ErrorCode::InvalidArgument, "stands beside clip; name one of them", "file");
  }
  ATTELIER_CHECKED(needText(arguments, "file"));
  const auto& file = arguments.at("file").get_ref<const std::string&>();
  if (!file.starts_with('/') || file.size() > kLongestPath ||
      file.find('\0') != std::string::npos) {
    return fail(ErrorCode::InvalidArgument, "must be the absolute path of a video", "file");
  }
  return {};
}

std::uint64_t inodeOf(const std::filesystem::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 ? found.st_ino : 0;
}

// Commands die with the engine, so nothing is lost with the cache of a system that stops.
void setUp(SQLite::Database& database) {
  database.exec(
      "PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; "
      "PRAGMA temp_store = MEMORY");
}

}  // namespace

const char* commandKindName(CommandKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

const char* commandStateName(CommandState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

Result<CommandKind> parseCommandKind(const std::string& name) {
  const auto* const found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) {
    const std::vector<std::string> known(kKinds.begin(), kKinds.end());
    return fail(ErrorCode::InvalidArgument,
                unknownNameMessage("command", name.substr(0, 80), known), "kind");
  }
  return static_cast<CommandKind>(found - kKinds.begin());
}

Status checkArguments(CommandKind kind, const nlohmann::json& arguments) {
  if (!arguments.is_object()) {
    return fail(ErrorCode::InvalidArgument, "must be a JSON object", "arguments");
  }
  switch (kind) {
    case CommandKind::Pin:
      if (arguments.contains("pinned") && !arguments.at("pinned").is_boolean()) {
        return fail(ErrorCode::InvalidArgument, "must be true or false", "pinned");
      }
      return needInteger(arguments, "step", 0);
    case CommandKind::Resize:
      return needInteger(arguments, "steps_planned", 1);
    case CommandKind::Probe:
      ATTELIER_CHECKED(checkAction(arguments, {"add", "remove"}));
      return arguments.at("action") == "add" ? checkNewProbe(arguments)
                                             : needInteger(arguments, "probe", 0);
    case CommandKind::Cell:
      ATTELIER_CHECKED(checkAction(arguments, {"add", "rename", "remove"}));
      if (arguments.at("action") != "add") {
        ATTELIER_CHECKED(needInteger(arguments, "id", 1));
      } else if (!arguments.contains("design") || !arguments.at("design").is_object()) {
        return fail(ErrorCode::InvalidArgument, "must be a cell's JSON object", "design");
      }
      return arguments.at("action") == "remove" ? Status{} : needText(arguments, "name");
    case CommandKind::Inspect:
      // A place by its id or name (0 or absent: the first), a node by its index or name.
      if (arguments.contains("place") && !arguments.at("place").is_string()) {
        ATTELIER_CHECKED(needInteger(arguments, "place", 0));
      }
      return arguments.contains("node") && arguments.at("node").is_string()
                 ? needText(arguments, "node")
                 : needInteger(arguments, "node", 0);
    default:
      return {};
  }
}

class CommandQueue::Impl {
 public:
  explicit Impl(const std::filesystem::path& f)
      : file(f), database(f.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOFOLLOW, kBusyMs) {
    setUp(database);
    database.exec(kTable);
    waiting = std::make_unique<SQLite::Statement>(
        database,
        "SELECT id, viewer, slot, kind, arguments, issued FROM commands WHERE state = 'issued' "
        "ORDER BY number LIMIT 1");
  }

  // What a viewer wrote, as a command; throws nothing.
  static Result<Command> parse(SQLite::Statement& row) {
    Command command;
    command.id = row.getColumn(0).getString();
    command.viewer = row.getColumn(1).getString();
    command.slot = row.getColumn(2).getString();
    command.issued = row.getColumn(5).getDouble();
    ATTELIER_ASSIGN(command.kind, parseCommandKind(row.getColumn(3).getString()));
    if (static_cast<std::size_t>(row.getColumn(4).getBytes()) > kMaximumArguments) {
      return fail(ErrorCode::InvalidArgument, "are longer than a mebibyte", "arguments");
    }
    command.arguments = nlohmann::json::parse(row.getColumn(4).getString(), nullptr, false);
    ATTELIER_CHECKED(checkArguments(command.kind, command.arguments));
    return command;
  }

  Status end(const std::string& id, CommandState state, const nlohmann::json& answer) {
    return guarded(file, [&] {
      execute(database, "UPDATE commands SET state = ?, answer = ?, ended = ? WHERE id = ?",
              commandStateName(state), dump(answer), now(), id);
      if (database.getChanges() == 0) {
        throw std::runtime_error("has no command " + id);
      }
    });
  }

  std::filesystem::path file;
  SQLite::Database database;
  std::unique_ptr<SQLite::Statement> waiting;
};

CommandQueue::CommandQueue() = default;
CommandQueue::~CommandQueue() = default;

Result<std::unique_ptr<CommandQueue>> CommandQueue::create(const RunFolder& folder,
                                                           const RunLock& lock) {
  const std::filesystem::path file = folder.commands();
  if (lock.path() != folder.lockFile()) {
    return fail(ErrorCode::Internal, "the lock held is that of " + lock.path().string(),
                file.string());
  }
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    std::filesystem::remove(file.string() + suffix, ignored);
  }
  // Made by us and not by SQLite, so that it is never readable by others, not even for a moment.
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return fail(ErrorCode::Io, std::string("can't be made: ") + std::strerror(errno),
                file.string());
  }
  ::close(descriptor);
  std::unique_ptr<CommandQueue> queue(new CommandQueue);
  ATTELIER_CHECKED(guarded(file, [&] { queue->impl_ = std::make_unique<Impl>(file); }));
  return queue;
}

Result<std::optional<Command>> CommandQueue::take() {
  while (true) {
    Result<Command> command;
    std::string id;
    bool any = false;
    ATTELIER_CHECKED(guarded(impl_->file, [&] {
      impl_->waiting->reset();
      any = impl_->waiting->executeStep();
      if (any) {
        id = impl_->waiting->getColumn(0).getString();
        command = Impl::parse(*impl_->waiting);
      }
      impl_->waiting->reset();
      if (any) {
        // Only if it still waits: a newer command may have replaced it this moment.
        execute(impl_->database,
                "UPDATE commands SET state = 'taken', taken = ? WHERE id = ? AND state = 'issued'",
                now(), id);
        if (impl_->database.getChanges() == 0) {
          id.clear();
        }
      }
    }));
    if (!any) {
      return std::optional<Command>{};
    }
    if (id.empty()) {
      continue;
    }
    if (command.has_value()) {
      return std::optional(std::move(*command));
    }
    ATTELIER_CHECKED(failed(id, command.error()));
  }
}

Status CommandQueue::done(const std::string& id, const nlohmann::json& answer) {
  return impl_->end(id, CommandState::Done, answer);
}

Status CommandQueue::failed(const std::string& id, const Error& error) {
  return impl_->end(id, CommandState::Failed,
                    {{"code", errorCodeName(error.code)}, {"message", describe(error)}});
}

class CommandClient::Impl {
 public:
  // Opens the file that is there now: an engine that started since has made a new one.
  Status refresh() {
    const std::uint64_t found = inodeOf(file);
    if (found == 0) {
      database.reset();
      inode = 0;
      return fail(ErrorCode::NotFound, "is not there: no engine has taken this run up yet",
                  file.string());
    }
    if (found == inode && database != nullptr) {
      return {};
    }
    ATTELIER_CHECKED(guarded(file, [&] {
      database = std::make_unique<SQLite::Database>(
          file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOFOLLOW, kBusyMs);
      setUp(*database);
    }));
    inode = found;
    return {};
  }

  std::filesystem::path file;
  std::string viewer = makeUuid();
  std::uint64_t inode = 0;
  std::unique_ptr<SQLite::Database> database;
};

CommandClient::CommandClient() : impl_(std::make_unique<Impl>()) {}
CommandClient::~CommandClient() = default;

Result<std::unique_ptr<CommandClient>> CommandClient::open(const RunFolder& folder) {
  std::unique_ptr<CommandClient> client(new CommandClient);
  client->impl_->file = folder.commands();
  ATTELIER_CHECKED(client->impl_->refresh());
  return client;
}

const std::string& CommandClient::viewer() const { return impl_->viewer; }

Result<std::string> CommandClient::issue(CommandKind kind, const nlohmann::json& arguments,
                                         const std::string& slot) {
  ATTELIER_CHECKED(checkArguments(kind, arguments));
  const std::string text = dump(arguments);
  if (text.size() > kMaximumArguments || slot.size() > kMaximumSlot) {
    return fail(ErrorCode::InvalidArgument, "are too long", "arguments");
  }
  ATTELIER_CHECKED(impl_->refresh());
  const std::string id = makeUuid();
  ATTELIER_CHECKED(guarded(impl_->file, [&] {
    SQLite::Database& database = *impl_->database;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    if (!slot.empty()) {
      execute(
          database,
          "UPDATE commands SET state = 'superseded', ended = ? WHERE viewer = ? AND slot = ? AND "
          "state = 'issued'",
          now(), impl_->viewer, slot);
    }
    execute(database, "INSERT INTO commands VALUES (NULL, ?, ?, ?, ?, ?, 'issued', NULL, ?, 0, 0)",
            id, impl_->viewer, slot, commandKindName(kind), text, now());
    transaction.commit();
  }));
  return id;
}

Result<CommandAnswer> CommandClient::poll(const std::string& id) {
  CommandAnswer answer;
  answer.state = CommandState::Lost;
  if (!impl_->refresh().has_value()) {
    return answer;
  }
  ATTELIER_CHECKED(guarded(impl_->file, [&] {
    SQLite::Statement row(*impl_->database,
                          "SELECT state, answer, issued, taken, ended FROM commands WHERE id = ?");
    row.bind(1, id);
    if (!row.executeStep()) {
      return;
    }
    const std::string state = row.getColumn(0).getString();
    const auto* const found = std::find(kStates.begin(), kStates.end(), state);
    if (found == kStates.end()) {
      throw std::runtime_error("unknown state '" + state.substr(0, 40) + "'");
    }
    answer.state = static_cast<CommandState>(found - kStates.begin());
    if (!row.getColumn(1).isNull()) {
      answer.answer = nlohmann::json::parse(row.getColumn(1).getString(), nullptr, false);
    }
    answer.issued = row.getColumn(2).getDouble();
    answer.taken = row.getColumn(3).getDouble();
    answer.ended = row.getColumn(4).getDouble();
  }));
  return answer;
}

Result<CommandAnswer> CommandClient::wait(const std::string& id,
                                          std::chrono::milliseconds timeout) {
  constexpr std::chrono::milliseconds kPoll{5};
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    ATTELIER_ASSIGN(CommandAnswer answer, poll(id));
    if (answer.state != CommandState::Issued && answer.state != CommandState::Taken) {
      return answer;
    }
    if (std::chrono::steady_clock::now() >= end) {
      return fail(ErrorCode::Busy, "the engine has not answered in time", impl_->file.string());
    }
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace attelier::run
