#include "ui/history/points_file.h"

#include "engine/run/run_reader.h"

#include <QSaveFile>

#include <cmath>

namespace attelier::ui {

namespace {

constexpr std::int64_t kStepsAtOnce = 8192;

Status write(const std::filesystem::path& run, const std::filesystem::path& path,
             const std::stop_token& stop, const std::function<void(int)>& progress) {
  ATTELIER_ASSIGN(const auto reader, run::RunReader::open(run));
  ATTELIER_ASSIGN(const auto range, reader->metricsRange());
  ATTELIER_ASSIGN(const auto names, reader->metricNames());
  QSaveFile file(QString::fromStdString(path.string()));
  const auto failed = [&] {
    return fail(ErrorCode::Io, file.errorString().toStdString() + "; choose another place",
                path.string());
  };
  if (!file.open(QIODevice::WriteOnly)) return failed();
  QByteArray header = "step,time";
  for (const auto& name : names) header += "," + QByteArray::fromStdString(name);
  file.write(header + "\r\n");
  for (std::int64_t first = range ? range->first : 1; range && first <= range->last;
       first += kStepsAtOnce) {
    if (stop.stop_requested()) return fail(ErrorCode::Interrupted, "cancelled", path.string());
    // At most so many points in so many steps: every step by itself.
    ATTELIER_ASSIGN(const auto view,
                    reader->metrics({first, first + kStepsAtOnce - 1}, names, kStepsAtOnce));
    QByteArray lines;
    for (std::size_t i = 0; i < view.steps.size(); ++i) {
      lines += QByteArray::number(static_cast<qlonglong>(view.steps[i])) + "," +
               QByteArray::number(view.times[i], 'f', 3);
      for (std::size_t metric = 0; metric < names.size(); ++metric) {
        const float value = metric < view.last.size() ? view.last[metric][i] : std::nanf("");
        lines += ",";
        if (!std::isnan(value)) lines += QByteArray::number(static_cast<double>(value), 'g', 9);
      }
      lines += "\r\n";
    }
    if (file.write(lines) != lines.size()) return failed();
    progress(static_cast<int>(100 * (first - range->first) / (range->last - range->first + 1)));
  }
  return file.commit() ? Status{} : failed();
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
