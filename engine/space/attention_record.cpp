#include "engine/base/half.h"
#include "engine/space/attention_query.h"
#include "engine/space/attention_values.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace attelier::space {
namespace {

using nlohmann::json;

constexpr int kRecordSchema = 1;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kLargestHeader = 16384;
constexpr double kLargestExtent = 65536;
constexpr std::int64_t kMostNumbers = std::int64_t{1} << 31;

// The header of a stored record. The exponents are the powers of two that the halves of each array
// are multiplied by; they put its largest number near the top of a half's range.
struct Header {
  int schema = kRecordSchema;
  std::string kind;
  AttentionPayload payload = AttentionPayload::Map;
  std::vector<std::int64_t> groupGrid, queryGrid, keyGrid;
  std::int64_t features = 0;
  double scale = 1;
  bool dividedByKeys = true;
  std::vector<double> activationWeights;
  bool normaliser = false;
  int mapExponent = 0, matrixExponent = 0, queriesExponent = 0, keysExponent = 0;
};

const Fields<Header>& headerFields() {
  const FieldLimits grid{
      .minimum = 1, .maximum = kLargestExtent, .minimumItems = 3, .maximumItems = 3};
  const FieldLimits exponent{.minimum = -200, .maximum = 200};
  static const auto fields =
      Fields<Header>("Stored attention")
          .add("schema", &Header::schema, "version of this form",
               {.minimum = kRecordSchema, .maximum = kRecordSchema})
          .add("kind", &Header::kind, "operation, as dST", {.maximumLength = 8})
          .add("payload", &Header::payload, "what follows the header")
          .add("group_grid", &Header::groupGrid, "groups: frames, height, width", grid)
          .add("query_grid", &Header::queryGrid, "queries of a group", grid)
          .add("key_grid", &Header::keyGrid, "keys of a group", grid)
          .add("features", &Header::features, "numbers of a query or key",
               {.minimum = 0, .maximum = 1 << 26})
          .add("scale", &Header::scale, "of a dot product", {.minimum = -1e9, .maximum = 1e9})
          .add("divided_by_keys", &Header::dividedByKeys,
               "attention without softmax was divided by the number of keys")
          .add("activation_weights", &Header::activationWeights, "none, relu, softmax, sigmoid",
               {.minimum = -1e6, .maximum = 1e6, .minimumItems = 4, .maximumItems = 4})
          .add("normaliser", &Header::normaliser, "log-sum-exp of each row follows")
          .add("map_exponent", &Header::mapExponent, "power of two of the map", exponent)
          .add("matrix_exponent", &Header::matrixExponent, "power of two of the matrix", exponent)
          .add("queries_exponent", &Header::queriesExponent, "power of two of queries", exponent)
          .add("keys_exponent", &Header::keysExponent, "power of two of keys", exponent);
  return fields;
}

struct Lengths {
  std::int64_t map = 0, matrix = 0, queries = 0, keys = 0, normaliser = 0;
  std::int64_t bytes() const { return 2 * (map + matrix + queries + keys) + 4 * normaliser; }
};

std::int64_t product(const AttentionGrid& grid) { return grid[0] * grid[1] * grid[2]; }

// Numbers of a record's arrays, or nothing where they are too many.
std::optional<Lengths> lengthsOf(const AttentionRecord& record) {
  for (const auto* grid : {&record.groupGrid, &record.queryGrid, &record.keyGrid}) {
    for (const auto extent : *grid) {
      if (extent < 1 || static_cast<double>(extent) > kLargestExtent) return std::nullopt;
    }
    if (product(*grid) > kMostNumbers) return std::nullopt;
  }
  const auto times = [](std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) || result > kMostNumbers ? -1 : result;
  };
  const std::int64_t queries = times(record.groups(), record.queryPositions());
  const std::int64_t keys = times(record.groups(), record.keyPositions());
  if (queries < 0 || keys < 0) return std::nullopt;
  Lengths lengths;
  lengths.map = record.kind.type == OperationType::MapBased ? queries : keys;
  if (record.payload == AttentionPayload::Matrix) {
    lengths.map = 0;
    lengths.matrix = times(queries, record.keyPositions());
  } else if (record.payload == AttentionPayload::QueryKey) {
    if (record.features < 1) return std::nullopt;
    lengths.queries = times(queries, record.features);
    lengths.keys = times(keys, record.features);
    lengths.normaliser = needsNormaliser(record) ? queries : 0;
  }
  if (lengths.matrix < 0 || lengths.queries < 0 || lengths.keys < 0) return std::nullopt;
  return lengths;
}

int exponentOf(const std::vector<float>& values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  if (largest == 0) return 0;
  constexpr int kTop = 15;  // numbers below 2^15 keep all bits of a half
  return std::ilogb(largest) + 1 - kTop;
}

void appendHalves(std::string& bytes, const std::vector<float>& values, int exponent) {
  for (const float value : values) {
    const std::uint16_t half = halfFromFloat(std::ldexp(value, -exponent));
    bytes.append(reinterpret_cast<const char*>(&half), sizeof half);
  }
}

std::vector<float> takeHalves(std::span<const std::byte>& bytes, std::int64_t count, int exponent) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, bytes.data() + 2 * i, sizeof half);
    values[i] = std::ldexp(floatFromHalf(half), exponent);
  }
  bytes = bytes.subspan(2 * values.size());
  return values;
}

bool fits(const std::vector<float>& values, std::int64_t count) {
  return values.size() == static_cast<std::size_t>(count) &&
         std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

std::string written(const AttentionRecord& record) {
  Header header;
  header.kind = shortName(record.kind);
  header.payload = record.payload;
  header.groupGrid.assign(record.groupGrid.begin(), record.groupGrid.end());
  header.queryGrid.assign(record.queryGrid.begin(), record.queryGrid.end());
  header.keyGrid.assign(record.keyGrid.begin(), record.keyGrid.end());
  header.features = record.features;
  header.scale = record.scale;
  header.dividedByKeys = record.dividedByKeys;
  header.activationWeights.assign(record.activationWeights.begin(), record.activationWeights.end());
  header.normaliser = !record.normaliser.empty();
  header.mapExponent = exponentOf(record.map);
  header.matrixExponent = exponentOf(record.matrix);
  header.queriesExponent = exponentOf(record.queries);
  header.keysExponent = exponentOf(record.keys);
  const std::string text = headerFields().toJson(header).dump();
  const auto length = static_cast<std::uint32_t>(text.size());
  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  bytes += text;
  appendHalves(bytes, record.queries, header.queriesExponent);
  appendHalves(bytes, record.keys, header.keysExponent);
  for (const float value : record.normaliser) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  appendHalves(bytes, record.matrix, header.matrixExponent);
  appendHalves(bytes, record.map, header.mapExponent);
  return bytes;
}

// What must hold between the parts of a record, whoever made it.
Status checkConsistent(const AttentionRecord& record, const std::string& where) {
  const auto corrupt = [&where](const char* what) { return fail(ErrorCode::Corrupt, what, where); };
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (record.groupGrid[axis] > 1 && (record.queryGrid[axis] > 1 || record.keyGrid[axis] > 1)) {
      return corrupt("the attention record's grids overlap");
    }
  }
  const bool isMap = record.kind.type == OperationType::MapBased;
  if (isMap && (record.payload != AttentionPayload::Map || record.queryGrid != record.keyGrid)) {
    return corrupt("the attention record of a map-based node holds more than a map");
  }
  if (!lengthsOf(record)) return corrupt("the attention record's sizes are out of range");
  return {};
}

}  // namespace

Result<std::string> encodeAttention(const AttentionRecord& source, std::size_t maximumBytes) {
  const auto refused = [](const std::string& what) {
    return fail(ErrorCode::InvalidArgument, "the attention of a node cannot be stored: " + what);
  };
  if (auto status = checkConsistent(source, {}); !status) return refused(status.error().message);
  AttentionRecord record = source;
  // A mixture whose softmax has vanished may still come with a normaliser that no row needs.
  if (!needsNormaliser(record)) record.normaliser.clear();
  const Lengths lengths = *lengthsOf(record);
  if (!fits(record.matrix, lengths.matrix) || !fits(record.queries, lengths.queries) ||
      !fits(record.keys, lengths.keys) || !fits(record.normaliser, lengths.normaliser)) {
    return refused("its lengths do not fit its grids, or a number is not finite");
  }
  const bool tooLarge = static_cast<std::size_t>(lengths.bytes()) + kLargestHeader > maximumBytes;
  if (record.payload == AttentionPayload::QueryKey && record.map.empty()) {
    record.map = weightsByGroup(record);
  }
  if (record.payload == AttentionPayload::Matrix) {
    record.map = tooLarge ? weightsByGroup(record) : std::vector<float>();
  }
  if (tooLarge && record.payload != AttentionPayload::Map) {
    record.payload = AttentionPayload::Map;
    record.features = 0;
    record.matrix.clear();
    record.queries.clear();
    record.keys.clear();
    record.normaliser.clear();
  }
  if (!fits(record.map, lengthsOf(record)->map)) {
    return refused("its map does not fit its grid, or a number is not finite");
  }
  std::string bytes = written(record);
  if (bytes.size() > maximumBytes) {
    return refused("its map alone takes " + std::to_string(bytes.size()) + " bytes, more than " +
                   std::to_string(maximumBytes));
  }
  return bytes;
}

Result<AttentionRecord> decodeAttention(std::span<const std::byte> bytes,
                                        const std::string& where) {
  const auto corrupt = [&where](const char* what) { return fail(ErrorCode::Corrupt, what, where); };
  std::uint32_t length = 0;
  if (bytes.size() < kLengthBytes) return corrupt("the attention record is cut off");
  std::memcpy(&length, bytes.data(), kLengthBytes);
  bytes = bytes.subspan(kLengthBytes);
  if (length > kLargestHeader || length > bytes.size()) {
    return corrupt("the attention record is cut off");
  }
  const char* text = reinterpret_cast<const char*>(bytes.data());
  const json object = json::parse(text, text + length, nullptr, false);
  bytes = bytes.subspan(length);
  if (object.is_discarded() || !object.is_object()) {
    return corrupt("the attention record has no valid header");
  }
  if (const auto schema = object.find("schema"); schema != object.end() &&
                                                 schema->is_number_integer() &&
                                                 schema->get<double>() > kRecordSchema) {
    return fail(ErrorCode::Unsupported, "the attention record was written by a newer Attelier",
                where);
  }
  const auto header = headerFields().fromJson(object, where);
  if (!header) return fail(ErrorCode::Corrupt, header.error().message, header.error().where);
  const auto kind = kindFromShortName(header->kind);
  if (!kind || header->groupGrid.size() != 3 || header->queryGrid.size() != 3 ||
      header->keyGrid.size() != 3 || header->activationWeights.size() != kActivations) {
    return corrupt("the attention record has no valid header");
  }
  AttentionRecord record;
  record.kind = *kind;
  record.payload = header->payload;
  std::copy_n(header->groupGrid.begin(), 3, record.groupGrid.begin());
  std::copy_n(header->queryGrid.begin(), 3, record.queryGrid.begin());
  std::copy_n(header->keyGrid.begin(), 3, record.keyGrid.begin());
  record.features = header->features;
  record.scale = header->scale;
  record.dividedByKeys = header->dividedByKeys;
  std::copy_n(header->activationWeights.begin(), kActivations, record.activationWeights.begin());
  ATTELIER_CHECKED(checkConsistent(record, where));
  const Lengths lengths = *lengthsOf(record);
  if (header->normaliser != (lengths.normaliser > 0) ||
      static_cast<std::size_t>(lengths.bytes()) != bytes.size()) {
    return corrupt("the attention record's length does not fit its grids");
  }
  record.queries = takeHalves(bytes, lengths.queries, header->queriesExponent);
  record.keys = takeHalves(bytes, lengths.keys, header->keysExponent);
  record.normaliser.resize(static_cast<std::size_t>(lengths.normaliser));
  if (!record.normaliser.empty()) {  // memcpy takes no null pointer, not even for nothing
    std::memcpy(record.normaliser.data(), bytes.data(), 4 * record.normaliser.size());
  }
  bytes = bytes.subspan(4 * record.normaliser.size());
  record.matrix = takeHalves(bytes, lengths.matrix, header->matrixExponent);
  record.map = takeHalves(bytes, lengths.map, header->mapExponent);
  if (!fits(record.queries, lengths.queries) || !fits(record.keys, lengths.keys) ||
      !fits(record.normaliser, lengths.normaliser) || !fits(record.matrix, lengths.matrix) ||
      !fits(record.map, lengths.map)) {
    return corrupt("the attention record holds a number that is not finite");
  }
  return record;
}

}  // namespace attelier::space
