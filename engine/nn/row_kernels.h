#pragma once

#include <cstdint>

/// Loops over rows of contiguous channels, without LibTorch. Each picks the instruction set of the
/// processor when the program starts. Rows may be folded by the caller: `width` is then a multiple
/// of the channels and coefficients are repeated.
/// Threads: each call runs in its caller.
namespace attelier::nn::kernels {

/// Mean and sum of squared deviations of each column of x [rows, width].
void columnMoments(const float* x, int64_t rows, int64_t width, double* mean, double* m2);
void columnMoments(const double* x, int64_t rows, int64_t width, double* mean, double* m2);

/// y = scale * x + shift (+ residual where not null), max(0, .) if asked.
void scaleRows(const float* x, const float* residual, const float* scale, const float* shift,
               bool relu, float* y, int64_t rows, int64_t width);
void scaleRows(const double* x, const double* residual, const double* scale, const double* shift,
               bool relu, double* y, int64_t rows, int64_t width);

/// Column sums of dy and of dy * (x - mean); where `y` is not null, only rows with y > 0 count.
void gradientSums(const float* dy, const float* x, const float* y, const float* mean, double* sum,
                  double* sumCentred, int64_t rows, int64_t width);
void gradientSums(const double* dy, const double* x, const double* y, const double* mean,
                  double* sum, double* sumCentred, int64_t rows, int64_t width);

/// dx = a * dy + b * (x - mean) + c; where `y` is not null, dy counts only where y > 0.
void gradientRows(const float* dy, const float* x, const float* y, const float* a, const float* b,
                  const float* c, const float* mean, float* dx, int64_t rows, int64_t width);
void gradientRows(const double* dy, const double* x, const double* y, const double* a,
                  const double* b, const double* c, const double* mean, double* dx, int64_t rows,
                  int64_t width);

/// score[row] = sum_c weight[c] * max(0, p[row, c]) for the first `gates` columns of p.
void gateScores(const float* p, int64_t stride, const float* weight, int64_t gates, float* score,
                int64_t rows);
void gateScores(const double* p, int64_t stride, const double* weight, int64_t gates, double* score,
                int64_t rows);

/// u[row, :] = gate[row] * v[row, :].
void gateRows(const float* v, int64_t stride, const float* gate, float* u, int64_t rows,
              int64_t width);
void gateRows(const double* v, int64_t stride, const double* gate, double* u, int64_t rows,
              int64_t width);

/// dv[row, :] = gate[row] * du[row, :] and dgate[row] = du[row, :] . v[row, :].
void gateRowsGradient(const float* du, const float* v, int64_t stride, const float* gate, float* dv,
                      int64_t gradientStride, float* dgate, int64_t rows, int64_t width);
void gateRowsGradient(const double* du, const double* v, int64_t stride, const double* gate,
                      double* dv, int64_t gradientStride, double* dgate, int64_t rows,
                      int64_t width);

/// dp[row, c] = dscore[row] * weight[c] where p > 0, else 0; dweight[c] += dscore[row] * max(0, p).
void gateScoresGradient(const float* p, int64_t stride, const float* weight, const float* dscore,
                        float* dp, int64_t gradientStride, double* dweight, int64_t rows,
                        int64_t gates);
void gateScoresGradient(const double* p, int64_t stride, const double* weight, const double* dscore,
                        double* dp, int64_t gradientStride, double* dweight, int64_t rows,
                        int64_t gates);

/// Copies rows of `width` numbers in the order (outer, b, a) to rows in the order (outer, a, b).
void swapRows(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t outer,
              int64_t countA, int64_t countB, int64_t width);
void swapRows(const double* from, int64_t fromStride, double* to, int64_t toStride, int64_t outer,
              int64_t countA, int64_t countB, int64_t width);

}  // namespace attelier::nn::kernels
