#include "ui/clips/probe_requests.h"

#include "ui/clips/clip_model.h"
#include "ui/workspace/workspace.h"

#include <QFileInfo>

namespace attelier::ui {

ProbeRequests::ProbeRequests(Workspace& workspace, const ClipModel& model, QObject* parent)
    : QObject(parent), workspace_(workspace), model_(model) {}

void ProbeRequests::clear() {
  if (pending_.isEmpty()) return;
  pending_.clear();
  Q_EMIT pendingChanged();
}

void ProbeRequests::atShownStep(nlohmann::json& arguments) const {
  // Whoever looks back wants to see the new probe there; an engine that trains records it where it
  // is.
  if (const auto step = workspace_.shown().choices.step) arguments["step"] = *step;
}

void ProbeRequests::tellProblem(const QString& what, const Error& error) {
  Q_EMIT told(NoticeBar::Kind::Bad,
              tr("%1: %2", "what failed, why").arg(what, QString::fromStdString(describe(error))));
}

void ProbeRequests::toggle(std::int64_t clip) {
  const run::ClipRow* row = model_.find(clip);
  if (row == nullptr || row->state == "unreadable" || pending_.contains(clip)) return;
  const run::ProbeRow* probe = model_.probeOf(clip);
  nlohmann::json arguments;
  if (probe != nullptr) {
    arguments = {{"action", "remove"}, {"probe", probe->id}};
  } else {
    arguments = {{"action", "add"}, {"clip", clip}};
    atShownStep(arguments);
  }
  pending_.insert(clip);
  Q_EMIT pendingChanged();
  const QString title = model_.title(*row);
  workspace_.command(run::CommandKind::Probe, arguments, "probe/" + std::to_string(clip), this,
                     [this, clip, title, isNew = probe == nullptr](const CommandResult& result) {
                       pending_.remove(clip);
                       Q_EMIT pendingChanged();
                       if (result) return;
                       tellProblem(isNew ? tr("“%1” did not become a probe clip").arg(title)
                                         : tr("“%1” is a probe clip still").arg(title),
                                   result.error());
                     });
}

void ProbeRequests::addVideo(const QString& file) {
  const QString name = QFileInfo(file).fileName();
  Q_EMIT told(NoticeBar::Kind::Information, tr("The engine looks at “%1”…").arg(name));
  nlohmann::json arguments{{"action", "add"}, {"file", file.toStdString()}};
  atShownStep(arguments);
  workspace_.command(
      run::CommandKind::Probe, arguments, "probe/" + file.toStdString(), this,
      [this, name](const CommandResult& result) {
        if (!result) {
          tellProblem(tr("“%1” did not become a probe clip").arg(name), result.error());
          return;
        }
        Q_EMIT told(NoticeBar::Kind::Good, tr("“%1” is a probe clip now.").arg(name));
        const auto probe = result->find("probe");
        if (probe == result->end() || !probe->is_number_integer()) return;
        workspace_.edit(tr("Choose a probe clip"),
                        [&](Choices& choices) { choices.probe = probe->get<std::int64_t>(); });
      });
}

}  // namespace attelier::ui
