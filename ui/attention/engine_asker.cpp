#include "ui/attention/engine_asker.h"

#include "ui/engine/engine_program.h"

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {
constexpr const char* kSlot = "attention";
}

EngineAsker::EngineAsker(Workspace& workspace, QObject* parent)
    : QObject(parent), workspace_(workspace) {
  connect(&workspace, &Workspace::opened, this, &EngineAsker::cancel);
}

Status EngineAsker::whyNot() const {
  const auto& run = workspace_.shown().run;
  const auto because = [](const QString& text) {
    return fail(ErrorCode::Unsupported, text.toStdString());
  };
  if (!run) return because(tr("No run is open."));
  if (run->hasEngine) return {};
  if (run->isSnapshot)
    return because(tr("This run was shared as one file, without the model that could be asked."));
  if (!run->isWritable)
    return because(tr("The run's folder can't be written, so no engine can be asked about it."));
  if (!workspace_.engine().isFound())
    return because(tr("No engine is running, and attelier-engine was not found."));
  return {};
}

void EngineAsker::ask(run::CommandKind kind, const nlohmann::json& arguments, Callback callback) {
  const int question = ++question_;
  if (const Status status = whyNot(); !status) {
    set(false, {});
    callback(tl::unexpected(status.error()));
    return;
  }
  if (workspace_.shown().run->hasEngine) {
    issue(kind, arguments, callback);
    return;
  }
  set(true, tr("Starting an engine to ask…"));
  const auto path = workspace_.path();
  workspace_.engine().startDetached(
      {u"serve"_s, QString::fromStdString(path.string())}, path, this,
      [this, question, kind, arguments, callback = std::move(callback)](const Status& status) {
        if (question != question_) return;
        if (!status) {
          set(false, {});
          callback(tl::unexpected(status.error()));
          return;
        }
        issue(kind, arguments, callback);
      });
}

void EngineAsker::issue(run::CommandKind kind, const nlohmann::json& arguments,
                        const Callback& callback) {
  set(true, kind == run::CommandKind::Probe ? tr("The engine looks at the clip…")
                                            : tr("Asking the engine…"));
  workspace_.command(kind, arguments, kSlot, this,
                     [this, question = question_, callback](const CommandResult& result) {
                       if (question != question_) return;
                       set(false, {});
                       callback(result);
                     });
}

void EngineAsker::cancel() {
  ++question_;
  if (!isAsking_) return;
  workspace_.cancel(kSlot);
  set(false, {});
}

void EngineAsker::set(bool isAsking, const QString& sentence) {
  if (isAsking == isAsking_ && sentence == sentence_) return;
  isAsking_ = isAsking;
  sentence_ = sentence;
  Q_EMIT changed();
}

}  // namespace attelier::ui
