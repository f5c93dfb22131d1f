#include "engine/nn/insertion.h"

#include <cmath>

namespace attelier::nn {

double PlaceCapture::contribution() const {
  if (!squares.defined()) return 0.0;
  const double added = squares[0].item<double>();
  const double input = squares[1].item<double>();
  return input > 0.0 ? std::sqrt(added / input) : 0.0;
}

at::Tensor toTokens(const at::Tensor& x, TokenGrid& grid) {
  grid = {x.size(0), x.size(2), x.size(3), x.size(4)};
  return x.permute({0, 2, 3, 4, 1}).contiguous().view({grid.rows(), x.size(1)});
}

at::Tensor fromTokens(const at::Tensor& tokens, const TokenGrid& grid) {
  return tokens.view({grid.clips, grid.frames, grid.height, grid.width, tokens.size(1)})
      .permute({0, 4, 1, 2, 3});
}

at::Tensor Insertion::combine(const at::Tensor& sum, const at::Tensor& tokens, BatchNorm& norm,
                              bool residual) {
  const at::Tensor z = norm.forward(sum, false, residual ? tokens : at::Tensor());
  if (request_.contribution) {
    at::NoGradGuard guard;
    const at::Tensor added = residual ? z - tokens : z;
    capture_.squares = at::stack({added.pow(2).sum(at::kDouble), tokens.pow(2).sum(at::kDouble)});
  }
  return z;
}

}  // namespace attelier::nn
