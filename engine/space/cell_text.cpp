#include "engine/space/cell_design.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace attelier::space {
namespace {

constexpr std::size_t kLongestText = 65536;

struct Preset {
  const char* name;
  const char* text;
};

constexpr std::array kPresets{Preset{"spatial_then_temporal", "dT<dS"},
                              Preset{"temporal_then_spatial", "dS<dT"},
                              Preset{"side_by_side", "dS + dT"}};

// Reads "A<(B, C<D) + #1" by recursive descent; a node is made after all that it reads.
class Parser {
 public:
  Parser(const std::string& text, std::string where) : text_(text), where_(std::move(where)) {}

  Result<CellDesign> cell() {
    do {
      ATTELIER_ASSIGN(const int sink, node());
      if (sink == kCellInput) return refused("the cell's input cannot be an output");
      cell_.outputs.push_back({sink, 1.0});
    } while (taken('+'));
    skipSpace();
    if (position_ != text_.size()) return refused("expected '+', '<' or the end");
    std::sort(cell_.outputs.begin(), cell_.outputs.end(),
              [](const CellOutput& a, const CellOutput& b) { return a.node < b.node; });
    return std::move(cell_);
  }

 private:
  tl::unexpected<Error> refused(const std::string& what) const {
    return fail(ErrorCode::InvalidArgument,
                what + " at character " + std::to_string(position_ + 1) + " of '" +
                    text_.substr(0, 80) + "'; write for example mS<mT + dST",
                where_);
  }

  void skipSpace() {
    while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_]))) {
      ++position_;
    }
  }

  bool taken(char wanted) {
    skipSpace();
    if (position_ >= text_.size() || text_[position_] != wanted) return false;
    ++position_;
    return true;
  }

  std::string word() {
    skipSpace();
    const std::size_t start = position_;
    while (
        position_ < text_.size() &&
        (std::isalnum(static_cast<unsigned char>(text_[position_])) || text_[position_] == '_')) {
      ++position_;
    }
    return text_.substr(start, position_ - start);
  }

  Result<int> node() {
    if (taken('#')) {
      const std::string label = word();
      const auto found = labels_.find(label);
      if (found == labels_.end()) return refused("there is no node '#" + label + "' before");
      return found->second;
    }
    const std::string name = word();
    if (name == "x0") return kCellInput;
    if (name.empty()) return refused("expected an operation");
    if (++started_ > kMaxCellNodes) return refused("too many operations");
    CellNode made;
    ATTELIER_ASSIGN(made.operation.kind, kindFromShortName(name, where_));
    made.operation.activation = defaultActivation(made.operation.kind.type);
    if (taken(':')) {
      ATTELIER_ASSIGN(made.operation.activation, enumFromName<Activation>(word(), where_));
    }
    const std::string label = taken('#') ? word() : std::string();
    ATTELIER_ASSIGN(const std::vector<int> sources, inputs());
    for (const int source : sources) {
      made.inputs.push_back({source, 1.0 / static_cast<double>(sources.size())});
      if (source >= 0) {
        made.level = std::max(made.level, cell_.nodes[static_cast<std::size_t>(source)].level + 1);
      }
    }
    const int index = static_cast<int>(cell_.nodes.size());
    cell_.nodes.push_back(std::move(made));
    if (!label.empty() && !labels_.emplace(label, index).second) {
      return refused("the label '#" + label + "' is given twice");
    }
    return index;
  }

  Result<std::vector<int>> inputs() {
    if (!taken('<')) return std::vector<int>{kCellInput};
    std::vector<int> sources;
    const bool several = taken('(');
    do {
      ATTELIER_ASSIGN(const int source, node());
      sources.push_back(source);
    } while (several && taken(','));
    if (several && !taken(')')) return refused("expected ',' or ')'");
    std::sort(sources.begin(), sources.end());
    if (std::adjacent_find(sources.begin(), sources.end()) != sources.end()) {
      return refused("a node reads the same map twice");
    }
    return sources;
  }

  const std::string& text_;
  std::string where_;
  std::size_t position_ = 0;
  int started_ = 0;
  CellDesign cell_;
  std::map<std::string, int> labels_;
};

class Writer {
 public:
  explicit Writer(const CellDesign& cell)
      : cell_(cell), uses_(cell.nodes.size(), 0), labels_(cell.nodes.size(), 0) {
    for (const auto& output : cell.outputs) ++uses_[static_cast<std::size_t>(output.node)];
    for (const auto& node : cell.nodes) {
      for (const auto& input : node.inputs) {
        if (input.source >= 0) ++uses_[static_cast<std::size_t>(input.source)];
      }
    }
  }

  std::string cell() {
    std::string text;
    for (const auto& output : cell_.outputs) {
      text += (text.empty() ? "" : " + ") + source(output.node);
    }
    return text;
  }

 private:
  std::string source(int index) {
    if (index == kCellInput) return "x0";
    const auto at = static_cast<std::size_t>(index);
    if (labels_[at] > 0) return "#" + std::to_string(labels_[at]);
    const CellNode& node = cell_.nodes[at];
    std::string text = shortName(node.operation);
    const bool shared = uses_[at] > 1;
    const int label = shared ? ++lastLabel_ : 0;
    if (shared) text += "#" + std::to_string(label);
    if (node.inputs.size() == 1 && node.inputs.front().source == kCellInput) {
      labels_[at] = label;
      return text;
    }
    std::string inputs;
    for (const auto& input : node.inputs) {
      inputs += (inputs.empty() ? "" : ", ") + source(input.source);
    }
    labels_[at] = label;
    return text + (node.inputs.size() > 1 ? "<(" + inputs + ")" : "<" + inputs);
  }

  const CellDesign& cell_;
  std::vector<int> uses_;
  std::vector<int> labels_;
  int lastLabel_ = 0;
};

}  // namespace

std::string shortText(const CellDesign& cell) { return Writer(cell).cell(); }

const std::vector<std::string>& cellPresets() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& preset : kPresets) list.emplace_back(preset.name);
    return list;
  }();
  return names;
}

Result<CellDesign> parseCell(const std::string& text, const OperationSettings& settings,
                             const std::string& where) {
  if (text.size() > kLongestText) {
    return fail(ErrorCode::InvalidArgument, "the text is too long for a cell", where);
  }
  std::string body = text;
  std::string name;
  for (const auto& preset : kPresets) {
    if (text == preset.name) {
      body = preset.text;
      name = preset.name;
    }
  }
  // A name in snake_case is a preset that was mistyped rather than an operation.
  if (name.empty() && text.find('_') != std::string::npos) {
    return fail(ErrorCode::InvalidArgument, unknownNameMessage("cell", text, cellPresets()), where);
  }
  ATTELIER_ASSIGN(CellDesign cell, Parser(body, where).cell());
  cell.settings = settings;
  cell.name = name;
  ATTELIER_CHECKED(validate(cell, where));
  return cell;
}

}  // namespace attelier::space
