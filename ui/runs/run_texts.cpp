#include "ui/runs/run_texts.h"

#include "widgets/base/theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(RunTexts)
};

}  // namespace

QString phaseText(run::Phase phase) {
  switch (phase) {
    case run::Phase::Preparing:
      return Texts::tr("Preparing");
    case run::Phase::Running:
      return Texts::tr("Running");
    case run::Phase::Paused:
      return Texts::tr("Paused");
    case run::Phase::Finishing:
      return Texts::tr("Finishing");
    case run::Phase::Finished:
      return Texts::tr("Finished");
    case run::Phase::Failed:
      return Texts::tr("Failed");
    case run::Phase::Interrupted:
      return Texts::tr("Interrupted");
    case run::Phase::Discarded:
      return Texts::tr("Discarded");
  }
  return {};
}

QString stateText(const RunEntry& entry) {
  if (entry.isMissing) return Texts::tr("Not found");
  if (!entry.problem.isEmpty()) return Texts::tr("Can't be read");
  return phaseText(entry.status.phase);
}

QString stateIcon(const RunEntry& entry) {
  if (entry.isMissing || !entry.problem.isEmpty()) return u"error"_s;
  switch (entry.status.phase) {
    case run::Phase::Preparing:
      return u"clock"_s;
    case run::Phase::Running:
      return u"live"_s;
    case run::Phase::Paused:
      return u"pause"_s;
    case run::Phase::Finishing:
      return u"finish"_s;
    case run::Phase::Finished:
      return u"check"_s;
    case run::Phase::Failed:
      return u"error"_s;
    case run::Phase::Interrupted:
      return u"warning"_s;
    case run::Phase::Discarded:
      return u"discard"_s;
  }
  return {};
}

QColor stateColor(const RunEntry& entry, const widgets::Theme& theme) {
  if (entry.isMissing) return theme.mutedText;
  if (!entry.problem.isEmpty()) return theme.bad;
  switch (entry.status.phase) {
    case run::Phase::Preparing:
    case run::Phase::Running:
    case run::Phase::Finishing:
      return theme.accent;
    case run::Phase::Finished:
      return theme.good;
    case run::Phase::Paused:
    case run::Phase::Interrupted:
      return theme.warning;
    case run::Phase::Failed:
      return theme.bad;
    case run::Phase::Discarded:
      return theme.mutedText;
  }
  return theme.text;
}

QString progressText(const RunEntry& entry) {
  const QLocale locale;
  if (!entry.problem.isEmpty()) return {};
  if (entry.status.stepsPlanned <= 0)
    return locale.toString(static_cast<qlonglong>(entry.status.step));
  return Texts::tr("%1 of %2", "steps")
      .arg(locale.toString(static_cast<qlonglong>(entry.status.step)),
           locale.toString(static_cast<qlonglong>(entry.status.stepsPlanned)));
}

double progressOf(const RunEntry& entry) {
  if (entry.status.stepsPlanned <= 0 || !entry.problem.isEmpty()) return -1;
  return std::clamp(
      static_cast<double>(entry.status.step) / static_cast<double>(entry.status.stepsPlanned), 0.0,
      1.0);
}

QString bestText(const RunEntry& entry) {
  if (!entry.best) return {};
  return Texts::tr("%1 top-1 %2", "split, accuracy")
      .arg(entry.best->split, QLocale().toString(entry.best->top1, 'f', 3));
}

QString ageText(double time, double now) {
  if (time <= 0) return {};
  const double seconds = std::max(0.0, now - time);
  const auto count = [seconds](double unit) {
    return static_cast<int>(std::floor(seconds / unit));
  };
  if (seconds < 60) return Texts::tr("just now");
  if (seconds < 3600) return Texts::tr("%n min ago", nullptr, count(60));
  if (seconds < 86'400) return Texts::tr("%n h ago", nullptr, count(3600));
  if (seconds < 14 * 86'400) return Texts::tr("%n day(s) ago", nullptr, count(86'400));
  return QLocale().toString(QDateTime::fromSecsSinceEpoch(static_cast<qint64>(time)).date(),
                            QLocale::ShortFormat);
}

QString sizeText(std::int64_t bytes) {
  return bytes < 0 ? QString() : QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

}  // namespace attelier::ui
