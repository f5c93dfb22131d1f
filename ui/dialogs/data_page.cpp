#include "ui/dialogs/data_page.h"

#include "ui/dialogs/clips_scan.h"
#include "ui/dialogs/clips_summary.h"
#include "ui/dialogs/field_form.h"
#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/section.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QRadioButton>
#include <QSettings>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kLookMs = 600;
constexpr int kMostRecent = 10;

QString recentKey() { return u"newSearch/recentClips"_s; }

QString presetText(const std::string& name) {
  if (name.empty()) return DataPage::tr("None: the engine's defaults");
  if (name == "tasks") return DataPage::tr("tasks: small, for the synthetic tasks");
  if (name == "paper") return DataPage::tr("paper: as published");
  return QString::fromStdString(name);
}

QString presetNote(const std::string& name) {
  if (name == "tasks")
    return DataPage::tr("400 steps of a small network, done in minutes on any machine.");
  if (name == "paper") {
    return DataPage::tr(
        "S3D on 64 frames of 224 by 224 pixels, 64 clips a step: for a GPU with much memory, and "
        "days.");
  }
  return DataPage::tr("A small S3D on 16 frames of 64 by 64 pixels, for a folder of clips.");
}

QString taskNote(const QString& task) {
  if (task == u"when"_s)
    return DataPage::tr("when: in which frames does the lamp shine? Needs attention in time.");
  if (task == u"where"_s)
    return DataPage::tr("where: which place does the pointer show? Needs attention in space.");
  if (task == u"meet"_s)
    return DataPage::tr("meet: where and when do two hints meet? Needs one after the other.");
  return DataPage::tr(
      "match: which glyphs of other frames are those of the plaque? Needs attention in both at "
      "once.");
}

}  // namespace

DataPage::DataPage(const RunSchema& schema, EngineProgram& engine, QWidget* parent)
    : QWidget(parent), schema_(schema), scan_(new ClipsScan(engine, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(fontMetrics().height() / 2);

  auto* presetRow = new QHBoxLayout;
  auto* presetLabel = new QLabel(tr("P&reset"), this);
  preset_ = new QComboBox(this);
  preset_->setObjectName(u"preset"_s);
  preset_->setAccessibleName(tr("Preset"));
  preset_->addItem(presetText({}), QString());
  for (const std::string& name : schema.presetNames()) {
    preset_->addItem(presetText(name), QString::fromStdString(name));
  }
  presetLabel->setBuddy(preset_);
  presetNote_ = new MessageBar(MessageBar::Look::Line, this);
  presetRow->setSpacing(fontMetrics().averageCharWidth() * 2);
  presetRow->addWidget(presetLabel);
  presetRow->addWidget(preset_);
  presetRow->addWidget(presetNote_, 1);
  layout->addLayout(presetRow);

  auto* source = new QHBoxLayout;
  auto* sourceLabel = new QLabel(tr("Clips"), this);
  sourceLabel->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  source->setSpacing(fontMetrics().averageCharWidth() * 2);
  source->addWidget(sourceLabel);
  synthetic_ = new QRadioButton(tr("S&ynthetic clips (nothing to download)"), this);
  clips_ = new QRadioButton(tr("&My clips"), this);
  synthetic_->setObjectName(u"synthetic"_s);
  clips_->setObjectName(u"clips"_s);
  synthetic_->setChecked(true);
  source->addWidget(synthetic_);
  source->addWidget(clips_);
  source->addStretch(1);
  layout->addLayout(source);

  taskForm_ = new FieldForm(schema,
                            {{.title = {}, .paths = {"synthetic.task"}},
                             {.title = tr("More about the synthetic clips"),
                              .paths = restOf(schema, "synthetic", {"synthetic.task"}),
                              .isMore = true}},
                            this);
  layout->addWidget(taskForm_);

  clipsForm_ = new FieldForm(schema,
                             {{.title = {}, .paths = {"dataset.clips"}},
                              {.title = tr("More about lists and splits"),
                               .paths = restOf(schema, "dataset", {"dataset.clips"}),
                               .isMore = true}},
                             this);
  clipsForm_->row("dataset.clips")
      ->editor()
      .setSuggestions(QSettings().value(recentKey()).toStringList());
  layout->addWidget(clipsForm_);
  summary_ = new ClipsSummary(this);
  layout->addWidget(summary_);
  const std::vector<std::string> front{"sampling.frames", "sampling.height", "sampling.width"};
  samplingForm_ = new FieldForm(schema,
                                {{.title = groupTitle("sampling", {}), .paths = front},
                                 {.title = tr("More about frames and crops"),
                                  .paths = restOf(schema, "sampling", front),
                                  .isMore = true}},
                                this);
  layout->addWidget(samplingForm_);
  FieldForm::align({taskForm_, clipsForm_, samplingForm_});
  presetLabel->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  for (QLabel* label : {presetLabel, sourceLabel}) label->setMinimumWidth(taskForm_->labelWidth());

  layout->addStretch(1);

  lookTimer_.setSingleShot(true);
  lookTimer_.setInterval(kLookMs);
  connect(&lookTimer_, &QTimer::timeout, this, &DataPage::look);
  connect(synthetic_, &QRadioButton::toggled, this, &DataPage::chooseSource);
  connect(preset_, &QComboBox::activated, this, [this] { isPresetChosen_ = true; });
  connect(preset_, &QComboBox::currentIndexChanged, this, [this] {
    presetNote_->say(Severity::Quiet, presetNote(preset()));
    Q_EMIT presetChanged();
  });
  for (FieldForm* form : {taskForm_, clipsForm_, samplingForm_}) {
    connect(form, &FieldForm::edited, this, [this] {
      describeTask();
      lookSoon();
      Q_EMIT edited();
    });
  }
  connect(scan_, &ClipsScan::progressed, summary_, &ClipsSummary::showProgress);
  connect(scan_, &ClipsScan::finished, this,
          [this](const std::shared_ptr<const ClipsReport>& report) {
            report_ = report;
            summary_->showReport(report);
          });
  connect(scan_, &ClipsScan::failed, this, [this](const Error& error) {
    const auto field = schema_.fieldOf(error.where);
    if (field && clipsForm_->refuse(*field, QString::fromStdString(error.message))) {
      summary_->showNothing();
    } else {
      summary_->showFailure(error);
    }
    Q_EMIT marked();
  });
  connect(summary_, &ClipsSummary::stopped, this, [this] {
    scan_->cancel();
    summary_->showNothing();
  });
  connect(summary_, &ClipsSummary::again, this, [this] {
    looked_.clear();
    look();
  });
  chooseSource();
  preset_->setCurrentIndex(preset_->findData(u"tasks"_s));
  describeTask();
}

DataPage::~DataPage() = default;

void DataPage::describeTask() {
  taskForm_->row("synthetic.task")
      ->setHelp(taskNote(valueText(taskForm_->valueOf("synthetic.task"))));
}

bool DataPage::isSynthetic() const { return synthetic_->isChecked(); }

std::string DataPage::preset() const { return preset_->currentData().toString().toStdString(); }

QList<FieldForm*> DataPage::forms() const {
  return isSynthetic() ? QList<FieldForm*>{taskForm_}
                       : QList<FieldForm*>{clipsForm_, samplingForm_};
}

nlohmann::json DataPage::changes() const {
  nlohmann::json changed = nlohmann::json::object();
  for (const FieldForm* form : forms()) changed.merge_patch(form->changes());
  const QString clips = valueText(valueAt(changed, "dataset.clips"));
  if (valueAt(changed, "dataset.clips").is_string() && !clips.isEmpty()) {
    // The command line may be pasted where another folder is the current one.
    setValueAt(changed, "dataset.clips", QDir().absoluteFilePath(clips).toStdString());
  }
  return changed;
}

QString DataPage::source() const {
  if (isSynthetic()) return valueText(taskForm_->valueOf("synthetic.task"));
  const QString clips = valueText(clipsForm_->valueOf("dataset.clips"));
  return clips.isEmpty() ? valueText(clipsForm_->valueOf("dataset.train")) : clips;
}

void DataPage::setBase(const nlohmann::json& configuration) {
  for (FieldForm* form : {taskForm_, clipsForm_, samplingForm_}) form->setBase(configuration);
}

void DataPage::fill(const nlohmann::json& configuration, const std::string& preset) {
  const bool isClips = !valueText(valueAt(configuration, "dataset.clips")).isEmpty() &&
                       valueAt(configuration, "dataset.clips").is_string();
  const bool isList = valueAt(configuration, "dataset.train").is_string() &&
                      !valueText(valueAt(configuration, "dataset.train")).isEmpty();
  isPresetChosen_ = true;
  preset_->setCurrentIndex(std::max(0, preset_->findData(QString::fromStdString(preset))));
  (isClips || isList ? clips_ : synthetic_)->setChecked(true);
  for (FieldForm* form : {taskForm_, clipsForm_, samplingForm_}) form->fill(configuration);
}

void DataPage::setClips(const QString& path) {
  clips_->setChecked(true);
  clipsForm_->row("dataset.clips")->editor().setValue(path.toStdString());
}

void DataPage::chooseSource() {
  const bool synthetic = isSynthetic();
  taskForm_->setVisible(synthetic);
  clipsForm_->setVisible(!synthetic);
  samplingForm_->setVisible(!synthetic);
  if (synthetic) {
    summary_->hide();
  } else if (report_ || scan_->isRunning()) {
    summary_->show();
  }
  if (!isPresetChosen_) {
    preset_->setCurrentIndex(synthetic ? preset_->findData(u"tasks"_s) : 0);
  }
  lookSoon();
  Q_EMIT edited();
}

QString DataPage::problem() const {
  if (isSynthetic() || !source().isEmpty()) return {};
  return tr("Name a folder of clips or a list of them, or take synthetic clips.");
}

void DataPage::lookSoon() {
  if (isSynthetic()) return;
  QStringList words{valueText(clipsForm_->valueOf("dataset.clips"))};
  words << schema_.arguments(clipsForm_->changes());
  if (words == looked_) return;
  scan_->cancel();
  report_.reset();
  summary_->showNothing();
  lookTimer_.start();
}

void DataPage::look() {
  const QString clips = valueText(clipsForm_->valueOf("dataset.clips"));
  if (isSynthetic() || source().isEmpty() || !clipsForm_->isValid()) return;
  if (!clips.isEmpty() && !QFileInfo::exists(clips)) {
    clipsForm_->refuse("dataset.clips", tr("there is no such file or folder"));
    Q_EMIT marked();
    return;
  }
  nlohmann::json changes = clipsForm_->changes();
  looked_ = QStringList{clips} << schema_.arguments(changes);
  if (changes.contains("dataset")) changes["dataset"].erase("clips");
  summary_->showScanning(source());
  scan_->start(clips, schema_.arguments(changes));
}

void DataPage::rememberClips() {
  if (isSynthetic()) return;
  QSettings settings;
  QStringList recent = settings.value(recentKey()).toStringList();
  const QString path = QDir::cleanPath(source());
  recent.removeAll(path);
  recent.prepend(path);
  while (recent.size() > kMostRecent) recent.removeLast();
  settings.setValue(recentKey(), recent);
  clipsForm_->row("dataset.clips")->editor().setSuggestions(recent);
}

}  // namespace attelier::ui
