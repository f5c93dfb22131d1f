#include "ui/runs/run_entry.h"

#include "engine/run/run_lock.h"
#include "engine/run/run_reader.h"
#include "ui/workspace/row_values.h"

#include <QCoreApplication>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

struct EntryTexts {
  Q_DECLARE_TR_FUNCTIONS(RunEntry)
};

constexpr int kThumbnailSide = 96;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// "message", with the file only where it is not the run itself.
QString reasonOf(const Error& error, const std::filesystem::path& run) {
  const std::filesystem::path where(error.where);
  const QString message = text(error.message);
  return where.empty() || where == run ? message
                                       : text(where.filename().string()) + u": "_s + message;
}

std::optional<BestResult> bestOf(run::RunReader& reader) {
  const auto best = [&](const char* split, bool last) -> std::optional<BestResult> {
    const auto points = reader.points(std::string(split) + "/top1");
    if (!points || points->empty()) return std::nullopt;
    const auto row =
        last ? std::prev(points->end())
             : std::max_element(points->begin(), points->end(),
                                [](const auto& a, const auto& b) { return a.value < b.value; });
    return BestResult{.split = text(split), .top1 = row->value, .step = row->step};
  };
  if (reader.info().kind == run::RunKind::Search) return best("select", false);
  // Of a training that is judged only the last score counts: the best would be chosen on its split.
  const auto report = best("report", true);
  return report ? report : best("select", true);
}

QImage thumbnailOf(run::RunReader& reader) {
  const auto probes = reader.probes();
  if (!probes) return {};
  for (const run::ProbeRow& probe : *probes) {
    if (probe.removedStep >= 0 || probe.times.empty()) continue;
    const auto frame =
        reader.probeFrame(probe.id, static_cast<std::int64_t>(probe.times.size() / 2));
    if (!frame) return {};
    const QImage picture = pictureOf(*frame, probe);
    return picture.isNull()
               ? picture
               : picture.scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatioByExpanding,
                                Qt::SmoothTransformation);
  }
  return {};
}

void readNotes(RunEntry& entry) {
  if (entry.isSnapshot) return;
  auto notes = run::readUserNotes(entry.path / "user.json");
  if (notes) {
    entry.notes = std::move(*notes);
  } else {
    entry.notesProblem = reasonOf(notes.error(), entry.path);
  }
}

double changeTime(const std::filesystem::path& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? static_cast<double>(found.st_mtim.tv_sec) : 0;
}

Status readRows(RunEntry& entry) {
  ATTELIER_ASSIGN(const auto reader, run::RunReader::open(entry.path));
  entry.info = reader->info();
  entry.isSnapshot = reader->isSnapshot();
  ATTELIER_ASSIGN(entry.info.configuration, reader->effectiveConfiguration());
  ATTELIER_ASSIGN(entry.status, reader->status());
  entry.changed = std::max({entry.info.created, entry.status.heartbeat, entry.status.stepTime});
  entry.best = bestOf(*reader);
  entry.thumbnail = thumbnailOf(*reader);
  return {};
}

}  // namespace

QString RunEntry::name() const {
  if (!notes.name.empty()) return text(notes.name);
  if (info.parent && !info.parent->cell.empty()) return text(info.parent->cell);
  const QString folder = text(path.filename().string());
  return folder.endsWith(u".attelier"_s) ? folder.chopped(9) : folder;
}

QString RunEntry::data() const {
  const auto field = [this](const char* group, const char* name) -> QString {
    const auto fields = info.configuration.find(group);
    if (fields == info.configuration.end() || !fields->is_object()) return {};
    const auto value = fields->find(name);
    return value != fields->end() && value->is_string() ? text(value->get<std::string>())
                                                        : QString();
  };
  for (const char* name : {"clips", "train"}) {
    const QString clips = field("dataset", name);
    if (!clips.isEmpty()) return clips.section(u'/', -1, -1, QString::SectionSkipEmpty);
  }
  return field("synthetic", "task");
}

QString RunEntry::searchText() const {
  QString words = name() + u'\n' + text(path.filename().string()) + u'\n' + data() + u'\n' +
                  text(notes.notes) + u'\n' + text(run::phaseName(status.phase));
  for (const std::string& tag : notes.tags) words += u'\n' + text(tag);
  return words.toLower();
}

RunFingerprint fingerprintOf(const std::filesystem::path& run) {
  RunFingerprint print;
  const auto add = [&print](const std::filesystem::path& file) {
    struct stat found {};
    const bool there = ::stat(file.c_str(), &found) == 0;
    print.parts.push_back(there ? found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec
                                : -1);
    print.parts.push_back(there ? static_cast<std::int64_t>(found.st_size) : -1);
    print.parts.push_back(there ? static_cast<std::int64_t>(found.st_mode) : -1);
  };
  add(run);
  for (const char* name : {"run.json", "run.db", "run.db-wal", "run.db-journal", "user.json"}) {
    add(run / name);
  }
  print.parts.push_back(run::isLocked(run / "engine.lock").value_or(false) ? 1 : 0);
  return print;
}

RunEntry readRunEntry(const std::filesystem::path& run) {
  RunEntry entry;
  entry.path = run;
  std::error_code error;
  if (!std::filesystem::exists(run, error)) {
    entry.isMissing = true;
    entry.problem = EntryTexts::tr("There is no longer a run here.");
    return entry;
  }
  entry.isSnapshot = std::filesystem::is_regular_file(run, error);
  entry.isWritable = !entry.isSnapshot && isWritableFolder(run);
  entry.isLocked = !entry.isSnapshot && run::isLocked(run / "engine.lock").value_or(false);
  readNotes(entry);
  if (const Status rows = readRows(entry); !rows) {
    // What run.json says is known even where the rows can't be read.
    if (const auto folder = run::RunFolder::open(run)) entry.info = folder->info();
    if (entry.info.created == 0) entry.info.created = changeTime(run);
    if (entry.isLocked && rows.error().code == ErrorCode::NotFound) {
      entry.status.phase = run::Phase::Preparing;  // its engine has only just begun
    } else {
      entry.problem = reasonOf(rows.error(), run);
    }
  }
  return entry;
}

bool looksLikeRun(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_regular_file(status)) return path.extension() == ".attelier";
  if (!std::filesystem::is_directory(status)) return false;
  return path.extension() == ".attelier" || std::filesystem::exists(path / "run.json", error);
}

std::int64_t sizeOnDisk(const std::filesystem::path& run, const std::stop_token& stop) {
  std::error_code error;
  if (std::filesystem::is_regular_file(run, error)) {
    return static_cast<std::int64_t>(std::filesystem::file_size(run, error));
  }
  std::int64_t bytes = 0;
  std::filesystem::recursive_directory_iterator entry(
      run, std::filesystem::directory_options::skip_permission_denied, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    if (stop.stop_requested()) return -1;
    struct stat found {};
    if (::lstat(entry->path().c_str(), &found) == 0 && S_ISREG(found.st_mode)) {
      bytes += static_cast<std::int64_t>(found.st_blocks) * 512;
    }
  }
  return bytes;
}

bool isWritableFolder(const std::filesystem::path& folder) {
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

}  // namespace attelier::ui
