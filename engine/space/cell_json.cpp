#include "engine/base/atomic_file.h"
#include "engine/space/cell_design.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace attelier::space {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = std::size_t{1} << 20;

// The parts of the JSON form that are plain fields; their lists are joined on by hand.
struct NodeHead {
  OperationType type = OperationType::MapBased;
  Dimension dimension = Dimension::Spatial;
  std::optional<Activation> activation;
  std::optional<int> level;
};

struct CellHead {
  int schema = kCellSchema;
  std::string name;
  OperationSettings settings;
};

const Fields<NodeHead>& nodeFields() {
  static const auto fields =
      Fields<NodeHead>("Attention operation")
          .add("type", &NodeHead::type, "learned weights a position, or pairwise similarity")
          .add("dimension", &NodeHead::dimension, "axes that the operation attends over")
          .add("activation", &NodeHead::activation,
               "what makes weights of logits; null: sigmoid for map, softmax for dot")
          .add("level", &NodeHead::level,
               "longest way from the cell's input; null: as the inputs say",
               {.minimum = 0, .maximum = kMaxCellNodes - 1});
  return fields;
}

const Fields<CellInput>& inputFields() {
  static const auto fields =
      Fields<CellInput>("Input of a node")
          .add("source", &CellInput::source, "index of an earlier node, or -1 for the cell's input",
               {.minimum = kCellInput, .maximum = kMaxCellNodes - 1})
          .add("weight", &CellInput::weight, "weight of this feature map in the node's input sum",
               {.minimum = -1e6, .maximum = 1e6});
  return fields;
}

const Fields<CellOutput>& outputFields() {
  static const auto fields =
      Fields<CellOutput>("Output of the cell")
          .add("node", &CellOutput::node, "index of a node whose output the cell returns",
               {.minimum = 0, .maximum = kMaxCellNodes - 1})
          .add("weight", &CellOutput::weight, "sink weight, for inherited weights",
               {.minimum = -1e6, .maximum = 1e6});
  return fields;
}

const Fields<CellHead>& headFields() {
  static const auto fields =
      Fields<CellHead>("Attention cell")
          .add("schema", &CellHead::schema, "version of this form",
               {.minimum = kCellSchema, .maximum = kCellSchema})
          .add("name", &CellHead::name, "name for a person", {.maximumLength = 200})
          .addGroup("settings", &CellHead::settings, operationSettingsFields());
  return fields;
}

// Lists come out of an object before its plain fields are read; both must be there.
Result<json> takeList(json& object, const std::string& name, std::size_t most,
                      const std::string& where) {
  if (!object.is_object()) {
    return fail(ErrorCode::InvalidArgument, "must be an object", where);
  }
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) {
    return fail(ErrorCode::InvalidArgument, "needs a list '" + name + "'", where);
  }
  if (found->size() > most) {
    return fail(ErrorCode::InvalidArgument,
                "'" + name + "' has " + std::to_string(found->size()) + " elements, at most " +
                    std::to_string(most) + " are allowed",
                where);
  }
  json list = std::move(*found);
  object.erase(found);
  return list;
}

Status needs(const json& object, std::initializer_list<const char*> names,
             const std::string& where) {
  for (const char* name : names) {
    if (object.is_object() && !object.contains(name)) {
      return fail(ErrorCode::InvalidArgument, std::string("needs the field '") + name + "'", where);
    }
  }
  return {};
}

std::string element(const std::string& where, const std::string& list, std::size_t index) {
  return field_detail::joinWhere(where, list + "[" + std::to_string(index) + "]");
}

Result<CellNode> nodeFromJson(json object, const CellDesign& cell, const std::string& where) {
  ATTELIER_ASSIGN(const json inputs, takeList(object, "inputs", kMaxCellNodes + 1, where));
  ATTELIER_CHECKED(needs(object, {"type", "dimension"}, where));
  ATTELIER_ASSIGN(const NodeHead head, nodeFields().fromJson(object, where));
  CellNode node;
  node.operation.kind = {head.type, head.dimension};
  node.operation.activation = head.activation.value_or(defaultActivation(head.type));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string place = where + ".inputs[" + std::to_string(i) + "]";
    ATTELIER_CHECKED(needs(inputs[i], {"source"}, place));
    ATTELIER_ASSIGN(const CellInput input, inputFields().fromJson(inputs[i], place));
    if (input.source >= 0 && input.source < static_cast<int>(cell.nodes.size())) {
      node.level =
          std::max(node.level, cell.nodes[static_cast<std::size_t>(input.source)].level + 1);
    }
    node.inputs.push_back(input);
  }
  node.level = head.level.value_or(node.level);
  return node;
}

}  // namespace

json toJson(const CellDesign& cell) {
  json object = headFields().toJson({kCellSchema, cell.name, cell.settings});
  object["nodes"] = json::array();
  for (const auto& node : cell.nodes) {
    json entry = nodeFields().toJson({node.operation.kind.type, node.operation.kind.dimension,
                                      node.operation.activation, node.level});
    entry["inputs"] = json::array();
    for (const auto& input : node.inputs) entry["inputs"].push_back(inputFields().toJson(input));
    object["nodes"].push_back(std::move(entry));
  }
  object["outputs"] = json::array();
  for (const auto& output : cell.outputs) {
    object["outputs"].push_back(outputFields().toJson(output));
  }
  return object;
}

Result<CellDesign> cellFromJson(const json& source, const std::string& where) {
  if (!source.is_object()) {
    return fail(ErrorCode::InvalidArgument, "a cell is a JSON object with nodes and outputs",
                where);
  }
  ATTELIER_CHECKED(needs(source, {"schema"}, where));
  const json& version = source["schema"];
  if (version.is_number_integer() && version.get<double>() > kCellSchema) {
    return fail(ErrorCode::Unsupported,
                "the cell's form has version " + version.dump() +
                    ", written by a newer Attelier; this one reads up to " +
                    std::to_string(kCellSchema),
                where);
  }
  json object = source;
  ATTELIER_ASSIGN(json nodes, takeList(object, "nodes", kMaxCellNodes, where));
  ATTELIER_ASSIGN(const json outputs, takeList(object, "outputs", kMaxCellNodes, where));
  ATTELIER_ASSIGN(const CellHead head, headFields().fromJson(object, where));
  CellDesign cell;
  cell.name = head.name;
  cell.settings = head.settings;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    ATTELIER_ASSIGN(CellNode node,
                    nodeFromJson(std::move(nodes[i]), cell, element(where, "nodes", i)));
    cell.nodes.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string place = element(where, "outputs", i);
    ATTELIER_CHECKED(needs(outputs[i], {"node"}, place));
    ATTELIER_ASSIGN(const CellOutput output, outputFields().fromJson(outputs[i], place));
    cell.outputs.push_back(output);
  }
  ATTELIER_CHECKED(validate(cell, where));
  return cell;
}

Result<CellDesign> cellFromText(const std::string& text, const std::string& where) {
  if (text.size() > kLargestFile) {
    return fail(ErrorCode::InvalidArgument, "is too long for a cell", where);
  }
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return fail(ErrorCode::InvalidArgument, "is empty", where);
  if (text[start] != '{') return parseCell(text, {}, where);
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return fail(ErrorCode::InvalidArgument, "is not valid JSON", where);
  return cellFromJson(object, where);
}

Result<CellDesign> readCell(const std::filesystem::path& path) {
  ATTELIER_ASSIGN(const std::string text, readTextFile(path, kLargestFile));
  return cellFromText(text, path.string());
}

nlohmann::ordered_json cellSchema() {
  const auto list = [](nlohmann::ordered_json items, std::size_t least, std::size_t most,
                       const char* description) {
    return nlohmann::ordered_json{{"description", description},
                                  {"type", "array"},
                                  {"items", std::move(items)},
                                  {"minItems", least},
                                  {"maxItems", most}};
  };
  auto input = inputFields().schema();
  input["required"] = {"source"};
  auto output = outputFields().schema();
  output["required"] = {"node"};
  auto node = nodeFields().schema();
  node["properties"]["inputs"] =
      list(input, 1, kMaxCellNodes + 1, "what the node reads, in order of source");
  node["required"] = {"type", "dimension", "inputs"};
  auto schema = schemaDocument(headFields().schema());
  schema["properties"]["nodes"] =
      list(node, 1, kMaxCellNodes, "attention operations, every one after all that it reads");
  schema["properties"]["outputs"] =
      list(output, 1, kMaxCellNodes, "nodes whose outputs the cell returns, in order");
  schema["required"] = {"schema", "nodes", "outputs"};
  return schema;
}

}  // namespace attelier::space
