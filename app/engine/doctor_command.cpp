#include "app/engine/command.h"
#include "app/engine/printing.h"
#include "app/engine/run_place.h"
#include "engine/nn/device.h"
#include "engine/run/run_folder.h"
#include "engine/search/run_settings.h"

#include <CLI/Version.hpp>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace attelier::app {

namespace {

constexpr std::uintmax_t kLittleSpace = std::uintmax_t{5} << 30;
constexpr std::int64_t kLittleMemory = std::int64_t{4} << 30;

nlohmann::json environmentValue(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? nlohmann::json(nullptr) : nlohmann::json(value);
}

/// Memory of the machine. Units: bytes.
std::int64_t machineMemory() {
  return static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
}

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind("model name", 0) == 0) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "unknown";
}

/// The nearest existing folder at or above a path.
std::filesystem::path existing(std::filesystem::path path) {
  std::error_code error;
  while (!path.empty() && !std::filesystem::exists(path, error) && path != path.parent_path()) {
    path = path.parent_path();
  }
  return path;
}

nlohmann::json librariesJson() {
  nlohmann::json versions = search::versions();
  versions["sqlite"] = ATTELIER_SQLITE_VERSION;
  versions["cli11"] = CLI11_VERSION;
  versions["nlohmann_json"] = std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                              std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                              std::to_string(NLOHMANN_JSON_VERSION_PATCH);
  versions["compiler"] = ATTELIER_COMPILER;
#ifdef ATTELIER_WITH_VIDEO
  versions["opencv"] = ATTELIER_OPENCV_VERSION;
#else
  versions["opencv"] = "none: built without video";
#endif
  return versions;
}

/// What would be slow or fail here, and what to do about it.
nlohmann::json adviceOf(const nn::DeviceReport& device, const nlohmann::json& report) {
  auto advice = nlohmann::json::array();
  if (device.accelerators == 0) {
    advice.push_back("There is no GPU to compute on (" + device.reason +
                     "); everything runs on the CPU: take small clips, s3d_small or the tasks.");
  }
  if (device.cpuCapability == "DEFAULT") {
    advice.push_back(
        "The processor has no AVX2: training is several times slower than on one "
        "that has it.");
  }
  if (report["environment"]["OMP_WAIT_POLICY"].is_null() && device.cores > 1) {
    advice.push_back("OMP_WAIT_POLICY is not set: beside other busy programs set it to passive.");
  }
  if (!device.reproducibleMkl) {
    advice.push_back(
        "MKL_CBWR is not set: runs repeat bit for bit on this machine, not on "
        "another processor; set MKL_CBWR=COMPATIBLE for that (slower).");
  }
  if (report["machine"]["memory_bytes"].get<std::int64_t>() < kLittleMemory) {
    advice.push_back(
        "There is little memory: take a smaller batch; search --plan says how much a "
        "run needs.");
  }
  const auto& runs = report["runs"];
  if (runs["free_bytes"].is_number() && runs["free_bytes"].get<std::uintmax_t>() < kLittleSpace) {
    advice.push_back("The disk of the default place for runs is nearly full; use --out.");
  }
  if (runs["network_file_system"].is_boolean() && runs["network_file_system"].get<bool>()) {
    advice.push_back(
        "Runs would lie on a network file system: they are flushed once a second and "
        "viewers see them later; use --out on a local disk.");
  }
#ifndef NDEBUG
  advice.push_back("This engine was built without optimisation; build the preset 'release'.");
#endif
  return advice;
}

nlohmann::json diagnose() {
  const nn::DeviceReport& device = nn::prepareDevices();
  nlohmann::json report;
  report["device"] = {{"accelerators", device.accelerators},
                      {"accelerator", device.acceleratorName},
                      {"accelerator_library", device.acceleratorLibrary},
                      {"reason", device.reason},
                      {"instruction_set", device.cpuCapability}};
  report["machine"] = {
      {"processor", processorName()}, {"cores", device.cores}, {"memory_bytes", machineMemory()}};
  report["versions"] = librariesJson();
  for (const char* name :
       {"MKL_CBWR", "OMP_WAIT_POLICY", "OMP_NUM_THREADS", "ATEN_CPU_CAPABILITY"}) {
    report["environment"][name] = environmentValue(name);
  }
  report["runs"] = {{"folder", nullptr}, {"free_bytes", nullptr}, {"network_file_system", nullptr}};
  if (const auto runs = defaultRunsFolder()) {
    const std::filesystem::path at = existing(*runs);
    std::error_code error;
    const auto space = std::filesystem::space(at, error);
    report["runs"] = {{"folder", runs->string()},
                      {"free_bytes", error ? 0 : space.available},
                      {"network_file_system", run::isNetworkFileSystem(at)}};
  }
  report["advice"] = adviceOf(device, report);
  return report;
}

std::string doctorText(const nlohmann::json& report) {
  const auto text = [](const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>()
           : value.is_null() ? "not set"
                             : value.dump();
  };
  const auto& device = report["device"];
  const auto& machine = report["machine"];
  std::vector<std::vector<std::string>> rows;
  rows.push_back({"GPU", device["accelerators"].get<int>() > 0
                             ? text(device["accelerators"]) + ", " + text(device["accelerator"])
                             : "none: " + text(device["reason"])});
  rows.push_back({"processor", text(machine["processor"]) + ", " + text(machine["cores"]) +
                                   " cores, " + text(device["instruction_set"])});
  rows.push_back({"threads", text(machine["cores"]) + " compute by default (--threads)"});
  rows.push_back({"memory", bytesText(machine["memory_bytes"].get<std::int64_t>())});
  for (const auto& [name, version] : report["versions"].items()) {
    rows.push_back({name, text(version)});
  }
  for (const auto& [name, value] : report["environment"].items()) {
    rows.push_back({name, text(value)});
  }
  const auto& runs = report["runs"];
  if (runs["folder"].is_string()) {
    rows.push_back({"new runs go to", text(runs["folder"])});
    rows.push_back({"free there", bytesText(runs["free_bytes"].get<std::int64_t>())});
  }
  std::string all = tableText(rows);
  for (const auto& line : report["advice"]) {
    all += "\n- " + line.get<std::string>();
  }
  return all;
}

}  // namespace

void addDoctor(CLI::App& program, Invocation& invocation) {
  addCommand(program, invocation, "doctor",
             "What this machine has, which versions are in use, and what would be slow", true,
             [&invocation]() -> Status {
               const nlohmann::json report = diagnose();
               if (invocation.json) {
                 printJson(report);
               } else {
                 printText(doctorText(report));
               }
               return {};
             });
}

}  // namespace attelier::app
