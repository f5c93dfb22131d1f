#include "ui/dialogs/field_editor.h"

#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/number_box.h"
#include "ui/dialogs/path_box.h"
#include "ui/dialogs/run_schema.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using nlohmann::json;

QHBoxLayout* rowOf(QWidget* widget) {
  auto* layout = new QHBoxLayout(widget);
  layout->setContentsMargins(0, 0, 0, 0);
  return layout;
}

Result<json> checkedText(const FieldInfo& info, const QString& text) {
  ATTELIER_ASSIGN(const json value, fieldValueFromText(info, text.toStdString(), info.path()));
  return checkedFieldValue(info, value, info.path());
}

class CheckEditor : public FieldEditor {
 public:
  CheckEditor(const FieldInfo& info, QWidget* parent)
      : FieldEditor(info, parent), box_(new QCheckBox(fieldLabel(info), this)) {
    rowOf(this)->addWidget(box_, 0, Qt::AlignLeft);
    connect(box_, &QCheckBox::toggled, this, &FieldEditor::edited);
  }
  QString typed() const override { return valueText(box_->isChecked()); }
  QWidget* focusTarget() override { return box_; }
  bool carriesLabel() const override { return true; }

 protected:
  Result<json> entered() const override { return json(box_->isChecked()); }
  void show(const json& value) override {
    box_->setChecked(value.is_boolean() && value.get<bool>());
  }
  void clear() override { show(base()); }

 private:
  QCheckBox* box_;
};

class NumberEditor : public FieldEditor {
 public:
  NumberEditor(const FieldInfo& info, QWidget* parent)
      : FieldEditor(info, parent), box_(new NumberBox(info, this)) {
    QHBoxLayout* row = rowOf(this);
    row->addWidget(box_);
    if (!info.unit.empty()) {
      auto* unit = new QLabel(fieldUnit(info), this);
      unit->setForegroundRole(QPalette::PlaceholderText);
      row->addWidget(unit);
    }
    row->addStretch(1);
    connect(box_, &NumberBox::edited, this, &FieldEditor::edited);
  }
  QString typed() const override { return box_->text(); }
  QWidget* focusTarget() override { return box_; }

 protected:
  Result<json> entered() const override {
    const QString text = NumberBox::plainNumber(box_->text());
    return text.isEmpty() ? Result<json>(base()) : checkedText(info(), text);
  }
  void show(const json& value) override { box_->setText(valueText(value)); }
  void describeBase() override { box_->setPlaceholder(base()); }
  void clear() override { box_->setText({}); }

 private:
  NumberBox* box_;
};

class ChoiceEditor : public FieldEditor {
 public:
  ChoiceEditor(const FieldInfo& info, QWidget* parent)
      : FieldEditor(info, parent), box_(new QComboBox(this)) {
    for (const std::string& choice : info.choices) {
      box_->addItem(QString::fromStdString(choice), QString::fromStdString(choice));
    }
    if (info.nullable) box_->addItem(valueText(nullptr));
    box_->setFocusPolicy(Qt::StrongFocus);
    QHBoxLayout* row = rowOf(this);
    row->addWidget(box_);
    row->addStretch(1);
    connect(box_, &QComboBox::currentIndexChanged, this, &FieldEditor::edited);
  }
  QString typed() const override { return box_->currentData().toString(); }
  QWidget* focusTarget() override { return box_; }

 protected:
  Result<json> entered() const override {
    const QVariant chosen = box_->currentData();
    return chosen.isValid() ? json(chosen.toString().toStdString()) : json(nullptr);
  }
  void show(const json& value) override {
    const int at =
        value.is_string() ? box_->findData(valueText(value)) : box_->findText(valueText(value));
    if (at >= 0) box_->setCurrentIndex(at);
  }
  void describeBase() override {
    for (int i = 0; i < box_->count(); ++i) {
      const QString name =
          box_->itemData(i).isValid() ? box_->itemData(i).toString() : valueText(nullptr);
      box_->setItemText(
          i, name == valueText(base()) ? FieldEditor::tr("%1 (default)").arg(name) : name);
    }
  }
  void clear() override { show(base()); }

 private:
  QComboBox* box_;
};

class ChoiceListEditor : public FieldEditor {
 public:
  ChoiceListEditor(const FieldInfo& info, QWidget* parent) : FieldEditor(info, parent) {
    QHBoxLayout* row = rowOf(this);
    row->setSpacing(fontMetrics().averageCharWidth());
    for (const std::string& choice : info.choices) {
      const QString name = QString::fromStdString(choice);
      auto* box = new QCheckBox(name, this);
      box->setAccessibleName(u"%1: %2"_s.arg(fieldName(info), name));
      row->addWidget(box);
      boxes_ << box;
      connect(box, &QCheckBox::toggled, this, &FieldEditor::edited);
    }
    row->addStretch(1);
  }
  QString typed() const override { return valueText(list()); }
  QWidget* focusTarget() override {
    return boxes_.isEmpty() ? this : static_cast<QWidget*>(boxes_.front());
  }

 protected:
  Result<json> entered() const override { return checkedFieldValue(info(), list(), info().path()); }
  void show(const json& value) override {
    for (QCheckBox* box : boxes_) {
      const std::string name = box->text().toStdString();
      box->setChecked(value.is_array() &&
                      std::find(value.begin(), value.end(), json(name)) != value.end());
    }
  }
  void clear() override { show(base()); }

 private:
  json list() const {
    json values = json::array();
    for (const QCheckBox* box : boxes_) {
      if (box->isChecked()) values.push_back(box->text().toStdString());
    }
    return values;
  }

  QList<QCheckBox*> boxes_;
};

/// Texts and lists as "4,8,16".
class TextEditor : public FieldEditor {
 public:
  TextEditor(const FieldInfo& info, QWidget* parent)
      : FieldEditor(info, parent), line_(new QLineEdit(this)) {
    rowOf(this)->addWidget(line_);
    connect(line_, &QLineEdit::textChanged, this, &FieldEditor::edited);
  }
  QString typed() const override { return line_->text(); }
  QWidget* focusTarget() override { return line_; }

 protected:
  Result<json> entered() const override {
    QString text = line_->text().trimmed();
    if (text.isEmpty()) return base();
    if (info().type == FieldType::List) {
      QStringList parts = text.split(u',');
      for (QString& part : parts) part = part.trimmed();
      text = parts.join(u',');
    }
    return checkedText(info(), text);
  }
  void show(const json& value) override { line_->setText(valueText(value)); }
  void describeBase() override {
    line_->setPlaceholderText(base().is_array() && base().empty() ? FieldEditor::tr("empty")
                                                                  : valueText(base()));
  }
  void clear() override { line_->clear(); }

 private:
  QLineEdit* line_;
};

class PathEditor : public FieldEditor {
 public:
  PathEditor(const FieldInfo& info, PathBox::Choose choose, QWidget* parent)
      : FieldEditor(info, parent), box_(new PathBox(fieldName(info), choose, this)) {
    rowOf(this)->addWidget(box_);
    connect(box_, &PathBox::edited, this, &FieldEditor::edited);
  }
  QString typed() const override { return box_->path(); }
  void setSuggestions(const QStringList& paths) override { box_->setRecent(paths); }
  QWidget* focusTarget() override { return box_->focusTarget(); }

 protected:
  Result<json> entered() const override {
    return box_->path().isEmpty() ? Result<json>(base()) : checkedText(info(), box_->path());
  }
  void show(const json& value) override { box_->setPath(valueText(value)); }
  void describeBase() override { box_->setPlaceholder(valueText(base())); }
  void clear() override { box_->setPath({}); }

 private:
  PathBox* box_;
};

}  // namespace

FieldEditor::FieldEditor(const FieldInfo& info, QWidget* parent)
    : QWidget(parent), info_(info), base_(info.defaultValue) {}

FieldEditor* FieldEditor::make(const FieldInfo& info, PathKind path, QWidget* parent) {
  FieldEditor* editor = nullptr;
  switch (info.type) {
    case FieldType::Boolean:
      editor = new CheckEditor(info, parent);
      break;
    case FieldType::Integer:
    case FieldType::Number:
      editor = new NumberEditor(info, parent);
      break;
    case FieldType::Choice:
      editor = new ChoiceEditor(info, parent);
      break;
    case FieldType::List:
      if (info.elementType == FieldType::Choice) {
        editor = new ChoiceListEditor(info, parent);
        break;
      }
      [[fallthrough]];
    case FieldType::Text:
      if (path == PathKind::None) {
        editor = new TextEditor(info, parent);
      } else {
        editor = new PathEditor(info,
                                path == PathKind::Folder ? PathBox::Choose::Folder
                                : path == PathKind::File ? PathBox::Choose::File
                                                         : PathBox::Choose::Either,
                                parent);
      }
      break;
  }
  editor->describeBase();
  editor->clear();
  editor->focusTarget()->setObjectName(QString::fromStdString(info.path()));
  if (editor->focusTarget()->accessibleName().isEmpty()) {
    editor->focusTarget()->setAccessibleName(fieldName(info));
  }
  return editor;
}

Result<json> FieldEditor::value() const { return entered(); }

void FieldEditor::setValue(const json& value) {
  if (value == base_) {
    clear();
  } else {
    show(value);
  }
}

void FieldEditor::setBase(const json& base) {
  // What was typed stays, right or wrong.
  const bool follows = !isChanged();
  base_ = base;
  describeBase();
  if (follows) clear();
}

bool FieldEditor::isChanged() const {
  const auto value = entered();
  return !value || *value != base_;
}

}  // namespace attelier::ui
