#include "ui/dialogs/field_form.h"

#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/section.h"

#include <QEvent>
#include <QGridLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

PathKind pathKindOf(const std::string& path) {
  static const std::map<std::string, PathKind> kKinds = {
      {"dataset.clips", PathKind::Either},       {"dataset.train", PathKind::File},
      {"dataset.select", PathKind::File},        {"dataset.report", PathKind::File},
      {"dataset.classes", PathKind::File},       {"place.folder", PathKind::Folder},
      {"start.after", PathKind::Folder},         {"resume.clips_root", PathKind::Folder},
      {"evaluate.clips_root", PathKind::Folder}, {"evaluate.out", PathKind::Folder}};
  const auto found = kKinds.find(path);
  return found == kKinds.end() ? PathKind::None : found->second;
}

}  // namespace

FieldForm::FieldForm(const RunSchema& schema, const std::vector<FormSection>& sections,
                     QWidget* parent)
    : QWidget(parent), schema_(schema) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(fontMetrics().height() / 2);
  for (const FormSection& section : sections) add(section, layout);
  align({this});
}

FieldForm::~FieldForm() = default;

void FieldForm::add(const FormSection& section, QVBoxLayout* layout) {
  auto part = std::make_unique<Part>();
  part->box = new Section(section.title, section.isMore, this);
  for (const std::string& path : section.paths) {
    const FieldInfo* info = schema_.find(path);
    if (info == nullptr) continue;
    part->fields.push_back(info);
    order_.push_back(path);
    partOf_[path] = part.get();
    base_[path] = info->defaultValue;
  }
  layout->addWidget(part->box);
  if (section.isMore) {
    // A hundred fields at once would be felt.
    connect(part->box, &Section::unfolding, this, [this, made = part.get()] { make(*made); });
  } else {
    make(*part);
  }
  parts_.push_back(std::move(part));
}

void FieldForm::make(Part& part) {
  if (part.isMade) return;
  part.isMade = true;
  QWidget* content = part.box->content();
  part.grid = new QGridLayout(content);
  part.grid->setContentsMargins(0, 0, 0, 0);
  part.grid->setHorizontalSpacing(fontMetrics().averageCharWidth() * 2);
  part.grid->setVerticalSpacing(fontMetrics().height() / 4);
  part.grid->setColumnStretch(2, 1);
  int gridRow = 0;
  // What is made late stands at the end of the Tab chain and is put where it is seen.
  QWidget* before = part.box->button();
  for (const FieldInfo* info : part.fields) {
    const std::string path = info->path();
    auto row = std::make_unique<FieldRow>(*info, pathKindOf(path),
                                          QString::fromStdString(schema_.option(*info)), part.grid,
                                          gridRow, content);
    row->editor().setBase(base_[path]);
    row->recheck();
    row->editor().focusTarget()->installEventFilter(this);
    if (before != nullptr) {
      for (QWidget* stop : row->tabStops()) {
        setTabOrder(before, stop);
        before = stop;
      }
    }
    connect(row.get(), &FieldRow::edited, this, &FieldForm::onEdited);
    rows_[path] = std::move(row);
    gridRow += FieldRow::kGridRows;
  }
  makeLabelsWide(labelWidth_, editorWidth_);
}

bool FieldForm::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Wheel) {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (widget != nullptr && !widget->hasFocus()) {
      event->ignore();  // on to the page, which scrolls
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void FieldForm::setBase(const nlohmann::json& configuration) {
  isFilling_ = true;
  for (auto& [path, base] : base_) {
    const nlohmann::json value = valueAt(configuration, path);
    if (!value.is_null()) base = value;
  }
  for (const auto& [path, row] : rows_) {
    row->editor().setBase(base_[path]);
    row->setRefusal({});
    row->recheck();
  }
  isFilling_ = false;
  onEdited();
}

void FieldForm::fill(const nlohmann::json& configuration) {
  isFilling_ = true;
  for (const std::string& path : order_) {
    const nlohmann::json value = valueAt(configuration, path);
    const bool isBase = value.is_null() || value == base_[path];
    if (isBase && !partOf_[path]->isMade) continue;
    FieldRow* filled = row(path);
    filled->editor().setValue(isBase ? base_[path] : value);
    filled->setRefusal({});
    if (filled->editor().isChanged()) partOf_[path]->box->setFolded(false);
  }
  isFilling_ = false;
  onEdited();
}

nlohmann::json FieldForm::changes() const {
  nlohmann::json changed = nlohmann::json::object();
  for (const auto& [path, row] : rows_) {
    const auto value = row->editor().value();
    if (value && *value != row->editor().base()) setValueAt(changed, path, *value);
  }
  return changed;
}

nlohmann::json FieldForm::valueOf(const std::string& path) const {
  const auto found = rows_.find(path);
  if (found == rows_.end()) return base_.at(path);
  const auto value = found->second->editor().value();
  return value ? *value : base_.at(path);
}

int FieldForm::wrongCount() const {
  return static_cast<int>(std::count_if(rows_.begin(), rows_.end(),
                                        [](const auto& entry) { return entry.second->isWrong(); }));
}

std::string FieldForm::firstWrong() const {
  for (const std::string& path : order_) {
    const auto found = rows_.find(path);
    if (found != rows_.end() && found->second->isWrong()) return path;
  }
  return {};
}

FieldRow* FieldForm::row(const std::string& path) {
  const auto part = partOf_.find(path);
  if (part == partOf_.end()) return nullptr;
  make(*part->second);
  return rows_.at(path).get();
}

bool FieldForm::refuse(const std::string& path, const QString& why) {
  FieldRow* refused = row(path);
  if (refused == nullptr) return false;
  refused->setRefusal(why);
  partOf_[path]->box->setFolded(false);
  return true;
}

void FieldForm::forgetRefusals() {
  for (const auto& [path, row] : rows_) row->setRefusal({});
}

std::string FieldForm::fieldTyped(const QString& text) const {
  if (text.isEmpty()) return {};
  for (const std::string& path : order_) {
    const auto found = rows_.find(path);
    if (found != rows_.end() && found->second->editor().typed() == text) return path;
  }
  return {};
}

void FieldForm::focusField(const std::string& path) {
  if (FieldRow* chosen = row(path)) {
    partOf_[path]->box->setFolded(false);
    chosen->editor().focusTarget()->setFocus(Qt::OtherFocusReason);
  }
}

void FieldForm::align(const QList<FieldForm*>& forms) {
  int label = 0;
  int editor = 0;
  for (const FieldForm* form : forms) {
    for (const auto& [path, part] : form->partOf_) {
      const FieldInfo& info = form->infoOf(path);
      if (info.type != FieldType::Boolean) {
        label = std::max(label, form->fontMetrics().horizontalAdvance(fieldName(info)));
      }
    }
    for (const auto& [path, row] : form->rows_) editor = std::max(editor, row->editorWidth());
  }
  for (FieldForm* form : forms) form->makeLabelsWide(label, editor);
}

void FieldForm::makeLabelsWide(int label, int editor) {
  labelWidth_ = label;
  editorWidth_ = editor;
  for (const auto& part : parts_) {
    if (!part->isMade) continue;
    part->grid->setColumnMinimumWidth(0, label);
    part->grid->setColumnMinimumWidth(1, editor);
  }
}

const FieldInfo& FieldForm::infoOf(const std::string& path) const { return *schema_.find(path); }

void FieldForm::onEdited() {
  if (isFilling_) return;
  for (const auto& part : parts_) {
    if (!part->isMade) continue;
    const auto count = std::count_if(
        part->fields.begin(), part->fields.end(),
        [this](const auto* info) { return rows_.at(info->path())->editor().isChanged(); });
    part->box->setRemark(count > 0 ? tr("%n changed", nullptr, static_cast<int>(count))
                                   : QString());
  }
  Q_EMIT edited();
}

std::vector<std::string> restOf(const RunSchema& schema, const std::string& group,
                                const std::vector<std::string>& shown) {
  std::vector<std::string> rest;
  for (const FieldGroup& candidate : schema.groups()) {
    if (candidate.name != group) continue;
    for (const FieldInfo& info : candidate.fields) {
      if (std::find(shown.begin(), shown.end(), info.path()) == shown.end())
        rest.push_back(info.path());
    }
  }
  return rest;
}

}  // namespace attelier::ui
