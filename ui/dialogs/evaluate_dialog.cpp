#include "ui/dialogs/evaluate_dialog.h"

#include "ui/dialogs/field_form.h"
#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/path_box.h"
#include "ui/dialogs/scroll_page.h"
#include "ui/engine/engine_program.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// The engine may take up an earlier training instead of making the folder that is waited for.
constexpr int kPatienceMs = 15'000;
constexpr double kSignificance = 0.05;

FieldInfo ownField(const char* name, const char* help, FieldType type,
                   nlohmann::json defaultValue) {
  FieldInfo info;
  info.group = "evaluate";
  info.name = name;
  info.help = help;
  info.type = type;
  info.elementType = type;
  info.defaultValue = std::move(defaultValue);
  return info;
}

RunSchema ownFields() {
  FieldInfo controls = ownField(
      "control",
      QT_TRANSLATE_NOOP("RunField",
                        "random cells of as many operations to train beside it, and the plain "
                        "backbone"),
      FieldType::Integer, 0);
  controls.unit = "cells";
  controls.minimum = 0;
  controls.maximum = 1000;
  return RunSchema(
      {{.name = "evaluate",
        .title = {},
        .fields = {
            controls,
            ownField("place",
                     QT_TRANSLATE_NOOP("RunField",
                                       "whose cell is derived, where each place has "
                                       "its own"),
                     FieldType::Text, ""),
            ownField("again",
                     QT_TRANSLATE_NOOP("RunField",
                                       "what was trained before too; else a finished training is "
                                       "read and an interrupted one goes on"),
                     FieldType::Boolean, false),
            ownField("out",
                     QT_TRANSLATE_NOOP("RunField",
                                       "elsewhere than in the run; looks at the report split there "
                                       "are not counted for it"),
                     FieldType::Text, ""),
            ownField("clips_root",
                     QT_TRANSLATE_NOOP("RunField",
                                       "where the clips are, if not under the recorded folder"),
                     FieldType::Text, "")}}});
}

/// How often a score on the report split was looked at.
std::int64_t reportLooks(const RunView& view) {
  std::int64_t looks = 0;
  for (const EvaluationView& evaluation : *view.evaluations) {
    looks += std::count_if(evaluation.points.begin(), evaluation.points.end(),
                           [](const run::PointRow& point) { return point.name == "report/top1"; });
  }
  return looks;
}

bool hasReportSplit(const RunView& view) {
  return std::any_of(view.dataset->begin(), view.dataset->end(),
                     [](const run::ClipRow& clip) { return clip.split == "report"; });
}

}  // namespace

EvaluateDialog::EvaluateDialog(EngineProgram& engine, QWidget* parent)
    : EngineDialog(engine, tr("Evaluate a cell"), tr("&Start"), parent),
      schema_(RunSchema::builtIn()),
      own_(ownFields()) {
  setObjectName(u"evaluate"_s);
  auto* page = new QWidget;
  auto* layout = new QVBoxLayout(page);
  auto* top = new QGridLayout;
  top->setColumnStretch(1, 1);
  auto* cellLabel = new QLabel(tr("&Cell"), page);
  cell_ = new QComboBox(page);
  cell_->setObjectName(u"cell"_s);
  cell_->setAccessibleName(tr("Cell"));
  cell_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  cell_->setMinimumContentsLength(40);
  cellLabel->setBuddy(cell_);
  typedLabel_ = new QLabel(tr("Te&xt or file"), page);
  typed_ = new PathBox(tr("Cell as text or JSON file"), PathBox::Choose::File, page);
  typed_->setFilter(tr("Cells (*.json)"));
  typed_->setPlaceholder(u"mS<mT + dST"_s);
  typed_->focusTarget()->setObjectName(u"typedCell"_s);
  typedLabel_->setBuddy(typed_->focusTarget());
  cellNote_ = new MessageBar(MessageBar::Look::Line, page);
  cellNote_->setObjectName(u"cellNote"_s);
  top->addWidget(cellLabel, 0, 0, Qt::AlignRight);
  top->addWidget(cell_, 0, 1);
  top->addWidget(typedLabel_, 1, 0, Qt::AlignRight);
  top->addWidget(typed_, 1, 1);
  top->addWidget(cellNote_, 2, 1);
  layout->addLayout(top);

  ownForm_ = new FieldForm(own_,
                           {{.title = {}, .paths = {"evaluate.control", "evaluate.place"}},
                            {.title = tr("More about earlier trainings and folders"),
                             .paths = {"evaluate.again", "evaluate.out", "evaluate.clips_root"},
                             .isMore = true}},
                           page);
  layout->addWidget(ownForm_);
  const std::vector<std::string> training{"training.steps", "training.epochs", "training.batch",
                                          "training.learning_rate"};
  const std::vector<std::string> compute{"compute.device", "compute.threads"};
  form_ = new FieldForm(
      schema_,
      {{.title = tr("Training, where it is to differ from the search"), .paths = training},
       {.title = groupTitle("compute", {}), .paths = compute},
       {.title = tr("More about training"),
        .paths = restOf(schema_, "training", training),
        .isMore = true},
       {.title = groupTitle("watch", {}), .paths = restOf(schema_, "watch", {}), .isMore = true},
       {.title = groupTitle("loader", {}), .paths = restOf(schema_, "loader", {}), .isMore = true}},
      page);
  layout->addWidget(form_);
  layout->addStretch(1);
  FieldForm::align({ownForm_, form_});
  top->setColumnMinimumWidth(0, form_->labelWidth());
  top->setHorizontalSpacing(fontMetrics().averageCharWidth() * 2);
  body()->addWidget(new ScrollPage(page, this), 1);
  cost_ = new MessageBar(MessageBar::Look::Line, this);
  cost_->setObjectName(u"cost"_s);
  body()->addWidget(cost_);
  addFooter();

  connect(cell_, &QComboBox::currentIndexChanged, this, &EvaluateDialog::onEdited);
  connect(typed_, &PathBox::edited, this, &EvaluateDialog::onEdited);
  connect(ownForm_, &FieldForm::edited, this, &EvaluateDialog::onEdited);
  connect(form_, &FieldForm::edited, this, &EvaluateDialog::onEdited);
  setShown({});
  resize(fontMetrics().averageCharWidth() * 126, fontMetrics().lineSpacing() * 36);
}

EvaluateDialog::~EvaluateDialog() = default;

void EvaluateDialog::setShown(const Shown& shown) {
  const bool isSameRun = shown.run && shown_.run && shown.run->path == shown_.run->path;
  const bool isSameConfiguration =
      isSameRun && shown.run->configuration == shown_.run->configuration;
  shown_ = shown;
  choices_ = cellChoices(shown);
  showChoices(isSameRun);
  const nlohmann::json configuration = shown.run ? *shown.run->configuration : schema_.defaults();
  if (!isSameConfiguration) form_->setBase(configuration);
  if (!isSameRun) form_->fill(configuration);
  const nlohmann::json shared = valueAt(configuration, "space.share_weights");
  const bool hasPlaces = shown.run && shared.is_boolean() && !shared.get<bool>();
  FieldRow* place = ownForm_->row("evaluate.place");
  if (hasPlaces && shown.moment() != nullptr) {
    place->editor().setBase(shown.moment()->place.name);
  }
  place->setShown(hasPlaces);
  onEdited();
}

void EvaluateDialog::showChoices(bool keepChoice) {
  QStringList titles;
  for (const CellChoice& choice : choices_) titles << choice.title;
  titles << tr("Another cell: text or file");
  QStringList shownTitles;
  for (int i = 0; i < cell_->count(); ++i) shownTitles << cell_->itemText(i);
  if (titles == shownTitles && keepChoice) return;  // a list that is open stays so
  // The derived cell changes its name while it is the same choice.
  const int index = cell_->currentIndex();
  const bool wasFirst = index == 0;
  const bool wasTyped = index == cell_->count() - 1;
  const QString before = cell_->currentText();
  const QSignalBlocker quiet(cell_);
  cell_->clear();
  cell_->addItems(titles);
  const int same = cell_->findText(before);
  cell_->setCurrentIndex(!keepChoice || wasFirst ? 0
                         : wasTyped              ? static_cast<int>(titles.size()) - 1
                                                 : std::max(0, same));
}

void EvaluateDialog::chooseCell(std::int64_t id) {
  if (!shown_.run) return;
  for (const run::CellRow& row : *shown_.run->cells) {
    if (row.id != id) continue;
    const auto at =
        std::find_if(choices_.begin(), choices_.end(), [&row](const CellChoice& choice) {
          return choice.cell.toStdString() == row.name ||
                 choice.cell.toStdString() == std::to_string(row.id);
        });
    if (at != choices_.end()) cell_->setCurrentIndex(static_cast<int>(at - choices_.begin()));
  }
}

Result<CellChoice> EvaluateDialog::chosen() const {
  const auto at = static_cast<std::size_t>(std::max(0, cell_->currentIndex()));
  if (at < choices_.size()) return choices_[at];
  return typedCell(typed_->lineEdit()->text(),
                   shown_.run ? *shown_.run->configuration : nlohmann::json::object());
}

int EvaluateDialog::trainings() const {
  const int controls = ownForm_->valueOf("evaluate.control").get<int>();
  const auto cell = chosen();
  return controls > 0 && cell && cell->hasOperations ? controls + 2 : 1;
}

QStringList EvaluateDialog::arguments() const {
  QStringList words{u"evaluate"_s};
  if (shown_.run) words << QString::fromStdString(shown_.run->path.string());
  const auto cell = chosen();
  nlohmann::json changes = form_->changes();
  nlohmann::json own = ownForm_->changes();
  if (cell) {
    const bool isDerived = cell->cell.isEmpty();
    words << u"--cell"_s << (isDerived ? u"derived"_s : cell->cell);
    if (isDerived) changes.merge_patch(cell->derivation);
    if (!cell->hasOperations && own.contains("evaluate")) own["evaluate"].erase("control");
    // The place is named whenever it decides, also where nobody changed it.
    const QString place = valueText(ownForm_->valueOf("evaluate.place"));
    if (own.contains("evaluate")) own["evaluate"].erase("place");
    if (isDerived && !place.isEmpty()) own["evaluate"]["place"] = place.toStdString();
  }
  words << own_.arguments(own) << schema_.arguments(changes);
  return words;
}

void EvaluateDialog::onEdited() {
  if (cost_ == nullptr || startButton() == nullptr) return;  // while it is being made
  const bool isTyped = cell_->currentIndex() == static_cast<int>(choices_.size());
  typedLabel_->setVisible(isTyped);
  typed_->setVisible(isTyped);
  const auto cell = chosen();
  if (!cell) {
    const bool isEmpty = typed_->path().isEmpty();
    cellNote_->say(isEmpty ? Severity::Quiet : Severity::Bad, errorText(cell.error()));
  } else if (isTyped) {
    cellNote_->say(Severity::Good, tr("Read as %1").arg(cell->title));
  } else {
    cellNote_->say(Severity::Quiet, cell->detail);
  }
  const bool takesControls = !cell || cell->hasOperations;
  FieldRow* controls = ownForm_->row("evaluate.control");
  controls->setEnabled(takesControls);
  ownForm_->row("evaluate.place")->setEnabled(cell && cell->cell.isEmpty());
  remarkOnControls(takesControls);
  showCost();
  refresh();
}

void EvaluateDialog::remarkOnControls(bool takesControls) {
  FieldRow* controls = ownForm_->row("evaluate.control");
  const int count = ownForm_->valueOf("evaluate.control").get<int>();
  const double smallest = 1.0 / (count + 1);
  const QLocale locale;
  if (!takesControls) {
    controls->setRemark(Severity::Quiet,
                        tr("The plain backbone is a control itself; it has no operations "
                           "to draw others by."));
  } else if (count == 0) {
    controls->setRemark(Severity::Warning,
                        tr("Without random cells beside it nothing can be said about "
                           "how good the cell is."));
  } else if (smallest > kSignificance) {
    controls->setRemark(Severity::Information,
                        tr("p cannot fall below %1 with so few; from 19 on it can reach 0.05.")
                            .arg(locale.toString(smallest, 'f', 3)));
  } else {
    controls->setRemark(Severity::Quiet,
                        tr("p can fall to %1.").arg(locale.toString(smallest, 'f', 3)));
  }
}

void EvaluateDialog::showCost() {
  if (!shown_.run) {
    cost_->say(Severity::Warning, tr("No run is open, so there is nothing to evaluate."));
    return;
  }
  const QLocale locale;
  const QString networks = tr("Networks to train: %1.").arg(trainings());
  const bool isElsewhere = !valueText(ownForm_->valueOf("evaluate.out")).isEmpty();
  const bool hasReport = hasReportSplit(*shown_.run) || shown_.run->dataset->empty();
  const QString looks =
      !hasReport
          ? tr("These clips have no report split: the select split judges, which the search has "
               "looked at.")
      : isElsewhere ? tr("Each looks at the report split, and there those looks are not counted "
                         "for this run.")
                    : tr("Each looks at the report split (looks so far: %1). Choosing among cells "
                         "by it makes its "
                         "figures too good.")
                          .arg(locale.toString(static_cast<qlonglong>(reportLooks(*shown_.run))));
  cost_->say(hasReport ? Severity::Warning : Severity::Information, networks + u' ' + looks);
}

bool EvaluateDialog::showProblem() {
  if (!shown_.run) return true;
  if (const auto cell = chosen(); !cell) {
    cellNote_->say(Severity::Bad, errorText(cell.error()));
    typed_->focusTarget()->setFocus();
    return true;
  }
  for (FieldForm* form : {ownForm_, form_}) {
    if (const std::string wrong = form->firstWrong(); !wrong.empty()) {
      form->focusField(wrong);
      return true;
    }
  }
  return false;
}

bool EvaluateDialog::showRefusal(const Error& error) {
  const QString message = QString::fromStdString(error.message);
  if (error.where == "--cell" || error.where == "cell") {
    cellNote_->say(Severity::Bad, message);
    return true;
  }
  if (const auto own = own_.fieldOf(error.where); own && ownForm_->refuse(*own, message))
    return true;
  const auto path = schema_.fieldOf(error.where);
  return path && form_->refuse(*path, message);
}

std::filesystem::path EvaluateDialog::awaited() const {
  // The engine numbers the folder; the next number is the likely one, and patience covers the rest.
  const QString out = valueText(ownForm_->valueOf("evaluate.out"));
  const QDir folder(
      out.isEmpty() ? QString::fromStdString((shown_.run->path / "evaluations").string()) : out);
  int number = 0;
  for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
    number = std::max(number, name.section(u'-', 0, 0).toInt());
  }
  const auto cell = chosen();
  const QString name = cell ? cell->name : QString();
  QString safe;
  for (const QChar c : name) {
    const bool isPlain = c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'-' || c == u'_');
    if (isPlain || !safe.endsWith(u'-')) safe += isPlain ? c : u'-';
  }
  return folder
      .filePath(u"%1-%2.attelier"_s.arg(QString::number(number + 1).rightJustified(4, u'0'),
                                        safe.left(60)))
      .toStdString();
}

int EvaluateDialog::patienceMs() const { return kPatienceMs; }

void EvaluateDialog::onStarted() {
  Q_EMIT started(QString::fromStdString(shown_.run->path.string()));
}

}  // namespace attelier::ui
