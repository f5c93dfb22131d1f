#include "engine/space/random_cell.h"

#include "engine/base/random.h"

#include <set>

namespace attelier::space {
namespace {

constexpr int kDraws = 10'000;
constexpr int kDrawsPerCell = 1'000;

// Streams of a seed, so that one cell's draws do not shift another's.
enum : std::uint64_t { kWeightStream = 0x77656967, kCellStream = 0x63656c6c };

std::string howMany(std::optional<int> operations) {
  return operations ? " with " + std::to_string(*operations) + " operations" : std::string();
}

}  // namespace

ConnectionWeights randomWeights(const SupergraphShape& shape, bool mixActivations,
                                std::uint64_t seed) {
  ConnectionWeights weights = ConnectionWeights::uniform(shape, mixActivations);
  Random random(seed, kWeightStream);
  for (auto* table : {&weights.levelLogits, &weights.sinkLogits, &weights.activationLogits}) {
    for (float& logit : *table) logit = static_cast<float>(random.normal());
  }
  return weights;
}

Result<Derivation> randomCell(const SupergraphShape& shape, const DerivationOptions& options,
                              std::optional<int> operations, std::uint64_t seed,
                              const OperationSettings& settings, bool mixActivations) {
  Random seeds(seed, kCellStream);
  for (int draw = 0; draw < kDraws; ++draw) {
    ATTELIER_ASSIGN(Derivation derived,
                    derive(randomWeights(shape, mixActivations, seeds()), options, settings));
    if (!operations || static_cast<int>(derived.cell.nodes.size()) == *operations) return derived;
  }
  return fail(ErrorCode::NotFound, "no cell" + howMany(operations) + " came up in " +
                                       std::to_string(kDraws) +
                                       " draws; ask for another number of operations");
}

Result<std::vector<CellDesign>> randomCells(const SupergraphShape& shape,
                                            const DerivationOptions& options,
                                            std::optional<int> operations, int count,
                                            std::uint64_t seed, const OperationSettings& settings,
                                            bool mixActivations, const CellDesign* excluded) {
  expects(count >= 0, "a count of cells is not negative");
  Random seeds(seed, kCellStream);
  std::vector<CellDesign> cells;
  std::set<std::string> seen;
  if (excluded != nullptr) seen.insert(architectureId(*excluded));
  const int draws = kDraws + kDrawsPerCell * count;
  for (int draw = 0; draw < draws && static_cast<int>(cells.size()) < count; ++draw) {
    ATTELIER_ASSIGN(Derivation derived,
                    derive(randomWeights(shape, mixActivations, seeds()), options, settings));
    if (operations && static_cast<int>(derived.cell.nodes.size()) != *operations) continue;
    if (seen.insert(architectureId(derived.cell)).second) cells.push_back(std::move(derived.cell));
  }
  if (static_cast<int>(cells.size()) < count) {
    return fail(ErrorCode::NotFound,
                "only " + std::to_string(cells.size()) + " different random cells" +
                    howMany(operations) + " came up, " + std::to_string(count) +
                    " were asked for; ask for fewer or for another number of operations");
  }
  return cells;
}

}  // namespace attelier::space
