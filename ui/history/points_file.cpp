#include "ui/history/points_file.h"

#include "engine/run/run_reader.h"

#include <QSaveFile>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace attelier::ui {

namespace {

constexpr std::int64_t kStepsAtOnce = 8192;

/// A step's values in the order of the columns; NaN where absent.
struct Row {
  double time = 0;
  std::vector<double> values;
};

class Writer {
 public:
  Writer(run::RunReader& reader, QSaveFile& file) : reader_(reader), file_(file) {}

  Status open() {
    ATTELIER_ASSIGN(names_, reader_.metricNames());
    ATTELIER_ASSIGN(const auto metrics, reader_.metricsRange());
    ATTELIER_ASSIGN(const auto status, reader_.status());
    last_ = std::max(metrics ? metrics->last : 0, status.step);
    return {};
  }
  std::int64_t last() const { return last_; }

  /// Names of points come after those of metrics: one look at all of them.
  Status readNames(std::int64_t first) {
    ATTELIER_ASSIGN(const auto points, reader_.points({}, {first, first + kStepsAtOnce - 1}));
    for (const auto& point : points) pointNames_.insert(point.name);
    return {};
  }

  Status writeHeader() {
    for (const auto& name : pointNames_) {
      if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
    }
    for (std::size_t i = 0; i < names_.size(); ++i) columns_[names_[i]] = i;
    QByteArray header = "step,time";
    for (const auto& name : names_) header += ',' + QByteArray::fromStdString(name);
    return put(header + "\r\n");
  }

  Status writeSteps(std::int64_t first) {
    const run::StepRange range{first, first + kStepsAtOnce - 1};
    std::map<std::int64_t, Row> rows;
    const auto rowAt = [&](std::int64_t step, double time) -> Row& {
      auto [row, isNew] = rows.try_emplace(step);
      if (isNew) row->second = {time, std::vector<double>(names_.size(), std::nan(""))};
      return row->second;
    };
    // At most so many points in so many steps: every step by itself.
    ATTELIER_ASSIGN(const auto view, reader_.metrics(range, {}, kStepsAtOnce));
    for (std::size_t i = 0; i < view.steps.size(); ++i) {
      Row& row = rowAt(view.steps[i], view.times[i]);
      for (std::size_t metric = 0; metric < view.names.size(); ++metric) {
        const auto column = columns_.find(view.names[metric]);
        if (column == columns_.end()) continue;  // came in while this was written
        row.values[column->second] = static_cast<double>(view.last[metric][i]);
      }
    }
    ATTELIER_ASSIGN(const auto points, reader_.points({}, range));
    for (const auto& point : points) {
      const auto column = columns_.find(point.name);
      if (column != columns_.end()) {
        rowAt(point.step, point.time).values[column->second] = point.value;
      }
    }
    QByteArray lines;
    for (const auto& [step, row] : rows) {
      lines += QByteArray::number(static_cast<qlonglong>(step)) + ',' +
               QByteArray::number(row.time, 'f', 3);
      for (const double value : row.values) {
        lines += ',';
        if (!std::isnan(value)) lines += QByteArray::number(value, 'g', 9);
      }
      lines += "\r\n";
    }
    return put(lines);
  }

 private:
  Status put(const QByteArray& text) {
    // Flushed, so that a full disk is met here and not when all is written.
    if (file_.write(text) == text.size() && file_.flush()) return {};
    return fail(ErrorCode::Io, file_.errorString().toStdString() + "; choose another place",
                file_.fileName().toStdString());
  }

  run::RunReader& reader_;
  QSaveFile& file_;
  std::int64_t last_ = 0;
  std::vector<std::string> names_;
  std::set<std::string> pointNames_;
  std::map<std::string, std::size_t> columns_;
};

Status write(const std::filesystem::path& run, const std::filesystem::path& path,
             const std::stop_token& stop, const std::function<void(int)>& progress) {
  ATTELIER_ASSIGN(const auto reader, run::RunReader::open(run));
  QSaveFile file(QString::fromStdString(path.string()));
  if (!file.open(QIODevice::WriteOnly)) {
    return fail(ErrorCode::Io, file.errorString().toStdString() + "; choose another place",
                path.string());
  }
  Writer writer(*reader, file);
  ATTELIER_CHECKED(writer.open());
  const auto cancelled = [&] {
    return fail(ErrorCode::Interrupted, "cancelled; nothing was written", path.string());
  };
  for (std::int64_t first = 0; first <= writer.last(); first += kStepsAtOnce) {
    if (stop.stop_requested()) return cancelled();
    ATTELIER_CHECKED(writer.readNames(first));
  }
  ATTELIER_CHECKED(writer.writeHeader());
  for (std::int64_t first = 0; first <= writer.last(); first += kStepsAtOnce) {
    if (stop.stop_requested()) return cancelled();
    ATTELIER_CHECKED(writer.writeSteps(first));
    progress(static_cast<int>(100 * first / (writer.last() + 1)));
  }
  if (file.commit()) return {};
  return fail(ErrorCode::Io, file.errorString().toStdString() + "; choose another place",
              path.string());
}

}  // namespace

PointsFile::PointsFile(std::filesystem::path run, std::filesystem::path file, QObject* parent)
    : QObject(parent),
      thread_([this, run = std::move(run), file = std::move(file)](const std::stop_token& stop) {
        int told = -1;
        const Status status = write(run, file, stop, [&](int percent) {
          if (percent == told) return;
          told = percent;
          QMetaObject::invokeMethod(
              this, [this, percent] { Q_EMIT progressed(percent); }, Qt::QueuedConnection);
        });
        const QString problem =
            status ? QString() : QString::fromStdString(describe(status.error()));
        QMetaObject::invokeMethod(
            this, [this, problem] { Q_EMIT ended(problem); }, Qt::QueuedConnection);
      }) {}

PointsFile::~PointsFile() = default;

}  // namespace attelier::ui
