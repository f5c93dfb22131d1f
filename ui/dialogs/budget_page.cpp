#include "ui/dialogs/budget_page.h"

#include "ui/dialogs/field_form.h"
#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/run_place.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr double kMostSeeds = 100;

/// Help is translated where it is shown, as that of the engine's fields.
FieldInfo ownField(const char* group, const char* name, const char* help, FieldType type,
                   nlohmann::json defaultValue) {
  FieldInfo info;
  info.group = group;
  info.name = name;
  info.help = help;
  info.type = type;
  info.elementType = type;
  info.defaultValue = std::move(defaultValue);
  return info;
}

RunSchema ownFields() {
  FieldInfo seeds =
      ownField("place", "seeds",
               QT_TRANSLATE_NOOP("RunField",
                                 "runs with this seed and those after it; each begins when "
                                 "the one before has finished"),
               FieldType::Integer, 1);
  seeds.minimum = 1;
  seeds.maximum = kMostSeeds;
  return RunSchema(
      {{.name = "place",
        .title = {},
        .fields = {ownField("place", "name",
                            QT_TRANSLATE_NOOP("RunField",
                                              "what the run is called, and its "
                                              "folder"),
                            FieldType::Text, ""),
                   ownField("place", "folder",
                            QT_TRANSLATE_NOOP("RunField", "folder that runs go into"),
                            FieldType::Text, ""),
                   seeds},
        .isOnCommandLine = false},
       {.name = "start",
        .title = {},
        .fields = {
            ownField(
                "start", "background",
                QT_TRANSLATE_NOOP("RunField", "lower priority, and threads sleep while they wait"),
                FieldType::Boolean, false),
            ownField("start", "after",
                     QT_TRANSLATE_NOOP("RunField", "begin when no engine holds that run any more"),
                     FieldType::Text, ""),
            ownField("start", "on_done",
                     QT_TRANSLATE_NOOP("RunField",
                                       "shell command when the run has ended, with "
                                       "ATTELIER_RUN and ATTELIER_PHASE set"),
                     FieldType::Text, "")}}});
}

}  // namespace

BudgetPage::BudgetPage(const RunSchema& schema, QWidget* parent)
    : QWidget(parent), own_(ownFields()) {
  const std::vector<std::string> training{"training.steps", "training.epochs", "training.batch",
                                          "training.precision", "training.seed"};
  const std::vector<std::string> compute{"compute.device", "compute.threads"};
  form_ = new FieldForm(schema,
                        {{.title = groupTitle("training", {}), .paths = training},
                         {.title = groupTitle("compute", {}), .paths = compute}},
                        this);
  placeForm_ =
      new FieldForm(own_,
                    {{.title = tr("The run"),
                      .paths = {"place.name", "place.folder", "place.seeds", "start.after"}},
                     {.title = tr("More about start and end"),
                      .paths = {"start.background", "start.on_done"},
                      .isMore = true}},
                    this);
  moreForm_ = new FieldForm(
      schema,
      {{.title = tr("More about training"),
        .paths = restOf(schema, "training", training),
        .isMore = true},
       {.title = groupTitle("connections", {}),
        .paths = restOf(schema, "connections", {}),
        .isMore = true},
       {.title = groupTitle("watch", {}), .paths = restOf(schema, "watch", {}), .isMore = true},
       {.title = groupTitle("loader", {}), .paths = restOf(schema, "loader", {}), .isMore = true}},
      this);
  FieldForm::align({form_, placeForm_, moreForm_});
  auto* layout = new QVBoxLayout(this);
  for (FieldForm* form : {form_, placeForm_, moreForm_}) layout->addWidget(form);
  layout->addStretch(1);

  nlohmann::json base = {{"place", {{"folder", defaultRunsFolder().toStdString()}}}};
  placeForm_->setBase(base);
  placeForm_->row("place.name")->setCheck([this](const nlohmann::json&) -> Status {
    SearchDraft draft;
    writeTo(draft);
    for (const QString& folder : runFolders(draft)) {
      const QFileInfo run(folder);
      ATTELIER_CHECKED(checkNewRun(run.path(), draft.seeds > 1
                                                   ? run.fileName()
                                                   : valueText(placeForm_->valueOf("place.name"))));
    }
    return {};
  });
  placeForm_->row("start.after")->setCheck([](const nlohmann::json& run) -> Status {
    const QString path = valueText(run);
    if (path.isEmpty() || QFileInfo::exists(QDir(path).filePath(u"run.json"_s))) return {};
    return fail(ErrorCode::NotFound, tr("is not a run folder: it has no run.json").toStdString());
  });
  placeForm_->row("place.seeds")->setCheck([this, &schema](const nlohmann::json& seeds) -> Status {
    const FieldInfo* seed = schema.find("training.seed");
    const nlohmann::json first = form_->valueOf("training.seed");
    const auto last =
        checkedFieldValue(*seed, first.get<std::int64_t>() + seeds.get<int>() - 1, {});
    return last ? Status() : tl::unexpected(last.error());
  });
  connect(form_, &FieldForm::edited, this, [this] {
    checkDevice();
    placeForm_->row("place.seeds")->recheck();
    placeForm_->row("place.name")->recheck();
    Q_EMIT edited();
  });
  connect(moreForm_, &FieldForm::edited, this, &BudgetPage::edited);
  connect(placeForm_, &FieldForm::edited, this, [this] {
    proposeName(source_);
    Q_EMIT edited();
  });
}

BudgetPage::~BudgetPage() = default;

QString BudgetPage::parentFolder() const { return valueText(placeForm_->valueOf("place.folder")); }

void BudgetPage::proposeName(const QString& source) {
  source_ = source;
  const QString proposed = newRunName(parentFolder(), source);
  FieldRow* row = placeForm_->row("place.name");
  if (valueText(row->editor().base()) != proposed) row->editor().setBase(proposed.toStdString());
  row->recheck();
}

void BudgetPage::writeTo(SearchDraft& draft) const {
  draft.folder = runFolder(parentFolder(), valueText(placeForm_->valueOf("place.name")));
  draft.seeds = placeForm_->valueOf("place.seeds").get<int>();
  draft.firstSeed = form_->valueOf("training.seed").get<std::int64_t>();
  const QString after = valueText(placeForm_->valueOf("start.after"));
  draft.after = after.isEmpty() ? after : QDir().absoluteFilePath(after);
  draft.background = placeForm_->valueOf("start.background").get<bool>();
  draft.onDone = valueText(placeForm_->valueOf("start.on_done"));
}

void BudgetPage::setKnownRuns(const QStringList& runs) {
  placeForm_->row("start.after")->editor().setSuggestions(runs);
}

void BudgetPage::setAfter(const QString& run) {
  placeForm_->row("start.after")->editor().setValue(run.toStdString());
}

void BudgetPage::setMachine(const nlohmann::json& doctor) {
  const nlohmann::json accelerators = valueAt(doctor, "device.accelerators");
  const nlohmann::json reason = valueAt(doctor, "device.reason");
  const bool none = accelerators.is_number_integer() && accelerators.get<std::int64_t>() == 0;
  noAccelerator_ = !none                ? QString()
                   : reason.is_string() ? QString::fromStdString(reason.get<std::string>())
                                        : tr("the engine finds none");
  const nlohmann::json cores = valueAt(doctor, "machine.cores");
  cores_ = cores.is_number_integer() ? cores.get<int>() : 0;
  checkDevice();
}

void BudgetPage::checkDevice() {
  const bool wantsGpu = valueText(form_->valueOf("compute.device")) == u"cuda"_s;
  form_->row("compute.device")
      ->setRemark(
          Severity::Warning,
          wantsGpu && !noAccelerator_.isEmpty()
              ? tr("There is no GPU to compute on here: %1. Take cpu or auto.").arg(noAccelerator_)
              : QString());
  const auto threads = form_->valueOf("compute.threads").get<std::int64_t>();
  form_->row("compute.threads")
      ->setRemark(
          Severity::Warning,
          cores_ > 0 && threads > cores_
              ? tr("This machine has %1 cores; more threads than that slow each other down.")
                    .arg(cores_)
              : QString());
}

}  // namespace attelier::ui
