#include "ui/dialogs/field_form.h"

#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/section.h"

#include <QEvent>
#include <QGridLayout>
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
    : QWidget(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(fontMetrics().height() / 2);
  for (const FormSection& section : sections) add(schema, section, layout);
  align({this});
}

FieldForm::~FieldForm() = default;

void FieldForm::add(const RunSchema& schema, const FormSection& section, QVBoxLayout* layout) {
  auto* box = new Section(section.title, section.isMore, this);
  auto* grid = new QGridLayout(box->content());
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(fontMetrics().averageCharWidth() * 2);
  grid->setVerticalSpacing(fontMetrics().height() / 4);
  grid->setColumnStretch(2, 1);
  int gridRow = 0;
  for (const std::string& path : section.paths) {
    const FieldInfo* info = schema.find(path);
    if (info == nullptr) continue;
    auto row = std::make_unique<FieldRow>(*info, pathKindOf(path),
                                          QString::fromStdString(schema.option(*info)), grid,
                                          gridRow, box->content());
    row->editor().focusTarget()->installEventFilter(this);
    connect(row.get(), &FieldRow::edited, this, &FieldForm::onEdited);
    rows_[path] = row.get();
    order_.push_back(path);
    sectionOf_[path] = box;
    owned_.push_back(std::move(row));
    gridRow += FieldRow::kGridRows;
  }
  grids_.push_back(grid);
  layout->addWidget(box);
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
  for (const auto& [path, row] : rows_) {
    const nlohmann::json base = valueAt(configuration, path);
    if (!base.is_null()) row->editor().setBase(base);
    row->setRefusal({});
  }
  isFilling_ = false;
  onEdited();
}

void FieldForm::fill(const nlohmann::json& configuration) {
  isFilling_ = true;
  for (const auto& [path, row] : rows_) {
    const nlohmann::json value = valueAt(configuration, path);
    row->editor().setValue(value.is_null() ? row->editor().base() : value);
    row->setRefusal({});
    if (row->editor().isChanged()) sectionOf_[path]->setFolded(false);
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
  const FieldEditor& editor = rows_.at(path)->editor();
  const auto value = editor.value();
  return value ? *value : editor.base();
}

int FieldForm::wrongCount() const {
  return static_cast<int>(std::count_if(rows_.begin(), rows_.end(),
                                        [](const auto& entry) { return entry.second->isWrong(); }));
}

std::string FieldForm::firstWrong() const {
  for (const std::string& path : order_) {
    if (rows_.at(path)->isWrong()) return path;
  }
  return {};
}

FieldRow* FieldForm::row(const std::string& path) const {
  const auto found = rows_.find(path);
  return found == rows_.end() ? nullptr : found->second;
}

bool FieldForm::refuse(const std::string& path, const QString& why) {
  FieldRow* refused = row(path);
  if (refused == nullptr) return false;
  refused->setRefusal(why);
  sectionOf_[path]->setFolded(false);
  return true;
}

void FieldForm::forgetRefusals() {
  for (const auto& [path, row] : rows_) row->setRefusal({});
}

std::string FieldForm::fieldTyped(const QString& text) const {
  if (text.isEmpty()) return {};
  for (const std::string& path : order_) {
    if (rows_.at(path)->editor().typed() == text) return path;
  }
  return {};
}

void FieldForm::focusField(const std::string& path) {
  if (FieldRow* chosen = row(path)) {
    sectionOf_[path]->setFolded(false);
    chosen->editor().focusTarget()->setFocus(Qt::OtherFocusReason);
  }
}

void FieldForm::align(const QList<FieldForm*>& forms) {
  int label = 0;
  int editor = 0;
  for (const FieldForm* form : forms) {
    for (const auto& [path, row] : form->rows_) {
      label = std::max(label, row->labelWidth());
      editor = std::max(editor, row->editorWidth());
    }
  }
  for (FieldForm* form : forms) {
    form->labelWidth_ = label;
    for (QGridLayout* grid : form->grids_) {
      grid->setColumnMinimumWidth(0, label);
      grid->setColumnMinimumWidth(1, editor);
    }
  }
}

void FieldForm::onEdited() {
  if (isFilling_) return;
  std::map<Section*, int> changed;
  for (const auto& [path, row] : rows_) {
    changed[sectionOf_[path]] += row->editor().isChanged() ? 1 : 0;
  }
  for (const auto& [section, count] : changed) {
    section->setRemark(count > 0 ? tr("%n changed", nullptr, count) : QString());
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
