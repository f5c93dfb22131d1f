#include "engine/base/field_info.h"

#include "engine/base/fields.h"

#include <charconv>
#include <cmath>
#include <sstream>

namespace attelier {
namespace {

using nlohmann::json;

std::string numberText(double value) {
  if (std::floor(value) == value && std::abs(value) < 1e15) {
    return std::to_string(static_cast<long long>(value));
  }
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string shown(const json& value) {
  constexpr std::size_t kShown = 80;
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return text;
}

std::string rangeText(const FieldInfo& info) {
  const char* above = info.exclusiveMinimum ? "above " : "at least ";
  if (info.minimum && info.maximum && !info.exclusiveMinimum) {
    return numberText(*info.minimum) + " to " + numberText(*info.maximum);
  }
  std::string text;
  if (info.minimum) text += above + numberText(*info.minimum);
  if (info.maximum) text += (text.empty() ? "at most " : ", at most ") + numberText(*info.maximum);
  return text;
}

tl::unexpected<Error> refused(const FieldInfo& info, const std::string& why,
                              const std::string& where) {
  return fail(ErrorCode::InvalidArgument, info.name + " " + why, where);
}

Status checkRange(const FieldInfo& info, double value, const std::string& where) {
  const bool low =
      info.minimum && (info.exclusiveMinimum ? value <= *info.minimum : value < *info.minimum);
  if (low || (info.maximum && value > *info.maximum)) {
    return refused(info, "is " + numberText(value) + "; it must be " + rangeText(info), where);
  }
  return {};
}

Result<json> checkedInteger(const FieldInfo& info, const json& value, const std::string& where) {
  std::int64_t integer = 0;
  if (value.is_number_unsigned()) {
    const auto wide = value.get<std::uint64_t>();
    if (wide > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return refused(info, "is " + shown(value) + ", too large for an integer", where);
    }
    integer = static_cast<std::int64_t>(wide);
  } else if (value.is_number_integer()) {
    integer = value.get<std::int64_t>();
  } else if (value.is_number_float()) {
    const double real = value.get<double>();
    if (!std::isfinite(real) || std::floor(real) != real) {
      return refused(info, "is " + shown(value) + "; it must be a whole number", where);
    }
    constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double skips integers
    if (std::abs(real) > kExact) {
      return refused(info, "is " + shown(value) + ", too large for an integer", where);
    }
    integer = static_cast<std::int64_t>(real);
  } else {
    return refused(info, "is " + shown(value) + "; it must be a whole number", where);
  }
  ATTELIER_CHECKED(checkRange(info, static_cast<double>(integer), where));
  if (info.narrow && (integer > std::numeric_limits<std::int32_t>::max() ||
                      integer < std::numeric_limits<std::int32_t>::min())) {
    return refused(info, "is " + shown(value) + ", too large", where);
  }
  return json(integer);
}

Result<json> checkedScalar(const FieldInfo& info, FieldType type, const json& value,
                           const std::string& where) {
  switch (type) {
    case FieldType::Boolean:
      if (!value.is_boolean()) {
        return refused(info, "is " + shown(value) + "; it must be true or false", where);
      }
      return value;
    case FieldType::Integer:
      return checkedInteger(info, value, where);
    case FieldType::Number: {
      if (!value.is_number()) {
        return refused(info, "is " + shown(value) + "; it must be a number", where);
      }
      const double real = value.get<double>();
      if (!std::isfinite(real)) {
        return refused(info, "is not finite; it must be a number", where);
      }
      ATTELIER_CHECKED(checkRange(info, real, where));
      return json(real);
    }
    case FieldType::Text:
    case FieldType::Choice:
      break;
    case FieldType::List:
      expects(false, "a list's elements are scalars");
  }
  if (!value.is_string()) {
    return refused(info, "is " + shown(value) + "; it must be a text", where);
  }
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > info.maximumLength) {
    return refused(info, "is longer than " + std::to_string(info.maximumLength) + " bytes", where);
  }
  if (type == FieldType::Choice) {
    for (const auto& choice : info.choices) {
      if (choice == text) return value;
    }
    return fail(ErrorCode::InvalidArgument, unknownNameMessage(info.name, text, info.choices),
                where);
  }
  return value;
}

Result<json> scalarFromText(const FieldInfo& info, FieldType type, const std::string& text,
                            const std::string& where) {
  if (type == FieldType::Boolean) {
    if (text == "true" || text == "on" || text == "yes" || text == "1") return json(true);
    if (text == "false" || text == "off" || text == "no" || text == "0") return json(false);
    return refused(info, "is '" + text + "'; it must be true or false", where);
  }
  if (type == FieldType::Integer || type == FieldType::Number) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    std::int64_t integer = 0;
    if (const auto read = std::from_chars(begin, end, integer);
        read.ec == std::errc() && read.ptr == end) {
      return json(integer);
    }
    double real = 0;
    if (const auto read = std::from_chars(begin, end, real);
        read.ec == std::errc() && read.ptr == end && std::isfinite(real)) {
      return json(real);
    }
    return refused(info,
                   "is '" + text + "'; it must be a " +
                       (type == FieldType::Integer ? "whole number" : "number"),
                   where);
  }
  return json(text);
}

json limitOf(const FieldInfo& info, double limit) {
  return info.elementType == FieldType::Integer ? json(static_cast<std::int64_t>(limit))
                                                : json(limit);
}

void addConstraints(const FieldInfo& info, nlohmann::ordered_json& schema) {
  if (info.minimum && info.elementType != FieldType::Text) {
    schema[info.exclusiveMinimum ? "exclusiveMinimum" : "minimum"] = limitOf(info, *info.minimum);
  }
  if (info.maximum) schema["maximum"] = limitOf(info, *info.maximum);
  if (info.elementType == FieldType::Choice) schema["enum"] = info.choices;
  if (info.elementType == FieldType::Text) schema["maxLength"] = info.maximumLength;
}

const char* schemaType(FieldType type) {
  switch (type) {
    case FieldType::Boolean:
      return "boolean";
    case FieldType::Integer:
      return "integer";
    case FieldType::Number:
      return "number";
    case FieldType::List:
      return "array";
    case FieldType::Text:
    case FieldType::Choice:
      break;
  }
  return "string";
}

}  // namespace

const char* fieldTypeName(FieldType type) {
  switch (type) {
    case FieldType::Boolean:
      return "boolean";
    case FieldType::Integer:
      return "integer";
    case FieldType::Number:
      return "number";
    case FieldType::Text:
      return "text";
    case FieldType::Choice:
      return "choice";
    case FieldType::List:
      return "list";
  }
  return "";
}

std::string FieldInfo::path() const { return group.empty() ? name : group + "." + name; }

std::string optionName(std::string_view fieldName) {
  std::string option(fieldName);
  for (char& c : option) {
    if (c == '_') c = '-';
  }
  return option;
}

std::string fieldNameOfOption(std::string_view option) {
  if (option.substr(0, 2) == "--") option.remove_prefix(2);
  std::string name(option);
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

std::string helpText(const FieldInfo& info) {
  std::string text = info.help;
  std::string notes;
  const auto note = [&notes](const std::string& added) {
    if (!added.empty()) notes += (notes.empty() ? "" : "; ") + added;
  };
  if (info.elementType == FieldType::Choice) {
    std::string choices;
    for (const auto& choice : info.choices) choices += (choices.empty() ? "" : "|") + choice;
    note(choices);
  }
  note(info.unit);
  note(rangeText(info));
  if (info.defaultValue.is_null()) {
    note("default none");
  } else if (info.defaultValue.is_string()) {
    const auto& value = info.defaultValue.get_ref<const std::string&>();
    if (!value.empty()) note("default " + value);
  } else if (info.defaultValue.is_array()) {
    std::string values;
    for (const auto& value : info.defaultValue) {
      values += (values.empty() ? "" : ",") +
                (value.is_string() ? value.get<std::string>() : value.dump());
    }
    note("default " + (values.empty() ? "empty" : values));
  } else {
    note("default " + info.defaultValue.dump());
  }
  return notes.empty() ? text : text + " (" + notes + ")";
}

Result<json> checkedFieldValue(const FieldInfo& info, const json& value, const std::string& where) {
  if (value.is_null() && info.nullable) return value;
  if (info.type != FieldType::List) return checkedScalar(info, info.type, value, where);
  if (!value.is_array()) {
    return refused(info, "is " + shown(value) + "; it must be a list", where);
  }
  if (value.size() < info.minimumItems || value.size() > info.maximumItems) {
    return refused(info,
                   "has " + std::to_string(value.size()) + " elements; it must have " +
                       std::to_string(info.minimumItems) + " to " +
                       std::to_string(info.maximumItems),
                   where);
  }
  json checked = json::array();
  for (std::size_t i = 0; i < value.size(); ++i) {
    ATTELIER_ASSIGN(auto element, checkedScalar(info, info.elementType, value[i],
                                                where + "[" + std::to_string(i) + "]"));
    checked.push_back(std::move(element));
  }
  return checked;
}

Result<json> fieldValueFromText(const FieldInfo& info, const std::string& text,
                                const std::string& where) {
  if (info.nullable && text == "none") return json(nullptr);
  if (info.type != FieldType::List) return scalarFromText(info, info.type, text, where);
  json values = json::array();
  std::istringstream parts(text);
  std::string part;
  while (std::getline(parts, part, ',')) {
    ATTELIER_ASSIGN(auto value, scalarFromText(info, info.elementType, part, where));
    values.push_back(std::move(value));
  }
  return values;
}

nlohmann::ordered_json fieldSchema(const FieldInfo& info) {
  nlohmann::ordered_json schema;
  schema["description"] = info.help;
  if (!info.unit.empty()) schema["x-unit"] = info.unit;
  if (info.type == FieldType::List) {
    schema["type"] = "array";
    nlohmann::ordered_json items;
    items["type"] = schemaType(info.elementType);
    addConstraints(info, items);
    schema["items"] = items;
    if (info.minimumItems > 0) schema["minItems"] = info.minimumItems;
    schema["maxItems"] = info.maximumItems;
  } else {
    schema["type"] = schemaType(info.type);
    addConstraints(info, schema);
    if (info.nullable) {
      schema["type"] = nlohmann::ordered_json::array({schemaType(info.type), "null"});
      if (schema.contains("enum")) schema["enum"].push_back(nullptr);
    }
  }
  schema["default"] = info.defaultValue;
  return schema;
}

namespace field_detail {

FieldInfo makeInfo(std::string name, std::string help, FieldLimits limits) {
  FieldInfo info;
  info.name = std::move(name);
  info.help = std::move(help);
  info.unit = std::move(limits.unit);
  info.minimum = limits.minimum;
  info.maximum = limits.maximum;
  info.exclusiveMinimum = limits.exclusiveMinimum;
  info.choices = std::move(limits.choices);
  info.minimumItems = limits.minimumItems;
  info.maximumItems = limits.maximumItems;
  info.maximumLength = limits.maximumLength;
  return info;
}

std::string joinWhere(const std::string& where, const std::string& path) {
  if (where.empty()) return path;
  return path.empty() ? where : where + ": " + path;
}

nlohmann::ordered_json objectSchema(std::string_view title) {
  nlohmann::ordered_json schema;
  if (!title.empty()) schema["title"] = title;
  schema["type"] = "object";
  schema["additionalProperties"] = false;
  schema["properties"] = nlohmann::ordered_json::object();
  return schema;
}

Status checkObject(const json& object, std::span<const std::string> known, const std::string& where,
                   const std::string& prefix) {
  const std::string place =
      joinWhere(where, prefix.empty() ? prefix : prefix.substr(0, prefix.size() - 1));
  if (!object.is_object()) {
    return fail(ErrorCode::InvalidArgument,
                "is " + shown(object) + "; it must be an object of fields", place);
  }
  for (const auto& [name, value] : object.items()) {
    bool isKnown = false;
    for (const auto& candidate : known) isKnown = isKnown || candidate == name;
    if (!isKnown) {
      return fail(ErrorCode::InvalidArgument, unknownNameMessage("field", name, known), place);
    }
  }
  return {};
}

Result<std::size_t> findField(std::span<const FieldInfo> infos, const std::string& name) {
  std::vector<std::size_t> found;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (infos[i].path() == name) return i;
    if (infos[i].name == name) found.push_back(i);
    known.push_back(infos[i].name);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    if (name.find('.') != std::string::npos) {
      for (std::size_t i = 0; i < infos.size(); ++i) known[i] = infos[i].path();
    }
    return fail(ErrorCode::InvalidArgument, unknownNameMessage("field", name, known));
  }
  std::string message = "field '" + name + "' is ambiguous; write";
  for (std::size_t i = 0; i < found.size(); ++i) {
    message += (i == 0 ? " '" : " or '") + infos[found[i]].path() + "'";
  }
  return fail(ErrorCode::InvalidArgument, message);
}

}  // namespace field_detail
nlohmann::ordered_json schemaDocument(const nlohmann::ordered_json& schema) {
  nlohmann::ordered_json document;
  document["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  document.update(schema);
  return document;
}

}  // namespace attelier
