#include "engine/run/run_folder.h"

#include "engine/base/atomic_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <sys/vfs.h>
#include <unistd.h>

namespace attelier::run {
namespace {

constexpr std::size_t kMaximumRunJson = 16U << 20;
constexpr int kMaximumDepth = 64;

// Parses JSON of a stranger: no deeper than a configuration can be.
nlohmann::json parseShallow(const std::string& text) {
  bool tooDeep = false;
  nlohmann::json json = nlohmann::json::parse(
      text,
      [&tooDeep](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        tooDeep = tooDeep || depth > kMaximumDepth;
        return !tooDeep;
      },
      false);
  return tooDeep ? nlohmann::json(nlohmann::json::value_t::discarded) : json;
}

}  // namespace

nlohmann::json toJson(const RunInfo& info) {
  nlohmann::json json = {{"id", info.id},
                         {"schema", info.schema},
                         {"min_reader", info.minReader},
                         {"kind", info.kind == RunKind::Search ? "search" : "evaluation"},
                         {"parent", nullptr},
                         {"configuration", info.configuration},
                         {"seed", info.seed},
                         {"versions", info.versions},
                         {"command_line", info.commandLine},
                         {"data_root", info.dataRoot},
                         {"created", info.created}};
  if (info.parent.has_value()) {
    json["parent"] = {
        {"run", info.parent->run}, {"step", info.parent->step}, {"cell", info.parent->cell}};
  }
  return json;
}

Status checkReadable(int schema, int minReader, const std::string& what) {
  if (schema < 1 || minReader < 1 || minReader > schema) {
    return fail(ErrorCode::Corrupt,
                "schema " + std::to_string(schema) + " with min_reader " +
                    std::to_string(minReader) + " makes no sense",
                what);
  }
  if (minReader > kSchema) {
    return fail(ErrorCode::Unsupported,
                "was written with schema " + std::to_string(schema) +
                    " and needs a program that reads schema " + std::to_string(minReader) +
                    "; this one reads up to " + std::to_string(kSchema) + ": take a newer Attelier",
                what);
  }
  return {};
}

Result<RunInfo> runInfoFromJson(const nlohmann::json& json, const std::string& where) {
  if (!json.is_object()) {
    return fail(ErrorCode::Corrupt, "is not a JSON object", where);
  }
  RunInfo info;
  const char* key = "";
  try {
    const auto get = [&](const char* name, auto& value) {
      key = name;
      json.at(name).get_to(value);
    };
    get("schema", info.schema);
    get("min_reader", info.minReader);
    ATTELIER_CHECKED(checkReadable(info.schema, info.minReader, where));
    get("id", info.id);
    std::string kind;
    get("kind", kind);
    if (kind != "search" && kind != "evaluation") {
      return fail(ErrorCode::Corrupt, "'kind' must be search or evaluation", where);
    }
    info.kind = kind == "search" ? RunKind::Search : RunKind::Evaluation;
    get("configuration", info.configuration);
    get("seed", info.seed);
    get("versions", info.versions);
    get("command_line", info.commandLine);
    get("data_root", info.dataRoot);
    get("created", info.created);
    key = "parent";
    if (const auto& parent = json.at("parent"); !parent.is_null()) {
      info.parent =
          RunParent{parent.at("run").get<std::string>(), parent.at("step").get<std::int64_t>(),
                    parent.at("cell").get<std::string>()};
    }
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::Corrupt, std::string("'") + key + "' is missing or has the wrong type",
                where);
  }
  if (!info.configuration.is_object() || !info.versions.is_object()) {
    return fail(ErrorCode::Corrupt, "'configuration' and 'versions' must be objects", where);
  }
  return info;
}

RunFolder::RunFolder(std::filesystem::path path, RunInfo info)
    : path_(std::move(path)), info_(std::move(info)) {}

Result<RunFolder> RunFolder::create(const std::filesystem::path& path, RunInfo info) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error).lexically_normal();
  if (std::filesystem::exists(whole, error)) {
    const bool empty = std::filesystem::is_directory(whole, error) &&
                       std::filesystem::is_empty(whole, error) && !error;
    if (!empty) {
      return fail(ErrorCode::InvalidArgument,
                  "exists already; choose another name, or resume it if it is a run",
                  path.string());
    }
  }
  for (const auto& folder :
       {whole, whole / "checkpoints", whole / "evaluations", whole / "exports"}) {
    std::filesystem::create_directories(folder, error);
    if (error) {
      return fail(ErrorCode::Io, "can't make the folder: " + error.message(), folder.string());
    }
  }
  if (info.id.empty()) {
    info.id = makeUuid();
  }
  if (info.created == 0) {
    info.created = now();
  }
  RunFolder folder(whole, std::move(info));
  ATTELIER_CHECKED(writeFileAtomically(
      folder.runJson(),
      toJson(folder.info()).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"));
  return folder;
}

Result<RunFolder> RunFolder::open(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::NotFound, "is not a run folder", path.string());
  }
  const std::filesystem::path whole =
      (std::filesystem::absolute(path, error) / "").lexically_normal().parent_path();
  const std::filesystem::path file = whole / "run.json";
  if (!std::filesystem::exists(file, error)) {
    return fail(ErrorCode::NotFound, "is not a run folder: it has no run.json", path.string());
  }
  ATTELIER_ASSIGN(const std::string text, readTextFile(file, kMaximumRunJson));
  ATTELIER_ASSIGN(RunInfo info, runInfoFromJson(parseShallow(text), file.string()));
  return RunFolder(whole, std::move(info));
}

bool isNetworkFileSystem(const std::filesystem::path& path) {
  struct statfs found {};
  if (::statfs(path.c_str(), &found) != 0) {
    return false;
  }
  // NFS, SMB, CIFS, SMB2, 9P, FUSE (sshfs and its like), AFS, Ceph, Coda, NCP, GFS2, OCFS2, Lustre,
  // VBoxSF.
  constexpr std::array<std::uint32_t, 15> kNetwork = {
      0x6969,     0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f, 0x00c36400,
      0x73757245, 0x564c, 0x01161970, 0x7461636f, 0x0bd00bd0, 0x786f4256, 0x6b414653};
  return std::find(kNetwork.begin(), kNetwork.end(), static_cast<std::uint32_t>(found.f_type)) !=
         kNetwork.end();
}

std::string makeUuid() {
  std::random_device device;
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 36; ++i) {
    const unsigned digit = device() & 0xfU;
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      text += '-';
    } else if (i == 14) {
      text += '4';
    } else {
      text += kDigits[i == 19 ? (digit & 0x3U) | 0x8U : digit];
    }
  }
  return text;
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace attelier::run
