#include "engine/space/cell_design.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace attelier::space {
namespace {

constexpr double kLargestWeight = 1e6;
constexpr std::size_t kLongestName = 200;

tl::unexpected<Error> refused(const std::string& where, const std::string& part,
                              const std::string& message) {
  return fail(ErrorCode::InvalidArgument, message, field_detail::joinWhere(where, part));
}

std::string nodePart(std::size_t index) { return "nodes[" + std::to_string(index) + "]"; }

bool usable(double weight) { return std::isfinite(weight) && std::abs(weight) <= kLargestWeight; }

Status validateNode(const CellDesign& cell, std::size_t index, const std::string& where) {
  const CellNode& node = cell.nodes[index];
  const std::string part = nodePart(index);
  if (node.inputs.empty()) return refused(where, part, "the node reads nothing; give it an input");
  int level = 0;
  int previous = kCellInput - 1;
  double squares = 0;
  for (const auto& input : node.inputs) {
    if (input.source < kCellInput || input.source >= static_cast<int>(index)) {
      return refused(where, part,
                     "the node reads source " + std::to_string(input.source) +
                         "; a node reads earlier nodes, or -1, the cell's input");
    }
    if (input.source <= previous) {
      return refused(where, part, "inputs must be in order of source, none twice");
    }
    previous = input.source;
    if (!usable(input.weight)) return refused(where, part, "an input weight is out of range");
    squares += input.weight * input.weight;
    if (input.source >= 0) {
      level = std::max(level, cell.nodes[static_cast<std::size_t>(input.source)].level + 1);
    }
  }
  if (squares == 0) return refused(where, part, "the input weights are all zero");
  if (node.level != level) {
    return refused(where, part,
                   "level is " + std::to_string(node.level) + " but its inputs make it " +
                       std::to_string(level));
  }
  return {};
}

Status validateOutputs(const CellDesign& cell, const std::string& where) {
  if (cell.outputs.empty()) return refused(where, "outputs", "the cell has no outputs");
  int previous = -1;
  for (const auto& output : cell.outputs) {
    if (output.node < 0 || output.node >= static_cast<int>(cell.nodes.size())) {
      return refused(where, "outputs", "there is no node " + std::to_string(output.node));
    }
    if (output.node <= previous) {
      return refused(where, "outputs", "outputs must be in order of node, none twice");
    }
    if (!usable(output.weight)) return refused(where, "outputs", "a weight is out of range");
    previous = output.node;
  }
  return {};
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15ULL + (hash << 6) + (hash >> 2);
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBULL;
  return hash ^ (hash >> 31);
}

std::uint64_t mixedSorted(std::uint64_t hash, std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  for (const auto value : values) hash = mixed(hash, value);
  return hash;
}

}  // namespace

Status validate(const CellDesign& cell, const std::string& where) {
  if (auto status = operationSettingsFields().validate(cell.settings); !status) {
    return refused(where, "settings." + status.error().where, status.error().message);
  }
  if (cell.name.size() > kLongestName) return refused(where, "name", "the name is too long");
  if (cell.nodes.empty() || cell.nodes.size() > kMaxCellNodes) {
    return refused(where, "nodes",
                   "the cell has " + std::to_string(cell.nodes.size()) +
                       " nodes; it must have 1 to " + std::to_string(kMaxCellNodes));
  }
  for (std::size_t i = 0; i < cell.nodes.size(); ++i) {
    ATTELIER_CHECKED(validateNode(cell, i, where));
  }
  ATTELIER_CHECKED(validateOutputs(cell, where));
  std::vector<bool> used(cell.nodes.size(), false);
  for (const auto& output : cell.outputs) used[static_cast<std::size_t>(output.node)] = true;
  for (std::size_t i = cell.nodes.size(); i-- > 0;) {
    if (!used[i]) return refused(where, nodePart(i), "the node reaches no output; remove it");
    for (const auto& input : cell.nodes[i].inputs) {
      if (input.source >= 0) used[static_cast<std::size_t>(input.source)] = true;
    }
  }
  return {};
}

// What a node computes (from below) and what becomes of it (from above), with edges as sets: equal
// for two numberings of one graph, different for one node read twice and for two equal nodes.
std::string architectureId(const CellDesign& cell) {
  const std::size_t count = cell.nodes.size();
  std::vector<std::uint64_t> below(count);
  std::vector<std::uint64_t> above(count);
  for (std::size_t i = 0; i < count; ++i) {
    const CellNode& node = cell.nodes[i];
    std::vector<std::uint64_t> inputs;
    for (const auto& input : node.inputs) {
      inputs.push_back(input.source < 0 ? 1 : below[static_cast<std::size_t>(input.source)]);
    }
    const auto operation =
        static_cast<std::uint64_t>(kindIndex(node.operation.kind) * kActivations +
                                   static_cast<int>(node.operation.activation));
    below[i] = mixedSorted(mixed(2, operation), std::move(inputs));
  }
  std::vector<std::vector<std::uint64_t>> readers(count);
  for (const auto& output : cell.outputs) {
    readers[static_cast<std::size_t>(output.node)].push_back(3);
  }
  for (std::size_t i = count; i-- > 0;) {
    above[i] = mixedSorted(mixed(4, below[i]), readers[i]);
    for (const auto& input : cell.nodes[i].inputs) {
      if (input.source >= 0) readers[static_cast<std::size_t>(input.source)].push_back(above[i]);
    }
  }
  std::uint64_t hash = 5;
  for (const char c : operationSettingsFields().toJson(cell.settings).dump()) {
    hash = mixed(hash, static_cast<unsigned char>(c));
  }
  hash = mixedSorted(hash, above);
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

bool sameArchitecture(const CellDesign& a, const CellDesign& b) {
  return a.nodes.size() == b.nodes.size() && a.outputs.size() == b.outputs.size() &&
         architectureId(a) == architectureId(b);
}

}  // namespace attelier::space
