#include "ui/dialogs/search_draft.h"

#include "ui/engine/engine_program.h"

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QStringList commonWords(const RunSchema& schema, const SearchDraft& draft,
                        const nlohmann::json& changes) {
  QStringList words{u"search"_s};
  if (!draft.preset.empty()) words << u"--preset"_s << QString::fromStdString(draft.preset);
  return words << schema.arguments(changes);
}

QStringList oneRun(const RunSchema& schema, const SearchDraft& draft, int index) {
  nlohmann::json changes = draft.changes;
  // The first keeps what was typed: a seed that is the default is not named.
  if (index > 0) setValueAt(changes, "training.seed", draft.firstSeed + index);
  QStringList words = commonWords(schema, draft, changes);
  if (draft.background) words << u"--background"_s;
  return words << u"--out"_s << runFolders(draft).at(index);
}

}  // namespace

QStringList runFolders(const SearchDraft& draft) {
  if (draft.seeds <= 1) return {draft.folder};
  QString stem = draft.folder;
  if (stem.endsWith(u".attelier"_s)) stem.chop(9);
  QStringList folders;
  for (int i = 0; i < draft.seeds; ++i) {
    folders << u"%1-seed-%2.attelier"_s.arg(stem).arg(draft.firstSeed + i);
  }
  return folders;
}

QStringList searchArguments(const RunSchema& schema, const SearchDraft& draft,
                            const QString& program) {
  QStringList words = oneRun(schema, draft, 0);
  if (!draft.after.isEmpty()) words << u"--after"_s << draft.after;
  QString onDone = draft.onDone;
  if (draft.seeds > 1) {
    QStringList chain{u"test \"$ATTELIER_PHASE\" = finished"_s};
    for (int i = 1; i < draft.seeds; ++i) {
      QStringList next = oneRun(schema, draft, i);
      if (!draft.onDone.isEmpty()) next << u"--on-done"_s << draft.onDone;
      chain << EngineProgram::commandLine(program, next);
    }
    // In the background, so that the first engine leaves and its memory is free for the second.
    const QString others = u"(%1) >/dev/null 2>&1 &"_s.arg(chain.join(u" && "_s));
    onDone = draft.onDone.isEmpty() ? others : others + u' ' + draft.onDone;
  }
  if (!onDone.isEmpty()) words << u"--on-done"_s << onDone;
  return words;
}

QStringList planArguments(const RunSchema& schema, const SearchDraft& draft) {
  return commonWords(schema, draft, draft.changes) << u"--plan"_s;
}

QStringList demoArguments(const QString& folder) {
  return {u"search"_s, u"--preset"_s, u"tasks"_s, u"--task"_s, u"match"_s, u"--out"_s, folder};
}

}  // namespace attelier::ui
