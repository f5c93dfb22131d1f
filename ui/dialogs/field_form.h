#pragma once

#include "ui/dialogs/field_editor.h"
#include "ui/dialogs/run_schema.h"

#include <QList>
#include <QWidget>

#include <map>
#include <memory>
#include <vector>

class QGridLayout;
class QVBoxLayout;

namespace attelier::ui {

class FieldRow;
class Section;

/// Fields that stand under one title. `isMore`: rarely used, folded away until one of them differs,
/// and made only then.
struct FormSection {
  QString title;
  std::vector<std::string> paths;
  bool isMore = false;
};

/// An input form made from the engine's declarations: what is valid, and what is said about what is
/// not, is what the engine itself would say.
class FieldForm : public QWidget {
  Q_OBJECT
 public:
  FieldForm(const RunSchema& schema, const std::vector<FormSection>& sections,
            QWidget* parent = nullptr);
  ~FieldForm() override;

  /// What the fields are without any change: defaults, a preset, a run's configuration.
  void setBase(const nlohmann::json& configuration);
  /// Shows the values of a configuration; fields that it does not name go back to the base.
  void fill(const nlohmann::json& configuration);
  /// The valid fields that differ from the base, as an object of groups.
  nlohmann::json changes() const;
  /// The effective value of a field; the base where what was typed is wrong.
  nlohmann::json valueOf(const std::string& path) const;
  bool isValid() const { return firstWrong().empty(); }
  int wrongCount() const;
  std::string firstWrong() const;  ///< path, empty when all are right

  bool has(const std::string& path) const { return partOf_.contains(path); }
  /// The row of a field; its section is made if need be. Null where it has no such field.
  FieldRow* row(const std::string& path);
  /// Says what the engine refused about a field of this form; false where it has no such field.
  bool refuse(const std::string& path, const QString& why);
  void forgetRefusals();
  /// The field whose text is this path or value, as when an error names a file.
  std::string fieldTyped(const QString& text) const;
  /// Opens its section and gives it the focus.
  void focusField(const std::string& path);
  /// Makes the columns of forms that stand below each other of one width.
  static void align(const QList<FieldForm*>& forms);
  int labelWidth() const { return labelWidth_; }

 Q_SIGNALS:
  void edited();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Part {
    std::vector<const FieldInfo*> fields;
    Section* box = nullptr;
    QGridLayout* grid = nullptr;
    bool isMade = false;
  };

  void add(const FormSection& section, QVBoxLayout* layout);
  void make(Part& part);
  void makeLabelsWide(int label, int editor);
  void onEdited();
  const FieldInfo& infoOf(const std::string& path) const;

  const RunSchema& schema_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::vector<std::string> order_;       ///< paths of all fields, made or not
  std::map<std::string, Part*> partOf_;  ///< of all fields
  std::map<std::string, nlohmann::json> base_;
  std::map<std::string, std::unique_ptr<FieldRow>> rows_;  ///< of the parts that are made
  int labelWidth_ = 0, editorWidth_ = 0;
  bool isFilling_ = false;
};

/// The paths of a group that are not among `shown`.
std::vector<std::string> restOf(const RunSchema& schema, const std::string& group,
                                const std::vector<std::string>& shown);

}  // namespace attelier::ui
