#pragma once

#include "engine/space/derivation.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace attelier::space {

/// Independent standard normal logits for every connection; equal on every platform for a seed.
ConnectionWeights randomWeights(const SupergraphShape& shape, bool mixActivations,
                                std::uint64_t seed);

/// A control cell: the same derivation on independent random logits.
///
/// With `operations`, drawn again (up to 10,000 times) until the cell has that many operations.
/// Errors: NotFound when no draw has that many, and those of `derive`.
Result<Derivation> randomCell(const SupergraphShape& shape, const DerivationOptions& options,
                              std::optional<int> operations, std::uint64_t seed,
                              const OperationSettings& settings = {}, bool mixActivations = false);

/// Distinct control cells (`sameArchitecture`), in the order drawn.
///
/// `excluded` is a cell that must not be among them (the one under test).
/// Errors: NotFound, saying how many there are, when `count` distinct ones were not found in
/// 10,000 + 1,000 * count draws.
Result<std::vector<CellDesign>> randomCells(
    const SupergraphShape& shape, const DerivationOptions& options, std::optional<int> operations,
    int count, std::uint64_t seed, const OperationSettings& settings = {},
    bool mixActivations = false, const CellDesign* excluded = nullptr);

}  // namespace attelier::space
