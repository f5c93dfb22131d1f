#include "engine/space/attention_query.h"

#include "engine/base/random.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>

namespace attelier::space {
namespace {

using testing::HasSubstr;

// A clip's q and k of one node on a grid of frames x height x width, and A by nested loops over
// positions, written for each case anew from papers.md 1.2.
struct Case {
  AttentionRecord record;
  std::vector<double> full;  // A between every two positions that the node tells apart
};

constexpr std::int64_t kFrames = 3, kHeight = 2, kWidth = 4, kFeatures = 5;

AttentionGrid gridOf(Dimension dimension) {
  switch (dimension) {
    case Dimension::Temporal:
      return {kFrames, 1, 1};
    case Dimension::Spatial:
      return {1, kHeight, kWidth};
    case Dimension::Spatiotemporal:
      break;
  }
  return {kFrames, kHeight, kWidth};
}

std::int64_t count(const AttentionGrid& grid) { return grid[0] * grid[1] * grid[2]; }

Case randomCase(Dimension dimension, bool batched, AttentionGrid keyGrid,
                const std::array<double, 4>& activation, std::uint64_t seed) {
  Random random(seed);
  Case result;
  AttentionRecord& r = result.record;
  r.kind = {OperationType::DotProduct, dimension};
  r.payload = AttentionPayload::QueryKey;
  r.queryGrid = gridOf(dimension);
  r.keyGrid = keyGrid;
  if (batched && dimension == Dimension::Spatial) r.groupGrid = {kFrames, 1, 1};
  if (batched && dimension == Dimension::Temporal) r.groupGrid = {1, kHeight, kWidth};
  r.features = kFeatures;
  r.scale = 0.7;
  r.activationWeights = activation;
  const std::int64_t groups = count(r.groupGrid), n = count(r.queryGrid), m = count(r.keyGrid);
  for (std::int64_t i = 0; i < groups * n * kFeatures; ++i) {
    r.queries.push_back(static_cast<float>(random.normal()));
  }
  for (std::int64_t i = 0; i < groups * m * kFeatures; ++i) {
    r.keys.push_back(static_cast<float>(random.normal()));
  }
  for (std::int64_t g = 0; g < groups; ++g) {
    for (std::int64_t i = 0; i < n; ++i) {
      std::vector<double> logits;
      double sum = 0;
      for (std::int64_t j = 0; j < m; ++j) {
        double logit = 0;
        for (std::int64_t c = 0; c < kFeatures; ++c) {
          logit += double{r.queries[static_cast<std::size_t>((g * n + i) * kFeatures + c)]} *
                   r.keys[static_cast<std::size_t>((g * m + j) * kFeatures + c)];
        }
        logits.push_back(0.7 * logit);
        sum += std::exp(logits.back());
      }
      if (activation[2] != 0) r.normaliser.push_back(static_cast<float>(std::log(sum)));
      for (const double l : logits) {
        result.full.push_back((activation[0] * l + activation[1] * (l > 0 ? l : 0) +
                               activation[3] / (1 + std::exp(-l))) /
                                  static_cast<double>(m) +
                              activation[2] * std::exp(l) / sum);
      }
    }
  }
  return result;
}

// Value of a map at a full position, where grids of groups and inside a group are multiplied out.
double at(const AttentionMap& map, std::int64_t t, std::int64_t y, std::int64_t x) {
  return map.values[static_cast<std::size_t>((t * map.grid[1] + y) * map.grid[2] + x)];
}

void expectAnswers(const Case& test, double tolerance, const AttentionRecord& record) {
  const AttentionRecord& r = test.record;
  const std::int64_t n = count(r.queryGrid), m = count(r.keyGrid);
  const auto drawn = attentionMap(record);
  for (std::int64_t g = 0; g < count(r.groupGrid); ++g) {
    const std::int64_t gt = g / (r.groupGrid[1] * r.groupGrid[2]);
    const std::int64_t gy = g / r.groupGrid[2] % r.groupGrid[1], gx = g % r.groupGrid[2];
    for (std::int64_t j = 0; j < m; ++j) {
      const std::int64_t kt = gt + j / (r.keyGrid[1] * r.keyGrid[2]);
      const std::int64_t ky = gy + j / r.keyGrid[2] % r.keyGrid[1], kx = gx + j % r.keyGrid[2];
      double received = 0;
      const auto column = attentionToKey(record, {kt, ky, kx}).value();
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t qt = gt + i / (r.queryGrid[1] * r.queryGrid[2]);
        const std::int64_t qy = gy + i / r.queryGrid[2] % r.queryGrid[1];
        const std::int64_t qx = gx + i % r.queryGrid[2];
        const double expected = test.full[static_cast<std::size_t>((g * n + i) * m + j)];
        const auto row = attentionOfQuery(record, {qt, qy, qx}).value();
        ASSERT_NEAR(at(row, kt, ky, kx), expected, tolerance);
        ASSERT_NEAR(at(column, qt, qy, qx), expected, tolerance);
        received += expected / static_cast<double>(n);
      }
      ASSERT_NEAR(at(drawn, kt, ky, kx), received, tolerance);
    }
  }
}

const std::vector<std::array<double, 4>> kActivationWeights{oneHot(Activation::None),
                                                            oneHot(Activation::Relu),
                                                            oneHot(Activation::Softmax),
                                                            oneHot(Activation::Sigmoid),
                                                            {0.1, 0.2, 0.3, 0.4}};

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(AttentionQuery, AnswersEqualNestedLoopsForEveryKindOfNode) {
  std::uint64_t seed = 0;
  for (const auto dimension :
       {Dimension::Spatial, Dimension::Temporal, Dimension::Spatiotemporal}) {
    for (const bool batched : {false, true}) {
      for (const auto& activation : kActivationWeights) {
        const auto test = randomCase(dimension, batched, gridOf(dimension), activation, ++seed);
        expectAnswers(test, 1e-6, test.record);
        const auto bytes = encodeAttention(test.record);
        ASSERT_TRUE(bytes) << describe(bytes.error());
        const auto back = decodeAttention(bytesOf(*bytes));
        ASSERT_TRUE(back) << describe(back.error());
        expectAnswers(test, 0.02, *back);  // q and k as halves
      }
    }
  }
}

TEST(AttentionQuery, PooledKeysAnswerOnTheirOwnGrid) {
  const auto test =
      randomCase(Dimension::Spatiotemporal, false, {kFrames, 1, 2}, oneHot(Activation::Softmax), 3);
  expectAnswers(test, 1e-6, test.record);
  EXPECT_EQ(attentionOfQuery(test.record, {0, 1, 3})->grid, (AttentionGrid{kFrames, 1, 2}));
  EXPECT_EQ(attentionToKey(test.record, {2, 0, 1})->grid, gridOf(Dimension::Spatiotemporal));
}

TEST(AttentionQuery, AMatrixAnswersAsItsQueriesAndKeys) {
  const auto test =
      randomCase(Dimension::Spatial, true, gridOf(Dimension::Spatial), {0.1, 0.2, 0.3, 0.4}, 9);
  AttentionRecord matrix = test.record;
  matrix.payload = AttentionPayload::Matrix;
  matrix.queries.clear();
  matrix.keys.clear();
  matrix.normaliser.clear();
  matrix.matrix.assign(test.full.begin(), test.full.end());
  expectAnswers(test, 1e-6, matrix);
  const auto back = decodeAttention(bytesOf(encodeAttention(matrix).value()));
  ASSERT_TRUE(back) << describe(back.error());
  expectAnswers(test, 1e-3, *back);
}

TEST(AttentionQuery, TinyAndLargeValuesKeepTheirPrecision) {
  AttentionRecord record;
  record.kind = {OperationType::MapBased, Dimension::Spatiotemporal};
  record.queryGrid = record.keyGrid = {2, 2, 1};
  for (const float size : {1e-9F, 1e-4F, 1.0F, 1e7F}) {
    record.map = {1.0F * size, 0.7F * size, 0.11F * size, -0.3F * size};
    const auto back = decodeAttention(bytesOf(encodeAttention(record).value())).value();
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(back.map[i], record.map[i], std::abs(record.map[i]) * 0x1p-11) << size;
    }
  }
}

TEST(AttentionQuery, AMapBasedNodeHasAMapAndNoQueries) {
  AttentionRecord record;
  record.kind = {OperationType::MapBased, Dimension::Spatial};
  record.groupGrid = {2, 1, 1};
  record.queryGrid = record.keyGrid = {1, 1, 3};
  record.map = {0, 1, 2, 3, 4, 5};
  const auto map = attentionMap(decodeAttention(bytesOf(encodeAttention(record).value())).value());
  EXPECT_EQ(map.grid, (AttentionGrid{2, 1, 3}));
  EXPECT_THAT(map.values, testing::ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(attentionOfQuery(record, {}).error().code, ErrorCode::Unsupported);
}

TEST(AttentionQuery, PointsOutsideAreRefusedAndUnseenAxesIgnored) {
  const auto test = randomCase(Dimension::Temporal, false, gridOf(Dimension::Temporal),
                               oneHot(Activation::Softmax), 4);
  EXPECT_TRUE(attentionOfQuery(test.record, {2, 99, 99}));
  EXPECT_THAT(attentionOfQuery(test.record, {3, 0, 0}).error().message,
              HasSubstr("frame is 3; it must be 0 to 2"));
  EXPECT_FALSE(attentionToKey(test.record, {-1, 0, 0}));
}

TEST(AttentionRecord, BeyondTheAllowanceTheMeanMapRemains) {
  auto test = randomCase(Dimension::Spatiotemporal, false, gridOf(Dimension::Spatiotemporal),
                         oneHot(Activation::Softmax), 5);
  // Many features make the record large while its map stays small.
  test.record.features = 2000;
  test.record.queries.assign(24 * 2000, 0.01F);
  test.record.keys.assign(24 * 2000, 0.01F);
  test.record.normaliser.assign(24, static_cast<float>(0.7 * 0.2 + std::log(24)));
  const auto whole = encodeAttention(test.record).value();
  EXPECT_GT(whole.size(), 190'000U);
  const auto small = encodeAttention(test.record, 30'000).value();
  EXPECT_LT(small.size(), 2'000U);
  const auto record = decodeAttention(bytesOf(small)).value();
  EXPECT_EQ(record.payload, AttentionPayload::Map);
  for (const float value : attentionMap(record).values) EXPECT_NEAR(value, 1.0 / 24, 1e-4);
  EXPECT_THAT(attentionOfQuery(record, {}).error().message, HasSubstr("ask the engine"));
  EXPECT_FALSE(encodeAttention(test.record, 100));
}

TEST(AttentionRecord, InconsistentRecordsAreNotWritten) {
  const auto good = randomCase(Dimension::Spatial, false, gridOf(Dimension::Spatial),
                               oneHot(Activation::Softmax), 6)
                        .record;
  AttentionRecord record = good;
  record.queries.pop_back();
  EXPECT_FALSE(encodeAttention(record));
  record = good;
  record.keys[0] = std::nanf("");
  EXPECT_FALSE(encodeAttention(record));
  record = good;
  record.normaliser.clear();
  EXPECT_FALSE(encodeAttention(record));
  record = good;
  record.groupGrid = {1, 2, 1};
  EXPECT_FALSE(encodeAttention(record));
  record = good;
  record.keyGrid = {0, 1, 1};
  EXPECT_FALSE(encodeAttention(record));
}

// A stored record with one field of its header replaced.
std::string withHeader(const std::string& bytes, const char* field, const nlohmann::json& value) {
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data(), 4);
  auto header = nlohmann::json::parse(bytes.substr(4, length));
  header[field] = value;
  const std::string text = header.dump();
  const auto changed = static_cast<std::uint32_t>(text.size());
  return std::string(reinterpret_cast<const char*>(&changed), 4) + text + bytes.substr(4 + length);
}

TEST(AttentionRecord, RecordsOfStrangersAreRefusedBeforeAnythingIsAllocated) {
  const auto test = randomCase(Dimension::Spatiotemporal, false, gridOf(Dimension::Spatiotemporal),
                               oneHot(Activation::Softmax), 7);
  const std::string bytes = encodeAttention(test.record).value();
  const auto codeOf = [&](const char* field, const nlohmann::json& value) {
    const std::string changed = withHeader(bytes, field, value);
    const auto record = decodeAttention(bytesOf(changed), "row 3");
    return record ? "decoded" : errorCodeName(record.error().code);
  };
  EXPECT_STREQ(codeOf("scale", 0.5), "decoded");
  EXPECT_STREQ(codeOf("schema", 2), "unsupported");
  EXPECT_STREQ(codeOf("query_grid", {65536, 65536, 65536}), "corrupt");
  EXPECT_STREQ(codeOf("query_grid", {65536, 1, 1}), "corrupt");
  EXPECT_STREQ(codeOf("query_grid", {3, 2}), "corrupt");
  EXPECT_STREQ(codeOf("group_grid", {0, 1, 1}), "corrupt");
  EXPECT_STREQ(codeOf("group_grid", {1, 2, 1}), "corrupt");
  EXPECT_STREQ(codeOf("features", 6), "corrupt");
  EXPECT_STREQ(codeOf("features", 1 << 26), "corrupt");
  EXPECT_STREQ(codeOf("features", -1), "corrupt");
  EXPECT_STREQ(codeOf("payload", "matrix"), "corrupt");
  EXPECT_STREQ(codeOf("payload", "sums"), "corrupt");
  EXPECT_STREQ(codeOf("kind", "mST"), "corrupt");
  EXPECT_STREQ(codeOf("kind", "xx"), "corrupt");
  EXPECT_STREQ(codeOf("normaliser", false), "corrupt");
  EXPECT_STREQ(codeOf("keys_exponent", 201), "corrupt");
  EXPECT_STREQ(codeOf("activation_weights", {1, 0, 0}), "corrupt");
  EXPECT_STREQ(codeOf("more", 1), "corrupt");
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(decodeAttention(bytesOf(bytes).first(size)));
  }
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string changed = bytes;
    changed[static_cast<std::size_t>(random.below(600))] = static_cast<char>(random());
    const auto record = decodeAttention(bytesOf(changed));
    if (!record) continue;
    for (const float value : attentionMap(*record).values) ASSERT_TRUE(std::isfinite(value));
    ASSERT_TRUE(attentionOfQuery(*record, {1, 1, 1}));
  }
}

}  // namespace
}  // namespace attelier::space
