#include "app/engine/command.h"
#include "app/engine/count_line.h"
#include "app/engine/field_options.h"
#include "app/engine/printing.h"
#include "app/engine/signals.h"
#ifdef ATTELIER_WITH_VIDEO
#include "engine/clips/video/pictures.h"
#include "engine/clips/video/video_probe.h"
#endif

#include <memory>

namespace attelier::app {

namespace {

struct ClipsOptions {
  FieldOptions fields;
  std::string clips, previews;
  bool progress = false;
};

std::string reportText(const nlohmann::json& report) {
  const auto& total = report["total"];
  const auto count = [](const nlohmann::json& row, const char* key) { return row[key].dump(); };
  std::vector<std::vector<std::string>> table{
      {"class", "clips", "train", "select", "report", "ok", "short", "damaged", "unreadable"}};
  const auto add = [&](const std::string& name, const nlohmann::json& row) {
    table.push_back({name, count(row, "clips"), count(row, "train"), count(row, "select"),
                     count(row, "report"), count(row, "ok"), count(row, "short"),
                     count(row, "damaged"), count(row, "unreadable")});
  };
  for (const auto& row : report["classes"]) {
    add(row["label"].is_null() ? "(no label)" : row["label"].get<std::string>(), row);
  }
  add("all", total);
  std::string text = report["root"].get<std::string>() + ", form " +
                     report["format"].get<std::string>() + "\n" + tableText(table);
  std::vector<std::vector<std::string>> awkward{{"state", "file", "reason"}};
  for (const auto& clip : report["clips"]) {
    if (clip["state"] != "ok") {
      awkward.push_back({clip["state"].get<std::string>(), clip["path"].get<std::string>(),
                         clip["reason"].get<std::string>()});
    }
  }
  if (awkward.size() > 1) {
    text += "\n\n" + tableText(awkward);
  }
  for (const auto& warning : report["warnings"]) {
    text += "\nwarning: " + warning.get<std::string>();
  }
  return text;
}

Result<nlohmann::json> lookAtClips(const search::RunConfiguration& configuration,
                                   const ClipsOptions& options, const Invocation& invocation) {
  CountLine line(CountLine::formOf(invocation.json, options.progress));
  const auto showing = [&line](const char* stage) {
    return [&line, stage](std::int64_t done, std::int64_t of) { line.show(stage, done, of); };
  };
  ATTELIER_ASSIGN(const clips::Dataset dataset,
                  search::openClipRecords(configuration, line.token(), showing("clips")));
  nlohmann::json report = clips::datasetReport(dataset);
#ifdef ATTELIER_WITH_VIDEO
  if (!options.previews.empty()) {
    ATTELIER_ASSIGN(report["previews"], clips::writePreviews(dataset, options.previews, {},
                                                             line.token(), showing("previews")));
  }
#endif
  return report;
}

Status runClips(const ClipsOptions& options, const Invocation& invocation) {
  search::RunConfiguration configuration;
  ATTELIER_CHECKED(options.fields.apply(configuration));
  if (!options.clips.empty()) {
    configuration.dataset.clips = options.clips;
  }
  if (configuration.isSynthetic()) {
    return fail(ErrorCode::InvalidArgument, "name a folder of clips or a list of them", "clips");
  }
  catchSignals();
  ATTELIER_ASSIGN(const nlohmann::json report, lookAtClips(configuration, options, invocation));
  if (invocation.json) {
    printJson(report);
    return {};
  }
  printText(reportText(report));
  if (!options.previews.empty()) {
    printText("previews of " + std::to_string(report["previews"].size()) +
              " clips: " + options.previews);
  }
  return {};
}

}  // namespace

void addClips(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<ClipsOptions>();
  CLI::App* command = addCommand(
      program, invocation, "clips",
      "Look at every clip of a folder or list and report classes, splits and awkward files", true,
      [options, &invocation] { return runClips(*options, invocation); });
  command
      ->add_option("clips_or_list", options->clips, "Folder of clips, or a list file (as --clips)")
      ->type_name("DIR|LIST");
  command
      ->add_option("--previews", options->previews,
                   "Write a JPEG strip of every readable clip into this folder")
      ->type_name("DIR");
  addProgress(*command, options->progress);
  options->fields.addTo(*command, {"dataset", "sampling"});
}

}  // namespace attelier::app
