#pragma once

#include "engine/base/result.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace attelier {

/// What a configuration field holds.
enum class FieldType { Boolean, Integer, Number, Text, Choice, List };

/// Lower-case name, as printed in help ("integer").
const char* fieldTypeName(FieldType type);

/// What the author of a field states beside its name and help.
struct FieldLimits {
  std::string unit{};                  ///< "steps", "px", "bytes"; empty for a pure number
  std::optional<double> minimum{};     ///< inclusive; of each element of a list
  std::optional<double> maximum{};     ///< inclusive; of each element of a list
  std::size_t minimumItems = 0;        ///< of a list
  std::size_t maximumItems = 4096;     ///< of a list
  std::size_t maximumLength = 4096;    ///< of a text, in bytes
  std::vector<std::string> choices{};  ///< allowed texts; filled in for enums
  bool exclusiveMinimum = false;       ///< the minimum itself is refused
};

/// All that the command line, the schema and a report need to know of one field.
struct FieldInfo {
  std::string name;   ///< snake_case
  std::string group;  ///< name of the group it belongs to, empty at the top
  std::string unit;
  std::string help;
  nlohmann::json defaultValue;
  std::optional<double> minimum;
  std::optional<double> maximum;
  bool exclusiveMinimum = false;
  std::vector<std::string> choices;
  FieldType type = FieldType::Text;
  FieldType elementType = FieldType::Text;  ///< of a list; else equal to `type`
  bool nullable = false;                    ///< null ("none" on a command line) is allowed
  bool narrow = false;                      ///< an integer of 32 bits
  std::size_t minimumItems = 0;
  std::size_t maximumItems = 4096;
  std::size_t maximumLength = 4096;

  /// "group.name", or the name alone.
  std::string path() const;
};

/// "top_nodes" → "top-nodes", as the command line spells it.
std::string optionName(std::string_view fieldName);

/// "top-nodes" or "--top-nodes" → "top_nodes".
std::string fieldNameOfOption(std::string_view option);

/// Help of one field for a person: text, unit, range or choices, and default.
std::string helpText(const FieldInfo& info);

/// A value checked against its field and brought to its own type (3.0 becomes 3 for an integer).
///
/// Errors: InvalidArgument, naming the field, the value and the range or choices.
Result<nlohmann::json> checkedFieldValue(const FieldInfo& info, const nlohmann::json& value,
                                         const std::string& where);

/// A value from a command line: numbers, true/false, lists as "4,8,16", "none" for a nullable
/// field.
Result<nlohmann::json> fieldValueFromText(const FieldInfo& info, const std::string& text,
                                          const std::string& where);

/// The JSON Schema of one field, its unit as `x-unit`.
nlohmann::ordered_json fieldSchema(const FieldInfo& info);

/// A schema as a document of its own: with the dialect it is written in (2020-12).
nlohmann::ordered_json schemaDocument(const nlohmann::ordered_json& schema);

/// One value of an enumeration with its name in JSON and on the command line.
template <typename E>
struct EnumName {
  E value;
  const char* name;
};

}  // namespace attelier
