#include "ui/dialogs/run_schema.h"

#include <QFile>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;

// Outside of any namespace, as its macro asks.
static void initDeclarations() { Q_INIT_RESOURCE(declarations); }

namespace attelier::ui {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::optional<FieldType> typeOf(const ordered_json& schema) {
  const ordered_json& type = schema.at("type");
  const std::string name =
      type.is_array() ? type.at(0).get<std::string>() : type.get<std::string>();
  if (name == "boolean") return FieldType::Boolean;
  if (name == "integer") return FieldType::Integer;
  if (name == "number") return FieldType::Number;
  if (name == "array") return FieldType::List;
  if (name == "string") return schema.contains("enum") ? FieldType::Choice : FieldType::Text;
  return std::nullopt;
}

void readConstraints(FieldInfo& info, const ordered_json& schema) {
  if (const auto at = schema.find("minimum"); at != schema.end()) info.minimum = at->get<double>();
  if (const auto at = schema.find("exclusiveMinimum"); at != schema.end()) {
    info.minimum = at->get<double>();
    info.exclusiveMinimum = true;
  }
  if (const auto at = schema.find("maximum"); at != schema.end()) info.maximum = at->get<double>();
  if (const auto at = schema.find("enum"); at != schema.end()) {
    for (const auto& choice : *at) {
      if (choice.is_string()) info.choices.push_back(choice.get<std::string>());
    }
  }
  info.maximumLength = schema.value("maxLength", info.maximumLength);
}

/// Inverse of the engine's `fieldSchema`.
FieldInfo readField(const std::string& group, const std::string& name, const ordered_json& schema) {
  FieldInfo info;
  info.group = group;
  info.name = name;
  info.help = schema.at("description").get<std::string>();
  info.unit = schema.value("x-unit", std::string());
  if (const auto open = info.help.rfind(" [");
      open != std::string::npos && info.help.ends_with("]")) {
    info.unit = info.help.substr(open + 2, info.help.size() - open - 3);
    info.help.resize(open);
  }
  const auto type = typeOf(schema);
  if (!type) throw std::runtime_error("its type is unknown");
  info.type = *type;
  info.elementType = *type;
  info.nullable = schema.at("type").is_array();
  info.defaultValue = json(schema.at("default"));
  if (info.type == FieldType::List) {
    const ordered_json& items = schema.at("items");
    const auto element = typeOf(items);
    if (!element || *element == FieldType::List) throw std::runtime_error("a list of lists");
    info.elementType = *element;
    info.minimumItems = schema.value("minItems", info.minimumItems);
    info.maximumItems = schema.value("maxItems", info.maximumItems);
    readConstraints(info, items);
  } else {
    readConstraints(info, schema);
  }
  return info;
}

QByteArray resource(const QString& name) {
  QFile file(u":/attelier/declarations/"_s + name);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

Result<RunSchema> RunSchema::fromJson(const ordered_json& schema) {
  RunSchema result;
  std::string at = "properties";
  try {
    for (const auto& [groupName, group] : schema.at("properties").items()) {
      FieldGroup read{.name = groupName, .title = group.value("title", groupName), .fields = {}};
      for (const auto& [name, field] : group.at("properties").items()) {
        at = groupName + "." + name;
        read.fields.push_back(readField(groupName, name, field));
        if (const auto option = field.find("x-option"); option != field.end()) {
          result.options_[at] = option->get<std::string>();
        }
      }
      result.groups_.push_back(std::move(read));
    }
    if (const auto presets = schema.find("x-presets"); presets != schema.end()) {
      for (const auto& [name, changes] : presets->items()) result.presets_[name] = json(changes);
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::Corrupt,
                std::string("the schema of a run is not understood: ") + error.what(), at);
  }
  return result;
}

const RunSchema& RunSchema::builtIn() {
  static const RunSchema schema = [] {
    initDeclarations();
    const QByteArray text = resource(u"run.schema.json"_s);
    auto read = fromJson(ordered_json::parse(text.begin(), text.end(), nullptr, false));
    if (!read) {  // it was compiled in: nothing a person could do
      std::fprintf(stderr, "%s\n", describe(read.error()).c_str());
      std::abort();
    }
    for (const char* name : {"tasks", "paper"}) {
      const QByteArray preset = resource(u"%1.json"_s.arg(QLatin1String(name)));
      read->presets_[name] = json::parse(preset.begin(), preset.end());
    }
    return *std::move(read);
  }();
  return schema;
}

const FieldInfo* RunSchema::find(const std::string& path) const {
  for (const FieldGroup& group : groups_) {
    for (const FieldInfo& info : group.fields) {
      if (info.path() == path) return &info;
    }
  }
  return nullptr;
}

std::vector<std::string> RunSchema::presetNames() const {
  // The order in which they are offered: the one that is done in minutes first.
  std::vector<std::string> names;
  for (const auto& [name, changes] : presets_) names.insert(names.begin(), name);
  return names;
}

json RunSchema::defaults(const std::string& preset) const {
  json values = json::object();
  for (const FieldGroup& group : groups_) {
    for (const FieldInfo& info : group.fields) setValueAt(values, info.path(), info.defaultValue);
  }
  if (const auto found = presets_.find(preset); found != presets_.end()) {
    values.merge_patch(found->second);
    // 9 of a preset is 9.0 where the field is a number: values are compared.
    for (const FieldGroup& group : groups_) {
      for (const FieldInfo& info : group.fields) {
        if (const auto checked =
                checkedFieldValue(info, valueAt(values, info.path()), info.path())) {
          setValueAt(values, info.path(), *checked);
        }
      }
    }
  }
  return values;
}

std::string RunSchema::option(const FieldInfo& info) const {
  for (const FieldGroup& group : groups_) {
    if (group.name == info.group && !group.isOnCommandLine) return {};
  }
  if (const auto found = options_.find(info.path()); found != options_.end()) return found->second;
  const auto uses = [this](const std::string& name) {
    std::size_t count = 0;
    for (const FieldGroup& group : groups_) {
      count += static_cast<std::size_t>(
          std::count_if(group.fields.begin(), group.fields.end(),
                        [&name](const FieldInfo& field) { return field.name == name; }));
    }
    return count;
  };
  const bool isPlainThreads = info.path() == "compute.threads";
  const bool isAmbiguous = !isPlainThreads && uses(info.name) > 1;
  return "--" + optionName(isAmbiguous ? info.group + "_" + info.name : info.name);
}

QStringList RunSchema::words(const FieldInfo& info, const json& value) const {
  const QString name = QString::fromStdString(option(info));
  if (info.type == FieldType::Boolean) {
    return {value.is_boolean() && value.get<bool>() ? name : u"--no-"_s + name.mid(2)};
  }
  const QString text = QString::fromStdString(commandLineText(value));
  // A text that looks like an option is joined to its name; numbers are no options.
  const bool looksLikeOption = text.startsWith(u'-') && !value.is_number();
  return looksLikeOption ? QStringList{name + u'=' + text} : QStringList{name, text};
}

QStringList RunSchema::arguments(const json& changes) const {
  QStringList words_;
  for (const FieldGroup& group : groups_) {
    const auto inGroup = changes.find(group.name);
    if (!group.isOnCommandLine || inGroup == changes.end() || !inGroup->is_object()) continue;
    for (const FieldInfo& info : group.fields) {
      if (const auto value = inGroup->find(info.name); value != inGroup->end()) {
        words_ += words(info, *value);
      }
    }
  }
  return words_;
}

std::optional<std::string> RunSchema::fieldOf(const std::string& where) const {
  std::string name = where;
  if (const auto colon = name.rfind(": "); colon != std::string::npos) name.erase(0, colon + 2);
  if (const auto bracket = name.find('['); bracket != std::string::npos) name.resize(bracket);
  if (name.empty() || name.find('/') != std::string::npos) return std::nullopt;
  if (find(name) != nullptr) return name;
  const bool isOption = name.starts_with("--");
  std::vector<std::string> found;
  for (const FieldGroup& group : groups_) {
    for (const FieldInfo& info : group.fields) {
      if (isOption ? option(info) == name : info.name == name) found.push_back(info.path());
    }
  }
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

json valueAt(const json& configuration, const std::string& path) {
  const auto dot = path.find('.');
  const std::string name = path.substr(0, dot);
  if (!configuration.is_object() || !configuration.contains(name)) return nullptr;
  const json& value = configuration.at(name);
  return dot == std::string::npos ? value : valueAt(value, path.substr(dot + 1));
}

void setValueAt(json& configuration, const std::string& path, json value) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) {
    configuration[path] = std::move(value);
  } else {
    setValueAt(configuration[path.substr(0, dot)], path.substr(dot + 1), std::move(value));
  }
}

std::string commandLineText(const json& value) {
  if (value.is_null()) return "none";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const json& element : value) text += (text.empty() ? "" : ",") + commandLineText(element);
  return text;
}

}  // namespace attelier::ui
