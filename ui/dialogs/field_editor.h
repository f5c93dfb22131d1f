#pragma once

#include "engine/base/field_info.h"

#include <QWidget>

#include <memory>

namespace attelier::ui {

/// How a path is chosen where a text field is one.
enum class PathKind { None, Folder, File, Either };

/// Edits one value of a field. Which widget it is follows from the declaration: check box, number
/// with arrows, list of choices, check boxes for a list of choices, text, path.
class FieldEditor : public QWidget {
  Q_OBJECT
 public:
  static FieldEditor* make(const FieldInfo& info, PathKind path, QWidget* parent);

  /// What was entered, checked by the engine's own rules; the base value where nothing was.
  /// Errors: InvalidArgument with the engine's sentence.
  Result<nlohmann::json> value() const;
  void setValue(const nlohmann::json& value);
  /// What counts as unchanged, and is shown where nothing was entered.
  void setBase(const nlohmann::json& base);
  const nlohmann::json& base() const { return base_; }
  /// True when the value differs from the base, or is wrong.
  bool isChanged() const;

  /// What was typed, for a field whose text is what is judged (an error names it).
  virtual QString typed() const = 0;
  /// What the keyboard goes to: the label's buddy.
  virtual QWidget* focusTarget() = 0;
  /// Values used before, where the widget can offer them.
  virtual void setSuggestions(const QStringList&) {}
  /// True where the widget carries the label itself (a check box).
  virtual bool carriesLabel() const { return false; }

 Q_SIGNALS:
  void edited();

 protected:
  FieldEditor(const FieldInfo& info, QWidget* parent);

  const FieldInfo& info() const { return info_; }
  virtual Result<nlohmann::json> entered() const = 0;
  virtual void show(const nlohmann::json& value) = 0;
  /// Names the base where the widget can: as placeholder, in the list of choices.
  virtual void describeBase() {}
  /// Enters nothing, so that the base counts.
  virtual void clear() = 0;

 private:
  FieldInfo info_;
  nlohmann::json base_;
};

}  // namespace attelier::ui
