#include "widgets/graph/cell_picture.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::CellPicture)
};

QString differenceName(Difference difference) {
  switch (difference) {
    case Difference::Added:
      return Text::tr("added");
    case Difference::Removed:
      return Text::tr("removed");
    case Difference::Same:
      break;
  }
  return Text::tr("same");
}

int findNode(const CellPicture& cell, const CellNodePicture& node) {
  const auto found = std::find_if(cell.nodes.begin(), cell.nodes.end(), [&](const auto& other) {
    return other.name == node.name && other.kind == node.kind;
  });
  return found == cell.nodes.end() ? -1 : static_cast<int>(found - cell.nodes.begin());
}

bool hasEdge(const CellPicture& cell, int from, int to) {
  return std::any_of(cell.edges.begin(), cell.edges.end(), [&](const CellEdgePicture& edge) {
    return edge.from == from && edge.to == to;
  });
}

}  // namespace

CellPicture markDifferences(const CellPicture& cell, const CellPicture& reference) {
  CellPicture both = cell;
  for (auto& node : both.nodes) {
    node.difference = findNode(reference, node) < 0 ? Difference::Added : Difference::Same;
  }
  std::vector<int> place;
  for (auto node : reference.nodes) {
    place.push_back(findNode(cell, node));
    if (place.back() >= 0) continue;
    place.back() = static_cast<int>(both.nodes.size());
    node.difference = Difference::Removed;
    both.nodes.push_back(std::move(node));
  }
  const auto placed = [&](int end) { return end < 0 ? end : place[static_cast<std::size_t>(end)]; };
  CellPicture before;
  for (const auto& edge : reference.edges) {
    before.edges.push_back({placed(edge.from), placed(edge.to), edge.weight, Difference::Removed});
  }
  for (auto& edge : both.edges) {
    edge.difference = hasEdge(before, edge.from, edge.to) ? Difference::Same : Difference::Added;
  }
  for (const auto& edge : before.edges) {
    if (!hasEdge(cell, edge.from, edge.to)) both.edges.push_back(edge);
  }
  return both;
}

QString endName(const CellPicture& cell, int node) {
  if (node == kInputNode) return Text::tr("input");
  if (node == kSinkNode) return Text::tr("concatenation");
  if (node < 0 || node >= static_cast<int>(cell.nodes.size())) return {};
  return cell.nodes[static_cast<std::size_t>(node)].name;
}

QString describeNode(const CellPicture& cell, int node) {
  if (node < 0 || node >= static_cast<int>(cell.nodes.size())) return {};
  const CellNodePicture& shown = cell.nodes[static_cast<std::size_t>(node)];
  QStringList sentences{Text::tr("%1, %2.").arg(shown.name, kindName(shown.kind))};
  if (!shown.activation.isEmpty()) sentences << Text::tr("Activation %1.").arg(shown.activation);
  QStringList reads;
  for (const auto& edge : cell.edges) {
    const QString weight = QLocale().toString(edge.weight, 'f', 3);
    if (edge.to == node) reads << Text::tr("%1 %2").arg(endName(cell, edge.from), weight);
    if (edge.from == node && edge.to == kSinkNode) {
      sentences << Text::tr("An output of the cell, weight %1.").arg(weight);
    }
  }
  if (!reads.isEmpty()) sentences << Text::tr("Reads %1.").arg(reads.join(u", "_s));
  if (shown.difference == Difference::Added) sentences << Text::tr("Not in the other cell.");
  if (shown.difference == Difference::Removed) sentences << Text::tr("Only in the other cell.");
  return sentences.join(u' ');
}

DataTable tableOf(const CellPicture& cell) {
  DataTable table{
      Text::tr("Edges of the cell"), {Text::tr("From"), Text::tr("To"), Text::tr("Weight")}, {}};
  const auto differs = [](const auto& part) { return part.difference != Difference::Same; };
  const bool compared = std::any_of(cell.edges.begin(), cell.edges.end(), differs) ||
                        std::any_of(cell.nodes.begin(), cell.nodes.end(), differs);
  if (compared) table.columns << Text::tr("Difference");
  for (const auto& edge : cell.edges) {
    QVariantList row{endName(cell, edge.from), endName(cell, edge.to), edge.weight};
    if (compared) row << differenceName(edge.difference);
    table.rows << row;
  }
  return table;
}

}  // namespace attelier::widgets
