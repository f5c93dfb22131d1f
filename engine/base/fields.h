#pragma once

#include "engine/base/contracts.h"
#include "engine/base/field_info.h"
#include "engine/base/nearest_name.h"

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace attelier {

/// Name of an enumeration's value, by the table that `enumNames(E)` returns beside the enumeration:
/// `constexpr std::span<const EnumName<E>> enumNames(E)`.
template <typename E>
const char* enumName(E value) {
  for (const auto& entry : enumNames(E{})) {
    if (entry.value == value) return entry.name;
  }
  expects(false, "an enumeration's value has a name");
  return "";
}

/// Value of a name; the error suggests the nearest one.
template <typename E>
Result<E> enumFromName(const std::string& name, const std::string& where = {}) {
  std::vector<std::string> known;
  for (const auto& entry : enumNames(E{})) {
    if (name == entry.name) return entry.value;
    known.emplace_back(entry.name);
  }
  return fail(ErrorCode::InvalidArgument, unknownNameMessage("value", name, known), where);
}

namespace field_detail {

template <typename T>
struct Codec {
  static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string>,
                "a field is a number, bool, text, enumeration, or a vector or optional of these");
  static void describe(FieldInfo& info) {
    if constexpr (std::is_same_v<T, bool>) {
      info.type = FieldType::Boolean;
    } else if constexpr (std::is_integral_v<T>) {
      static_assert(std::is_signed_v<T> && sizeof(T) >= 4, "int or int64_t");
      info.type = FieldType::Integer;
      info.narrow = sizeof(T) == 4;
    } else if constexpr (std::is_floating_point_v<T>) {
      info.type = FieldType::Number;
    } else if constexpr (std::is_enum_v<T>) {
      info.type = FieldType::Choice;
      info.choices.clear();
      for (const auto& entry : enumNames(T{})) info.choices.emplace_back(entry.name);
    } else {
      info.type = info.choices.empty() ? FieldType::Text : FieldType::Choice;
    }
    info.elementType = info.type;
  }
  static nlohmann::json toJson(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return enumName(value);
    } else {
      return value;
    }
  }
  static T fromJson(const nlohmann::json& value) {
    if constexpr (std::is_enum_v<T>) {
      return enumFromName<T>(value.get<std::string>()).value();
    } else {
      return value.get<T>();
    }
  }
};

template <typename T>
struct Codec<std::vector<T>> {
  static void describe(FieldInfo& info) {
    Codec<T>::describe(info);
    info.type = FieldType::List;
  }
  static nlohmann::json toJson(const std::vector<T>& values) {
    auto array = nlohmann::json::array();
    for (const auto& value : values) array.push_back(Codec<T>::toJson(value));
    return array;
  }
  static std::vector<T> fromJson(const nlohmann::json& array) {
    std::vector<T> values;
    values.reserve(array.size());
    for (const auto& value : array) values.push_back(Codec<T>::fromJson(value));
    return values;
  }
};

template <typename T>
struct Codec<std::optional<T>> {
  static void describe(FieldInfo& info) {
    Codec<T>::describe(info);
    info.nullable = true;
  }
  static nlohmann::json toJson(const std::optional<T>& value) {
    return value ? Codec<T>::toJson(*value) : nlohmann::json(nullptr);
  }
  static std::optional<T> fromJson(const nlohmann::json& value) {
    if (value.is_null()) return std::nullopt;
    return Codec<T>::fromJson(value);
  }
};

FieldInfo makeInfo(std::string name, std::string help, FieldLimits limits);
std::string joinWhere(const std::string& where, const std::string& path);
nlohmann::ordered_json objectSchema(std::string_view title);
/// The error of a name that is no field: wrong kind of object, or unknown with the nearest name.
Status checkObject(const nlohmann::json& json, std::span<const std::string> known,
                   const std::string& where, const std::string& prefix);
/// Index of the field a name means: "group.name", or a name that only one group has.
Result<std::size_t> findField(std::span<const FieldInfo> infos, const std::string& name);

}  // namespace field_detail

/// The one declaration of a configuration's fields, from which JSON, the JSON Schema, the command
/// line and its help come.
///
/// `Config` is a plain aggregate whose member initialisers are the defaults. A configuration may
/// hold groups, each with Fields of its own; in JSON they are objects inside the object.
/// Threads: declare once (a function-local static), then read from any thread.
template <typename Config>
class Fields {
 public:
  explicit Fields(std::string title = {}) : title_(std::move(title)) {}

  /// Declares a field. Members: bool, int, int64_t, double, text, enumerations with `enumNames`,
  /// and vectors and optionals of these.
  template <typename T>
  Fields& add(const std::string& name, T Config::*member, std::string help,
              FieldLimits limits = {}) {
    using Codec = field_detail::Codec<T>;
    FieldInfo info = field_detail::makeInfo(name, std::move(help), std::move(limits));
    Codec::describe(info);
    info.defaultValue = Codec::toJson(Config{}.*member);
    declare(name);
    infos_.push_back(info);
    entries_.push_back(
        {.info = info,
         .read = [member](const Config& config) { return Codec::toJson(config.*member); },
         .apply = [member, info](Config& config, const nlohmann::json& value,
                                 const std::string& where, const std::string& prefix) -> Status {
           ATTELIER_ASSIGN(
               const auto checked,
               checkedFieldValue(info, value, field_detail::joinWhere(where, prefix + info.name)));
           config.*member = Codec::fromJson(checked);
           return {};
         },
         .schema = fieldSchema(info)});
    return *this;
  }

  /// Declares a group: a member that is a configuration with fields of its own.
  template <typename Group>
  Fields& addGroup(const std::string& name, Group Config::*member, const Fields<Group>& fields) {
    declare(name);
    for (FieldInfo info : fields.infos()) {
      info.group = info.group.empty() ? name : name + "." + info.group;
      info.defaultValue = defaultAt(fields.toJson(Config{}.*member), info, name);
      infos_.push_back(std::move(info));
    }
    FieldInfo self;
    self.name = name;
    entries_.push_back(
        {.info = self,
         .read = [member, fields](const Config& config) { return fields.toJson(config.*member); },
         .apply =
             [member, fields, name](Config& config, const nlohmann::json& value,
                                    const std::string& where, const std::string& prefix) {
               return fields.applyAt(config.*member, value, where, prefix + name + ".");
             },
         .schema = fields.schemaWithDefaults(fields.toJson(Config{}.*member))});
    return *this;
  }

  /// Adds a condition on several fields at once, checked after every change.
  Fields& require(std::function<Status(const Config&)> condition) {
    conditions_.push_back(std::move(condition));
    return *this;
  }

  nlohmann::json toJson(const Config& config) const {
    auto json = nlohmann::json::object();
    for (const auto& entry : entries_) json[entry.info.name] = entry.read(config);
    return json;
  }

  /// The configuration of a JSON object; fields that it does not name keep their default.
  ///
  /// Errors: InvalidArgument: unknown field (with the nearest name), wrong type, out of range.
  Result<Config> fromJson(const nlohmann::json& json, const std::string& where) const {
    Config config{};
    ATTELIER_CHECKED(apply(config, json, where));
    return config;
  }

  /// Changes the named fields of a configuration (a preset, then a file); on error changes nothing.
  Status apply(Config& config, const nlohmann::json& json, const std::string& where) const {
    return applyAt(config, json, where, "");
  }

  /// Changes one field by a text of the command line; `name` is a field's name, "group.name" where
  /// two groups have the name.
  Status set(Config& config, const std::string& name, const std::string& text) const {
    ATTELIER_ASSIGN(const std::size_t index, field_detail::findField(infos_, name));
    const FieldInfo& info = infos_[index];
    ATTELIER_ASSIGN(nlohmann::json value, fieldValueFromText(info, text, info.path()));
    std::string path = info.path();
    while (true) {
      const auto dot = path.rfind('.');
      value = nlohmann::json{{path.substr(dot == std::string::npos ? 0 : dot + 1), value}};
      if (dot == std::string::npos) break;
      path.resize(dot);
    }
    return apply(config, value, "");
  }

  /// Whether a configuration built in code keeps every range and condition.
  Status validate(const Config& config) const {
    Config copy = config;
    return apply(copy, toJson(config), "");
  }

  /// The JSON Schema (2020-12) of the object; unknown properties are refused.
  nlohmann::ordered_json schema() const {
    auto schema = field_detail::objectSchema(title_);
    for (const auto& entry : entries_) schema["properties"][entry.info.name] = entry.schema;
    return schema;
  }

  /// All fields, those of groups included, in the order of declaration.
  const std::vector<FieldInfo>& infos() const { return infos_; }

  /// As `apply` for a group inside a larger configuration; `prefix` is "group." of its fields.
  Status applyAt(Config& config, const nlohmann::json& json, const std::string& where,
                 const std::string& prefix) const {
    ATTELIER_CHECKED(field_detail::checkObject(json, names_, where, prefix));
    Config changed = config;
    for (const auto& entry : entries_) {
      const auto found = json.find(entry.info.name);
      if (found == json.end()) continue;
      ATTELIER_CHECKED(entry.apply(changed, *found, where, prefix));
    }
    for (const auto& condition : conditions_) {
      if (auto status = condition(changed); !status) {
        return fail(status.error().code, status.error().message,
                    field_detail::joinWhere(where, prefix + status.error().where));
      }
    }
    config = std::move(changed);
    return {};
  }

  /// The schema with other defaults, as where an outer configuration sets a group's fields.
  nlohmann::ordered_json schemaWithDefaults(const nlohmann::json& defaults) const {
    auto result = schema();
    for (auto& [name, property] : result["properties"].items()) {
      if (property.contains("default")) property["default"] = defaults.at(name);
    }
    return result;
  }

 private:
  struct Entry {
    FieldInfo info;
    std::function<nlohmann::json(const Config&)> read;
    std::function<Status(Config&, const nlohmann::json&, const std::string&, const std::string&)>
        apply;
    nlohmann::ordered_json schema;
  };

  void declare(const std::string& name) {
    for (const auto& known : names_) expects(known != name, "a field is declared once");
    names_.push_back(name);
  }

  static nlohmann::json defaultAt(const nlohmann::json& json, const FieldInfo& info,
                                  const std::string& groupName) {
    nlohmann::json value = json;
    std::string rest = info.group.size() > groupName.size()
                           ? info.group.substr(groupName.size() + 1)
                           : std::string();
    while (!rest.empty()) {
      const auto dot = rest.find('.');
      value = nlohmann::json(value.at(rest.substr(0, dot)));
      rest = dot == std::string::npos ? std::string() : rest.substr(dot + 1);
    }
    return value.at(info.name);
  }

  std::string title_;
  std::vector<std::string> names_;
  std::vector<FieldInfo> infos_;
  std::vector<Entry> entries_;
  std::vector<std::function<Status(const Config&)>> conditions_;
};

}  // namespace attelier
