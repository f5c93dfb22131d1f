#include "ui/dialogs/clips_scan.h"

#include "ui/engine/engine_program.h"

#include <QDateTime>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

std::optional<EngineProgress> engineProgress(const QString& line) {
  const auto json = nlohmann::json::parse(line.toStdString(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const auto stage = json.find("stage");
  const auto done = json.find("done");
  const auto of = json.find("of");
  const bool isProgress = stage != json.end() && stage->is_string() && done != json.end() &&
                          done->is_number_integer() && of != json.end() && of->is_number_integer();
  if (!isProgress) return std::nullopt;
  return EngineProgress{.stage = QString::fromStdString(stage->get<std::string>()),
                        .done = done->get<qint64>(),
                        .of = of->get<qint64>()};
}

ClipsScan::ClipsScan(EngineProgram& engine, QObject* parent) : QObject(parent), engine_(engine) {}

ClipsScan::~ClipsScan() { cancel(); }

void ClipsScan::start(const QString& clips, const QStringList& options, const QString& previews) {
  cancel();
  QStringList arguments{u"clips"_s};
  // A folder may be called as an option is.
  arguments << u"--clips=%1"_s.arg(clips) << options;
  if (!previews.isEmpty()) arguments << u"--previews"_s << previews;
  arguments << u"--progress"_s;
  begunMs_ = QDateTime::currentMSecsSinceEpoch();
  question_ = engine_.ask(arguments, this, [this](const Result<nlohmann::json>& answer) {
    question_.clear();
    if (!answer) {
      Q_EMIT failed(answer.error());
      return;
    }
    auto report = clipsReportFromJson(*answer);
    if (report) {
      Q_EMIT finished(std::make_shared<const ClipsReport>(*std::move(report)));
    } else {
      Q_EMIT failed(report.error());
    }
  });
  if (question_ != nullptr) {
    connect(question_, &EngineQuestion::progressed, this, [this](const QString& line) {
      if (const auto at = engineProgress(line)) Q_EMIT progressed(at->stage, at->done, at->of);
    });
    Q_EMIT begun();
  }
}

void ClipsScan::cancel() {
  if (question_ != nullptr) question_->cancel();
  question_.clear();
}

double ClipsScan::seconds() const {
  return static_cast<double>(QDateTime::currentMSecsSinceEpoch() - begunMs_) / 1000.0;
}

}  // namespace attelier::ui
