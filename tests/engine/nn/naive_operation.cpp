#include "tests/engine/nn/naive_operation.h"

#include <algorithm>
#include <cmath>

namespace attelier::nn::testing {

using space::Dimension;
using space::OperationType;

std::vector<double> toVector(const at::Tensor& t) {
  const at::Tensor d = t.detach().to(at::kDouble).contiguous();
  return {d.const_data_ptr<double>(), d.const_data_ptr<double>() + d.numel()};
}

namespace {

struct Matrix {
  std::vector<double> values;
  int64_t columns = 0;
  double operator()(int64_t r, int64_t c) const {
    return values[static_cast<size_t>(r * columns + c)];
  }
};

Matrix convolve(const std::vector<double>& in, int64_t inputs, const at::Tensor& weight,
                const at::Tensor& bias, int64_t first, int64_t count, int64_t& flops) {
  const std::vector<double> w = toVector(weight);
  const std::vector<double> b = toVector(bias);
  const int64_t rows = static_cast<int64_t>(in.size()) / inputs;
  Matrix out{std::vector<double>(static_cast<size_t>(rows * count)), count};
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t o = 0; o < count; ++o) {
      double sum = b[static_cast<size_t>(first + o)];
      for (int64_t i = 0; i < inputs; ++i) {
        sum += in[static_cast<size_t>(r * inputs + i)] *
               w[static_cast<size_t>((first + o) * inputs + i)];
        flops += 2;
      }
      out.values[static_cast<size_t>(r * count + o)] = sum;
    }
  }
  return out;
}

std::vector<double> activate(const std::vector<double>& logits, const std::array<double, 4>& c,
                             double others, double softmaxScale) {
  const double most = *std::max_element(logits.begin(), logits.end());
  double total = 0;
  for (const double l : logits) total += std::exp(l - most);
  std::vector<double> out;
  for (const double l : logits) {
    out.push_back(c[0] * l * others + c[1] * std::max(0.0, l) * others +
                  c[2] * std::exp(l - most) / total * softmaxScale +
                  c[3] / (1.0 + std::exp(-l)) * others);
  }
  return out;
}

}  // namespace

std::vector<std::vector<NaiveOperation::Position>> NaiveOperation::positions() const {
  std::vector<std::vector<Position>> result;
  const bool joint = settings.grouping == space::Grouping::Joint;
  const auto row = [&](int64_t b, int64_t t, int64_t p) {
    return (b * grid.frames + t) * grid.pixels() + p;
  };
  for (int64_t b = 0; b < grid.clips; ++b) {
    if (kind.dimension == Dimension::Spatiotemporal) {
      std::vector<Position> group;
      for (int64_t t = 0; t < grid.frames; ++t) {
        for (int64_t p = 0; p < grid.pixels(); ++p) group.push_back({{row(b, t, p)}});
      }
      result.push_back(group);
    } else if (kind.dimension == Dimension::Temporal) {
      for (int64_t g = 0; g < (joint ? 1 : grid.pixels()); ++g) {
        std::vector<Position> group;
        for (int64_t t = 0; t < grid.frames; ++t) {
          Position position;
          for (int64_t p = 0; p < grid.pixels(); ++p) {
            if (joint || p == g) position.rows.push_back(row(b, t, p));
          }
          group.push_back(position);
        }
        result.push_back(group);
      }
    } else {
      for (int64_t g = 0; g < (joint ? 1 : grid.frames); ++g) {
        std::vector<Position> group;
        for (int64_t p = 0; p < grid.pixels(); ++p) {
          Position position;
          for (int64_t t = 0; t < grid.frames; ++t) {
            if (joint || t == g) position.rows.push_back(row(b, t, p));
          }
          group.push_back(position);
        }
        result.push_back(group);
      }
    }
  }
  return result;
}

std::vector<double> NaiveOperation::run(const AttentionLevel& level, int node,
                                        const std::vector<double>& in) {
  flops = 0;
  attention.clear();
  const int64_t c = channels;
  const int64_t r = settings.keyChannels(channels);
  const int64_t v = settings.valueChannels(channels);
  std::vector<double> out(in.size());
  if (kind.type == OperationType::MapBased) {
    const at::Tensor w = level.mapWeight[node];
    const at::Tensor b = level.mapBias[node];
    const Matrix gate = convolve(in, c, w, b, 0, r, flops);
    const Matrix value = convolve(in, c, w, b, r, c, flops);
    const std::vector<double> score = toVector(level.scoreWeight[node]);
    const double bias = level.scoreBias[node].item<double>();
    for (const std::vector<Position>& group : positions()) {
      std::vector<double> logits;
      for (const Position& position : group) {
        double logit = bias;
        for (int64_t i = 0; i < r; ++i) {
          double pooled = 0;
          for (const int64_t row : position.rows) {
            pooled += std::max(0.0, gate(row, i));
            if (position.rows.size() > 1) flops += 1;
          }
          logit +=
              score[static_cast<size_t>(i)] * pooled / static_cast<double>(position.rows.size());
          flops += 2;
        }
        logits.push_back(logit);
      }
      const std::vector<double> a =
          activate(logits, activation, 1.0, static_cast<double>(logits.size()));
      attention.insert(attention.end(), a.begin(), a.end());
      for (size_t n = 0; n < group.size(); ++n) {
        for (const int64_t row : group[n].rows) {
          for (int64_t i = 0; i < c; ++i) {
            out[static_cast<size_t>(row * c + i)] = a[n] * value(row, i);
            flops += 1;
          }
        }
      }
    }
    return out;
  }

  const int dot = node - level.mapNodes();
  const at::Tensor w = level.dotWeight[dot];
  const at::Tensor b = level.dotBias[dot];
  const Matrix q = convolve(in, c, w, b, 0, r, flops);
  const Matrix k = convolve(in, c, w, b, r, r, flops);
  const Matrix value = convolve(in, c, w, b, 2 * r, v, flops);
  std::vector<double> attended(static_cast<size_t>(grid.rows() * v));
  for (const std::vector<Position>& group : positions()) {
    const double keys = static_cast<double>(group.size());
    const double features = static_cast<double>(group[0].rows.size()) * static_cast<double>(r);
    for (const Position& query : group) {
      std::vector<double> logits;
      for (const Position& key : group) {
        double dotProduct = 0;
        double qq = 0;
        double kk = 0;
        for (size_t s = 0; s < query.rows.size(); ++s) {
          for (int64_t i = 0; i < r; ++i) {
            const double x = q(query.rows[s], i);
            const double y = k(key.rows[s], i);
            dotProduct += x * y;
            qq += x * x;
            kk += y * y;
            flops += 2;
          }
        }
        if (settings.scale == space::AttentionScale::Cosine) {
          logits.push_back(dotProduct / std::sqrt(qq * kk) *
                           std::exp(level.logTemperature[dot].item<double>()));
        } else {
          logits.push_back(dotProduct / std::sqrt(features));
        }
      }
      const std::vector<double> a =
          activate(logits, activation, settings.normByN ? 1.0 / keys : 1.0, 1.0);
      attention.insert(attention.end(), a.begin(), a.end());
      for (size_t m = 0; m < group.size(); ++m) {
        for (size_t s = 0; s < query.rows.size(); ++s) {
          for (int64_t i = 0; i < v; ++i) {
            attended[static_cast<size_t>(query.rows[s] * v + i)] +=
                a[m] * value(group[m].rows[s], i);
            flops += 2;
          }
        }
      }
    }
  }
  return convolve(attended, v, level.restoreWeight[dot], level.restoreBias[dot], 0, c, flops)
      .values;
}

}  // namespace attelier::nn::testing
