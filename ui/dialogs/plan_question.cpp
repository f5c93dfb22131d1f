#include "ui/dialogs/plan_question.h"

#include "ui/dialogs/clips_scan.h"
#include "ui/engine/engine_program.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

Result<SearchEstimate> searchEstimateFromJson(const nlohmann::json& json) {
  SearchEstimate estimate;
  try {
    const auto number = [&json](const char* key) {
      const double value = json.at(key).get<double>();
      if (!std::isfinite(value) || value < 0 || value > 1e18) throw std::runtime_error(key);
      return value;
    };
    const auto count = [&number](const char* key) {
      return static_cast<std::int64_t>(number(key));
    };
    estimate.steps = count("steps");
    estimate.trainClips = count("train_clips");
    estimate.selectClips = count("select_clips");
    estimate.reportClips = count("report_clips");
    estimate.startSeconds = number("start_seconds");
    estimate.stepSeconds = number("step_seconds");
    estimate.validationSeconds = number("validation_seconds");
    estimate.totalSeconds = number("total_seconds");
    estimate.hostBytes = number("host_bytes");
    estimate.deviceBytes = number("device_bytes");
    estimate.device = QString::fromStdString(json.at("device").get<std::string>()).left(64);
  } catch (const std::exception&) {
    return fail(ErrorCode::Corrupt,
                "the engine's estimate is not understood; are window and engine of one version?");
  }
  return estimate;
}

PlanQuestion::PlanQuestion(EngineProgram& engine, QObject* parent)
    : QObject(parent), engine_(engine) {
  still_.setSingleShot(true);
  still_.setInterval(kStillMs);
  connect(&still_, &QTimer::timeout, this, &PlanQuestion::ask);
}

PlanQuestion::~PlanQuestion() {
  if (question_ != nullptr) question_->cancel();
}

void PlanQuestion::want(const QStringList& arguments) {
  if (arguments == wanted_) return;
  stop();
  wanted_ = arguments;
  if (!wanted_.isEmpty()) still_.start();
  Q_EMIT changed();
}

void PlanQuestion::stop() {
  still_.stop();
  if (question_ != nullptr) question_->cancel();
  question_.clear();
  answer_.reset();
  progress_.clear();
  wanted_.clear();
}

void PlanQuestion::ask() {
  if (!engine_.isFound()) return;
  progress_.clear();
  question_ = engine_.ask(
      QStringList(wanted_) << u"--progress"_s, this, [this](const Result<nlohmann::json>& answer) {
        question_.clear();
        answer_ = answer ? searchEstimateFromJson(*answer)
                         : Result<SearchEstimate>(tl::unexpected(answer.error()));
        Q_EMIT changed();
      });
  connect(question_, &EngineQuestion::progressed, this, [this](const QString& line) {
    const auto at = engineProgress(line);
    if (!at || at->of <= 0) return;
    const QLocale locale;
    progress_ = tr("%1 of %2").arg(locale.toString(at->done), locale.toString(at->of));
    Q_EMIT changed();
  });
  Q_EMIT changed();
}

QString aboutDuration(double seconds) {
  const auto rounded = [](double value) {
    return QLocale().toString(std::max(1L, std::lround(value)));
  };
  if (seconds < 90)
    return QCoreApplication::translate("PlanQuestion", "%1 s").arg(rounded(seconds));
  if (seconds < 90 * 60) {
    return QCoreApplication::translate("PlanQuestion", "%1 min").arg(rounded(seconds / 60));
  }
  if (seconds < 48 * 3600.0) {
    return QCoreApplication::translate("PlanQuestion", "%1 h").arg(rounded(seconds / 3600));
  }
  return QCoreApplication::translate("PlanQuestion", "%1 days").arg(rounded(seconds / 86400));
}

QString bytesText(double bytes) {
  return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes < 1e9 ? 0 : 1);
}

}  // namespace attelier::ui
