#pragma once

#include "engine/nn/attention_level.h"
#include "engine/nn/token_grid.h"
#include "engine/space/operation_settings.h"

#include <array>
#include <cstdint>
#include <vector>

namespace attelier::nn::testing {

/// One attention operation by its definition: loops over positions, in double, counting what it
/// multiplies and adds. Nothing is shared with engine/nn but the layout of the parameters.
struct NaiveOperation {
  space::OperationKind kind;
  std::array<double, 4> activation{};  ///< weights of none, relu, softmax, sigmoid
  space::OperationSettings settings;
  TokenGrid grid;
  int channels = 0;

  /// Output of node `node` of a level without node norm, for input rows [M, C].
  std::vector<double> run(const AttentionLevel& level, int node, const std::vector<double>& in);

  std::vector<double> attention;  ///< of the last run: dot [B, G, N, M], map [B, G, N]
  int64_t flops = 0;              ///< of the last run, 2 a multiply-add

 private:
  struct Position {
    std::vector<int64_t> rows;  ///< its tokens
  };
  std::vector<std::vector<Position>> positions() const;  ///< for each clip and group
};

std::vector<double> toVector(const at::Tensor& t);

}  // namespace attelier::nn::testing
