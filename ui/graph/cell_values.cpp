#include "ui/graph/cell_values.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using widgets::CellPicture;
using widgets::Difference;

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::ui::CellValues)
};

// Keeps the parts of `picture` that belong to the cell itself, its own ones with this mark.
int markOwn(CellPicture& picture, std::size_t nodes, Difference mark) {
  int count = 0;
  picture.nodes.resize(nodes);
  std::erase_if(picture.edges,
                [](const auto& edge) { return edge.difference == Difference::Removed; });
  const auto apply = [&](auto& part) {
    if (part.difference == Difference::Same) return;
    part.difference = mark;
    ++count;
  };
  for (auto& node : picture.nodes) apply(node);
  for (auto& edge : picture.edges) apply(edge);
  return count;
}

QString counted(double value, const char* unit) {
  return u"%1%2"_s.arg(shortNumber(value), QString::fromLatin1(unit));
}

}  // namespace

QStringList cellNodeNames(const space::CellDesign& cell) {
  QStringList names;
  std::map<QString, int> seen;
  for (const auto& node : cell.nodes) {
    const QString name =
        u"L%1.%2"_s.arg(QString::number(node.level + 1),
                        QString::fromLatin1(space::shortName(node.operation.kind)));
    const int occurrence = ++seen[name];
    names << (occurrence == 1 ? name : u"%1.%2"_s.arg(name, QString::number(occurrence)));
  }
  return names;
}

CellPicture cellPicture(const space::CellDesign& cell) {
  CellPicture picture;
  picture.residual = cell.settings.residual;
  const QStringList names = cellNodeNames(cell);
  for (std::size_t i = 0; i < cell.nodes.size(); ++i) {
    const auto& node = cell.nodes[i];
    picture.nodes.push_back({names[static_cast<int>(i)], space::kindIndex(node.operation.kind),
                             QString::fromLatin1(enumName(node.operation.activation)),
                             Difference::Same});
    for (const auto& input : node.inputs) {
      picture.edges.push_back(
          {input.source == space::kCellInput ? widgets::kInputNode : input.source,
           static_cast<int>(i), input.weight, Difference::Same});
    }
  }
  for (const auto& output : cell.outputs) {
    picture.edges.push_back({output.node, widgets::kSinkNode, output.weight, Difference::Same});
  }
  return picture;
}

ComparedCells compareCells(const space::CellDesign& first, const space::CellDesign& second) {
  const CellPicture a = cellPicture(first), b = cellPicture(second);
  ComparedCells compared{widgets::markDifferences(a, b), widgets::markDifferences(b, a)};
  compared.removed = markOwn(compared.first, a.nodes.size(), Difference::Removed);
  compared.added = markOwn(compared.second, b.nodes.size(), Difference::Added);
  return compared;
}

space::Place placeOf(const Moment& moment) {
  return {.name = moment.place.name,
          .channels = moment.place.channels,
          .frames = moment.place.frames,
          .height = moment.place.height,
          .width = moment.place.width};
}

QString cellText(const space::CellDesign& cell) {
  return QString::fromStdString(space::shortText(cell));
}

QString shortNumber(double value) {
  static constexpr std::array kPrefixes{"", "k", "M", "G", "T", "P"};
  std::size_t step = 0;
  while (std::abs(value) >= 999.5 && step + 1 < kPrefixes.size()) {
    value /= 1000;
    ++step;
  }
  const int decimals = step == 0 || std::abs(value) >= 99.5 ? 0 : std::abs(value) >= 9.95 ? 1 : 2;
  return u"%1 %2"_s.arg(QLocale().toString(value, 'f', decimals),
                        QString::fromLatin1(kPrefixes[step]));
}

QString parametersText(std::int64_t parameters) {
  return Text::tr("%1 parameters").arg(QLocale().toString(static_cast<qlonglong>(parameters)));
}

QString flopsText(std::int64_t flops) { return counted(static_cast<double>(flops), "FLOPs"); }

QString activationText(std::int64_t bytes) {
  return Text::tr("%1 activations")
      .arg(QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat));
}

QString marginText(double margin) {
  const QLocale locale;
  if (!std::isfinite(margin)) return u"∞"_s;
  return margin >= 0.001 || margin == 0 ? locale.toString(margin, 'f', 3)
                                        : locale.toString(margin, 'g', 2);
}

QString flipSentence(const space::Derivation& derivation, const space::SupergraphShape& shape) {
  const auto& flip = derivation.flip;
  const QString kept = QString::fromStdString(flip.kept);
  const QString dropped = QString::fromStdString(flip.dropped);
  const QString margin = marginText(derivation.margin);
  const int n = shape.nodesPerLevel();
  switch (flip.table) {
    case space::ChoiceTable::Sink:
      return Text::tr("Flips if the sink's weight of %1 falls by %2: %3 would take its place.")
          .arg(kept, margin, dropped);
    case space::ChoiceTable::Level:
      return Text::tr("Flips if the weight of %1 in %2 falls by %3: it would read %4 instead.")
          .arg(kept,
               QString::fromStdString(
                   space::nodeName(shape, static_cast<int>(flip.keptIndex) / n + n)),
               margin, dropped);
    case space::ChoiceTable::Activation:
      return Text::tr("Flips if the weight of %1 in %2 falls by %3: its activation would be %4.")
          .arg(kept,
               QString::fromStdString(
                   space::nodeName(shape, static_cast<int>(flip.keptIndex) / space::kActivations)),
               margin, dropped);
    case space::ChoiceTable::None:
      break;
  }
  return Text::tr("Nothing is dropped: no change of weights gives another cell.");
}

std::map<std::string, KnownScore> knownScores(const RunView& view) {
  std::map<std::string, KnownScore> scores;
  for (const auto& evaluation : *view.evaluations) {
    const auto& configuration = evaluation.info.configuration;
    const auto cell = configuration.find("cell");
    if (cell == configuration.end() || !cell->is_object()) continue;
    const auto design = space::cellFromJson(*cell, "cell");
    const auto point =
        std::find_if(evaluation.points.rbegin(), evaluation.points.rend(),
                     [](const run::PointRow& row) { return row.name == "select/top1"; });
    if (!design || point == evaluation.points.rend()) continue;
    const std::string id = space::architectureId(*design);
    const auto known = scores.find(id);
    if (known != scores.end() && known->second.select >= point->value) continue;
    scores[id] = {point->value, evaluation.info.parent
                                    ? QString::fromStdString(evaluation.info.parent->cell)
                                    : QString()};
  }
  return scores;
}

}  // namespace attelier::ui
