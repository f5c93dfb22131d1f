#include "ui/dialogs/clips_report.h"

#include <limits>
#include <map>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxClips = 4'000'000;
constexpr std::size_t kMaxText = 16 * 1024;

/// Reads members of one object and remembers the first that is wrong.
class Members {
 public:
  Members(const json& object, std::string name) : object_(object), name_(std::move(name)) {
    if (!object.is_object()) error_ = name_ + " is no object";
  }

  QString text(const char* key) {
    const json* value = member(key);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_string() || value->get_ref<const std::string&>().size() > kMaxText) {
      return wrong(key, QString());
    }
    return QString::fromStdString(value->get<std::string>());
  }

  template <typename T>
  T number(const char* key) {
    const json* value = member(key);
    if (value == nullptr) return wrong(key, T());
    if (!value->is_number()) return wrong(key, T());
    const double real = value->get<double>();
    constexpr double kMost = std::is_same_v<T, int> ? 1e9 : 9e15;
    if (!(real >= 0) || real > kMost) return wrong(key, T());
    return value->get<T>();
  }

  const std::string& error() const { return error_; }

 private:
  const json* member(const char* key) {
    if (!error_.empty()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  template <typename T>
  T wrong(const char* key, T value) {
    if (error_.empty()) error_ = "'" + std::string(key) + "' of " + name_ + " is missing or wrong";
    return value;
  }

  const json& object_;
  std::string name_;
  std::string error_;
};

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail(ErrorCode::Corrupt,
              "the engine's report on the clips is not understood: " + why +
                  "; are window and engine of one version?",
              "clips --json");
}

Result<ClipCounts> countsFrom(const json& object, const std::string& name) {
  Members in(object, name);
  ClipCounts counts;
  counts.label = in.text("label");
  counts.clips = in.number<std::int64_t>("clips");
  counts.train = in.number<std::int64_t>("train");
  counts.select = in.number<std::int64_t>("select");
  counts.report = in.number<std::int64_t>("report");
  counts.ok = in.number<std::int64_t>("ok");
  counts.shortened = in.number<std::int64_t>("short");
  counts.damaged = in.number<std::int64_t>("damaged");
  counts.unreadable = in.number<std::int64_t>("unreadable");
  if (!in.error().empty()) return corrupt(in.error());
  return counts;
}

Result<ScannedClip> clipFrom(const json& object, const std::string& name) {
  Members in(object, name);
  ScannedClip clip;
  clip.id = in.number<std::int64_t>("id");
  clip.path = in.text("path");
  clip.label = in.text("label");
  clip.split = in.text("split");
  clip.state = in.text("state");
  clip.reason = in.text("reason");
  clip.frames = in.number<std::int64_t>("frames");
  clip.fps = in.number<double>("fps");
  clip.width = in.number<int>("width");
  clip.height = in.number<int>("height");
  clip.bytes = in.number<std::int64_t>("size");
  if (!in.error().empty()) return corrupt(in.error());
  return clip;
}

/// A name that can only lie in the folder itself.
bool isPlainFileName(const QString& name) {
  return !name.isEmpty() && !name.contains(u'/') && name != u"."_s && name != u".."_s;
}

void addPreviews(const json& previews, std::vector<ScannedClip>& clips) {
  if (!previews.is_array()) return;
  std::map<std::int64_t, ScannedClip*> byId;
  for (ScannedClip& clip : clips) byId[clip.id] = &clip;
  for (const json& entry : previews) {
    Members in(entry, "a preview");
    const auto id = in.number<std::int64_t>("id");
    const QString file = in.text("preview");
    const auto found = byId.find(id);
    if (!in.error().empty() || found == byId.end() || !isPlainFileName(file)) continue;
    found->second->preview = file;
    if (const auto times = entry.find("times_ms"); times != entry.end() && times->is_array()) {
      for (const json& time : *times) {
        found->second->times.push_back(time.is_number() ? time.get<double>() / 1000.0 : 0.0);
      }
    }
  }
}

}  // namespace

std::vector<const ScannedClip*> ClipsReport::awkward() const {
  std::vector<const ScannedClip*> found;
  for (const ScannedClip& clip : clips) {
    if (clip.state != u"ok"_s) found.push_back(&clip);
  }
  return found;
}

Result<ClipsReport> clipsReportFromJson(const json& json) {
  Members in(json, "the report");
  ClipsReport report;
  report.root = in.text("root");
  report.format = in.text("format");
  if (!in.error().empty()) return corrupt(in.error());
  for (const char* list : {"classes", "clips"}) {
    const auto found = json.find(list);
    if (found == json.end() || !found->is_array() || found->size() > kMaxClips) {
      return corrupt("'" + std::string(list) + "' is no list");
    }
  }
  for (const auto& entry : json.at("classes")) {
    ATTELIER_ASSIGN(ClipCounts counts, countsFrom(entry, "a class"));
    report.classes.push_back(std::move(counts));
  }
  if (!json.contains("total")) return corrupt("'total' is missing");
  ATTELIER_ASSIGN(report.total, countsFrom(json.at("total"), "the total"));
  for (const auto& entry : json.at("clips")) {
    ATTELIER_ASSIGN(ScannedClip clip, clipFrom(entry, "a clip"));
    report.clips.push_back(std::move(clip));
  }
  if (const auto warnings = json.find("warnings"); warnings != json.end() && warnings->is_array()) {
    for (const auto& warning : *warnings) {
      if (warning.is_string())
        report.warnings << QString::fromStdString(warning.get<std::string>());
    }
  }
  if (const auto previews = json.find("previews"); previews != json.end()) {
    addPreviews(*previews, report.clips);
  }
  return report;
}

}  // namespace attelier::ui
