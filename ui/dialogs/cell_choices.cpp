#include "ui/dialogs/cell_choices.h"

#include "ui/dialogs/run_schema.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <filesystem>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString stepText(std::int64_t step) { return QLocale().toString(static_cast<qlonglong>(step)); }

QString textOf(const space::CellDesign& cell) {
  return QString::fromStdString(space::shortText(cell));
}

QString jsonText(const space::CellDesign& cell) {
  return QString::fromStdString(space::toJson(cell).dump());
}

/// Options of the window that differ from those the engine would derive with.
nlohmann::json changedDerivation(const Shown& shown) {
  nlohmann::json changed = nlohmann::json::object();
  const nlohmann::json now = space::derivationFields().toJson(shown.choices.derivation);
  for (const auto& [name, value] : now.items()) {
    if (valueAt(*shown.run->configuration, "derivation." + name) != value) {
      changed["derivation"][name] = value;
    }
  }
  return changed;
}

CellChoice derivedNow(const Shown& shown) {
  const space::Derivation& derivation = shown.derived->derivation;
  CellChoice choice;
  choice.title =
      QCoreApplication::translate("CellChoices", "Derived now: %1").arg(textOf(derivation.cell));
  choice.detail =
      QCoreApplication::translate("CellChoices", "at step %1 with alpha %2 and beta %3")
          .arg(stepText(shown.step()), QString::number(shown.choices.derivation.topNodes),
               QString::number(shown.choices.derivation.topPredecessors));
  choice.name = textOf(derivation.cell);
  const bool isLast = shown.run->status.step == shown.step() && !shown.run->hasEngine;
  if (isLast) {
    choice.derivation = changedDerivation(shown);
  } else {
    choice.cell = jsonText(derivation.cell);  // the engine would derive from a later step
  }
  return choice;
}

/// The word by which the engine finds a kept cell and nothing else.
QString wordFor(const run::CellRow& row, const std::vector<run::CellRow>& cells) {
  const auto sameName =
      std::count_if(cells.begin(), cells.end(), [&row](const run::CellRow& other) {
        return !other.removed && (other.name == row.name || std::to_string(other.id) == row.name);
      });
  const bool isWord = row.name == "derived" || row.name == "plain" || row.name.empty() ||
                      row.name.front() == '-' || sameName > 1;
  return QString::fromStdString(isWord ? std::to_string(row.id) : row.name);
}

}  // namespace

std::vector<CellChoice> cellChoices(const Shown& shown) {
  std::vector<CellChoice> choices;
  if (shown.derived && shown.run) choices.push_back(derivedNow(shown));
  for (const PinnedCell& pinned : shown.choices.pinnedCells) {
    choices.push_back({.title = QCoreApplication::translate("CellChoices", "Pinned: %1, %2")
                                    .arg(QString::fromStdString(pinned.name), textOf(pinned.cell)),
                       .detail = QCoreApplication::translate("CellChoices", "put aside at step %1")
                                     .arg(stepText(pinned.step)),
                       .name = textOf(pinned.cell),
                       .cell = jsonText(pinned.cell)});
  }
  if (shown.run) {
    for (const run::CellRow& row : *shown.run->cells) {
      if (row.removed) continue;
      const auto design = space::cellFromText(row.design, row.name);
      if (!design) continue;
      choices.push_back(
          {.title = QCoreApplication::translate("CellChoices", "Kept in the run: %1, %2")
                        .arg(QString::fromStdString(row.name), textOf(*design)),
           .detail = QCoreApplication::translate("CellChoices", "%1 at step %2")
                         .arg(QString::fromStdString(row.origin), stepText(row.step)),
           .name = QString::fromStdString(row.name),
           .cell = wordFor(row, *shown.run->cells)});
    }
  }
  choices.push_back(
      {.title = QCoreApplication::translate("CellChoices", "Plain backbone, without any cell"),
       .detail = QCoreApplication::translate("CellChoices", "what the network reaches by itself"),
       .name = u"plain"_s,
       .cell = u"plain"_s,
       .hasOperations = false});
  return choices;
}

Result<CellChoice> typedCell(const QString& text, const nlohmann::json& configuration) {
  const QString typed = text.trimmed();
  if (typed.isEmpty()) {
    return fail(ErrorCode::InvalidArgument,
                QCoreApplication::translate("CellChoices",
                                            "write a cell as mS<mT + dST, or choose its JSON file")
                    .toStdString(),
                "cell");
  }
  CellChoice choice;
  const QFileInfo file(typed);
  const bool looksLikeFile =
      typed.endsWith(u".json"_s) || (typed.contains(u'/') && !typed.contains(u'{'));
  if (looksLikeFile || file.isFile()) {
    ATTELIER_ASSIGN(const space::CellDesign design, space::readCell(typed.toStdString()));
    choice.cell = file.absoluteFilePath();
    choice.title = textOf(design);
    choice.name =
        design.name.empty()
            ? QString::fromStdString(std::filesystem::path(typed.toStdString()).stem().string())
            : QString::fromStdString(design.name);
    return choice;
  }
  space::OperationSettings settings;
  if (const nlohmann::json stored = valueAt(configuration, "operations"); stored.is_object()) {
    ATTELIER_ASSIGN(settings, space::operationSettingsFields().fromJson(stored, "operations"));
  }
  const bool isJson = typed.contains(u'{');
  ATTELIER_ASSIGN(const space::CellDesign design,
                  isJson ? space::cellFromText(typed.toStdString(), "cell")
                         : space::parseCell(typed.toStdString(), settings, "cell"));
  choice.cell = typed;
  choice.title = textOf(design);
  choice.name = choice.title;
  return choice;
}

}  // namespace attelier::ui
