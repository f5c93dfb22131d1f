#include "engine/nn/row_kernels.h"

#include <algorithm>
#include <cstring>
#include <vector>

// One body for float and double; GCC makes a clone for each instruction set and binds the best one.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define ATTELIER_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ATTELIER_CLONES
#endif
#define ATTELIER_INLINE inline __attribute__((always_inline))

namespace attelier::nn::kernels {
namespace {

// Rows summed in the element type before they are added to a double: short enough for float.
constexpr int64_t kBlockRows = 64;

template <typename T>
ATTELIER_INLINE void columnMomentsBody(const T* __restrict x, int64_t rows, int64_t width,
                                       double* __restrict mean, double* __restrict m2) {
  std::vector<T> scratch(static_cast<size_t>(2 * width));
  T* __restrict blockMean = scratch.data();
  T* __restrict blockM2 = blockMean + width;
  std::fill(mean, mean + width, 0.0);
  std::fill(m2, m2 + width, 0.0);
  for (int64_t first = 0; first < rows; first += kBlockRows) {
    const int64_t count = std::min(kBlockRows, rows - first);
    const T* __restrict block = x + first * width;
    for (int64_t c = 0; c < width; ++c) {
      blockMean[c] = 0;
      blockM2[c] = 0;
    }
    for (int64_t r = 0; r < count; ++r) {
      const T* __restrict row = block + r * width;
      for (int64_t c = 0; c < width; ++c) blockMean[c] += row[c];
    }
    const T inverse = T(1) / static_cast<T>(count);
    for (int64_t c = 0; c < width; ++c) blockMean[c] *= inverse;
    for (int64_t r = 0; r < count; ++r) {
      const T* __restrict row = block + r * width;
      for (int64_t c = 0; c < width; ++c) {
        const T d = row[c] - blockMean[c];
        blockM2[c] += d * d;
      }
    }
    // Chan, Golub, LeVeque 1983: merge (count, mean, M2) of the block into those before it.
    const double total = static_cast<double>(first + count);
    const double share = static_cast<double>(count) / total;
    const double cross = static_cast<double>(first) * share;
    for (int64_t c = 0; c < width; ++c) {
      const double delta = static_cast<double>(blockMean[c]) - mean[c];
      mean[c] += delta * share;
      m2[c] += static_cast<double>(blockM2[c]) + delta * delta * cross;
    }
  }
}

template <typename T>
ATTELIER_INLINE void scaleRowsBody(const T* __restrict x, const T* __restrict residual,
                                   const T* __restrict scale, const T* __restrict shift, bool relu,
                                   T* __restrict y, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* __restrict in = x + r * width;
    T* __restrict out = y + r * width;
    if (residual != nullptr) {
      const T* __restrict add = residual + r * width;
      for (int64_t c = 0; c < width; ++c) out[c] = add[c] + (in[c] * scale[c] + shift[c]);
    } else if (relu) {
      for (int64_t c = 0; c < width; ++c) {
        const T value = in[c] * scale[c] + shift[c];
        out[c] = value > T(0) ? value : T(0);
      }
    } else {
      for (int64_t c = 0; c < width; ++c) out[c] = in[c] * scale[c] + shift[c];
    }
  }
}

template <typename T>
ATTELIER_INLINE void gradientSumsBody(const T* __restrict dy, const T* __restrict x,
                                      const T* __restrict y, const T* __restrict mean,
                                      double* __restrict sum, double* __restrict sumCentred,
                                      int64_t rows, int64_t width) {
  std::vector<T> scratch(static_cast<size_t>(2 * width));
  T* __restrict blockSum = scratch.data();
  T* __restrict blockCentred = blockSum + width;
  std::fill(sum, sum + width, 0.0);
  std::fill(sumCentred, sumCentred + width, 0.0);
  for (int64_t first = 0; first < rows; first += kBlockRows) {
    const int64_t last = std::min(first + kBlockRows, rows);
    for (int64_t c = 0; c < width; ++c) {
      blockSum[c] = 0;
      blockCentred[c] = 0;
    }
    for (int64_t r = first; r < last; ++r) {
      const T* __restrict d = dy + r * width;
      const T* __restrict in = x + r * width;
      if (y != nullptr) {
        const T* __restrict out = y + r * width;
        for (int64_t c = 0; c < width; ++c) {
          const T g = out[c] > T(0) ? d[c] : T(0);
          blockSum[c] += g;
          blockCentred[c] += g * (in[c] - mean[c]);
        }
      } else {
        for (int64_t c = 0; c < width; ++c) {
          blockSum[c] += d[c];
          blockCentred[c] += d[c] * (in[c] - mean[c]);
        }
      }
    }
    for (int64_t c = 0; c < width; ++c) {
      sum[c] += static_cast<double>(blockSum[c]);
      sumCentred[c] += static_cast<double>(blockCentred[c]);
    }
  }
}

template <typename T>
ATTELIER_INLINE void gradientRowsBody(const T* __restrict dy, const T* __restrict x,
                                      const T* __restrict y, const T* __restrict a,
                                      const T* __restrict b, const T* __restrict c,
                                      const T* __restrict mean, T* __restrict dx, int64_t rows,
                                      int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* __restrict d = dy + r * width;
    const T* __restrict in = x + r * width;
    T* __restrict out = dx + r * width;
    if (y != nullptr) {
      const T* __restrict kept = y + r * width;
      for (int64_t i = 0; i < width; ++i) {
        const T g = kept[i] > T(0) ? d[i] : T(0);
        out[i] = a[i] * g + (b[i] * (in[i] - mean[i]) + c[i]);
      }
    } else {
      for (int64_t i = 0; i < width; ++i) {
        out[i] = a[i] * d[i] + (b[i] * (in[i] - mean[i]) + c[i]);
      }
    }
  }
}

// Sums of a row in eight fixed lanes, so that the compiler may use vectors without reordering.
constexpr int64_t kLanes = 16;

template <typename T>
ATTELIER_INLINE T laneTotal(const T* lanes) {
  T total = 0;
  for (int64_t i = 0; i < kLanes; ++i) total += lanes[i];
  return total;
}

template <typename T>
ATTELIER_INLINE void gateScoresBody(const T* __restrict p, int64_t stride,
                                    const T* __restrict weight, int64_t gates, T* __restrict score,
                                    int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* __restrict row = p + r * stride;
    T lanes[kLanes] = {};
    int64_t c = 0;
    for (; c + kLanes <= gates; c += kLanes) {
      for (int64_t i = 0; i < kLanes; ++i) {
        lanes[i] += weight[c + i] * (row[c + i] > T(0) ? row[c + i] : T(0));
      }
    }
    for (int64_t i = 0; c + i < gates; ++i) {
      lanes[i] += weight[c + i] * (row[c + i] > T(0) ? row[c + i] : T(0));
    }
    score[r] = laneTotal(lanes);
  }
}

template <typename T>
ATTELIER_INLINE void gateRowsBody(const T* __restrict v, int64_t stride, const T* __restrict gate,
                                  T* __restrict u, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* __restrict row = v + r * stride;
    T* __restrict out = u + r * width;
    const T g = gate[r];
    for (int64_t c = 0; c < width; ++c) out[c] = g * row[c];
  }
}

template <typename T>
ATTELIER_INLINE void gateRowsGradientBody(const T* __restrict du, const T* __restrict v,
                                          int64_t stride, const T* __restrict gate,
                                          T* __restrict dv, int64_t gradientStride,
                                          T* __restrict dgate, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* __restrict d = du + r * width;
    const T* __restrict row = v + r * stride;
    T* __restrict out = dv + r * gradientStride;
    const T g = gate[r];
    T lanes[kLanes] = {};
    int64_t c = 0;
    for (; c + kLanes <= width; c += kLanes) {
      for (int64_t i = 0; i < kLanes; ++i) {
        lanes[i] += d[c + i] * row[c + i];
        out[c + i] = g * d[c + i];
      }
    }
    for (int64_t i = 0; c + i < width; ++i) {
      lanes[i] += d[c + i] * row[c + i];
      out[c + i] = g * d[c + i];
    }
    dgate[r] = laneTotal(lanes);
  }
}

template <typename T>
ATTELIER_INLINE void gateScoresGradientBody(const T* __restrict p, int64_t stride,
                                            const T* __restrict weight, const T* __restrict dscore,
                                            T* __restrict dp, int64_t gradientStride,
                                            double* __restrict dweight, int64_t rows,
                                            int64_t gates) {
  std::vector<T> scratch(static_cast<size_t>(gates));
  T* __restrict block = scratch.data();
  for (int64_t first = 0; first < rows; first += kBlockRows) {
    const int64_t last = std::min(first + kBlockRows, rows);
    for (int64_t c = 0; c < gates; ++c) block[c] = 0;
    for (int64_t r = first; r < last; ++r) {
      const T* __restrict row = p + r * stride;
      T* __restrict out = dp + r * gradientStride;
      const T d = dscore[r];
      for (int64_t c = 0; c < gates; ++c) {
        const bool on = row[c] > T(0);
        out[c] = on ? d * weight[c] : T(0);
        block[c] += on ? d * row[c] : T(0);
      }
    }
    for (int64_t c = 0; c < gates; ++c) dweight[c] += static_cast<double>(block[c]);
  }
}

template <typename T>
ATTELIER_INLINE void swapRowsBody(const T* __restrict from, int64_t fromStride, T* __restrict to,
                                  int64_t toStride, int64_t outer, int64_t countA, int64_t countB,
                                  int64_t width) {
  for (int64_t o = 0; o < outer; ++o) {
    const T* __restrict source = from + o * countA * countB * fromStride;
    T* __restrict target = to + o * countA * countB * toStride;
    for (int64_t a = 0; a < countA; ++a) {
      for (int64_t b = 0; b < countB; ++b) {
        const T* __restrict in = source + (b * countA + a) * fromStride;
        T* __restrict out = target + (a * countB + b) * toStride;
        for (int64_t c = 0; c < width; ++c) out[c] = in[c];
      }
    }
  }
}

}  // namespace

#define ATTELIER_KERNELS(T)                                                                      \
  ATTELIER_CLONES void columnMoments(const T* x, int64_t rows, int64_t width, double* mean,      \
                                     double* m2) {                                               \
    columnMomentsBody(x, rows, width, mean, m2);                                                 \
  }                                                                                              \
  ATTELIER_CLONES void scaleRows(const T* x, const T* residual, const T* scale, const T* shift,  \
                                 bool relu, T* y, int64_t rows, int64_t width) {                 \
    scaleRowsBody(x, residual, scale, shift, relu, y, rows, width);                              \
  }                                                                                              \
  ATTELIER_CLONES void gradientSums(const T* dy, const T* x, const T* y, const T* mean,          \
                                    double* sum, double* sumCentred, int64_t rows,               \
                                    int64_t width) {                                             \
    gradientSumsBody(dy, x, y, mean, sum, sumCentred, rows, width);                              \
  }                                                                                              \
  ATTELIER_CLONES void gradientRows(const T* dy, const T* x, const T* y, const T* a, const T* b, \
                                    const T* c, const T* mean, T* dx, int64_t rows,              \
                                    int64_t width) {                                             \
    gradientRowsBody(dy, x, y, a, b, c, mean, dx, rows, width);                                  \
  }                                                                                              \
  ATTELIER_CLONES void gateScores(const T* p, int64_t stride, const T* weight, int64_t gates,    \
                                  T* score, int64_t rows) {                                      \
    gateScoresBody(p, stride, weight, gates, score, rows);                                       \
  }                                                                                              \
  ATTELIER_CLONES void gateRows(const T* v, int64_t stride, const T* gate, T* u, int64_t rows,   \
                                int64_t width) {                                                 \
    gateRowsBody(v, stride, gate, u, rows, width);                                               \
  }                                                                                              \
  ATTELIER_CLONES void gateRowsGradient(const T* du, const T* v, int64_t stride, const T* gate,  \
                                        T* dv, int64_t gradientStride, T* dgate, int64_t rows,   \
                                        int64_t width) {                                         \
    gateRowsGradientBody(du, v, stride, gate, dv, gradientStride, dgate, rows, width);           \
  }                                                                                              \
  ATTELIER_CLONES void gateScoresGradient(const T* p, int64_t stride, const T* weight,           \
                                          const T* dscore, T* dp, int64_t gradientStride,        \
                                          double* dweight, int64_t rows, int64_t gates) {        \
    gateScoresGradientBody(p, stride, weight, dscore, dp, gradientStride, dweight, rows, gates); \
  }                                                                                              \
  ATTELIER_CLONES void swapRows(const T* from, int64_t fromStride, T* to, int64_t toStride,      \
                                int64_t outer, int64_t countA, int64_t countB, int64_t width) {  \
    swapRowsBody(from, fromStride, to, toStride, outer, countA, countB, width);                  \
  }

ATTELIER_KERNELS(float)
ATTELIER_KERNELS(double)

}  // namespace attelier::nn::kernels
