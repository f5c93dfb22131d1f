#include "engine/base/safetensors.h"

#include "engine/base/atomic_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <optional>
#include <set>

namespace attelier {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors is little-endian");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kMostDimensions = 32;

struct TypeEntry {
  TensorType type;
  const char* name;
  std::size_t size;
};

constexpr std::array kTypes{
    TypeEntry{TensorType::Bool, "BOOL", 1}, TypeEntry{TensorType::U8, "U8", 1},
    TypeEntry{TensorType::I8, "I8", 1},     TypeEntry{TensorType::U16, "U16", 2},
    TypeEntry{TensorType::I16, "I16", 2},   TypeEntry{TensorType::F16, "F16", 2},
    TypeEntry{TensorType::BF16, "BF16", 2}, TypeEntry{TensorType::U32, "U32", 4},
    TypeEntry{TensorType::I32, "I32", 4},   TypeEntry{TensorType::F32, "F32", 4},
    TypeEntry{TensorType::U64, "U64", 8},   TypeEntry{TensorType::I64, "I64", 8},
    TypeEntry{TensorType::F64, "F64", 8}};

const TypeEntry& entryOf(TensorType type) {
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [type](const TypeEntry& entry) { return entry.type == type; });
}

// Elements times element size, or nothing where it does not fit 63 bits.
std::optional<std::uint64_t> byteCount(const std::vector<std::int64_t>& shape, std::size_t size) {
  std::uint64_t bytes = size;
  for (const auto extent : shape) {
    if (extent < 0) return std::nullopt;
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes) ||
        bytes > (std::uint64_t{1} << 62)) {
      return std::nullopt;
    }
  }
  return bytes;
}

// nlohmann keeps the last of two equal keys; two programs could then read two different files.
class DuplicateKeys {
 public:
  bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    if (event == nlohmann::json::parse_event_t::key && depth == 1) {
      found_ = found_ || !seen_.insert(parsed.get<std::string>()).second;
    }
    tooDeep_ = tooDeep_ || depth > kDeepest;
    return depth <= kDeepest;
  }
  bool found() const { return found_; }
  bool tooDeep() const { return tooDeep_; }

 private:
  static constexpr int kDeepest = 4;
  std::set<std::string> seen_;
  bool found_ = false;
  bool tooDeep_ = false;
};

struct Header {
  nlohmann::json json;
  std::size_t dataStart = 0;
};

Result<Header> readHeader(std::span<const std::byte> bytes, const std::string& where,
                          const SafetensorsLimits& limits) {
  const auto corrupt = [&where](const std::string& message) {
    return fail(ErrorCode::Corrupt, message, where);
  };
  if (bytes.size() < kLengthBytes) return corrupt("is too short for a safetensors file");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > limits.headerBytes || length > bytes.size() - kLengthBytes) {
    return corrupt("is no safetensors file, or is cut off: its header does not fit");
  }
  const char* begin = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  DuplicateKeys keys;
  auto json = nlohmann::json::parse(begin, begin + length, std::ref(keys), false);
  if (json.is_discarded() || !json.is_object() || keys.tooDeep()) {
    return corrupt("is no safetensors file: its header is not a JSON object");
  }
  if (keys.found()) return corrupt("names a tensor twice");
  return Header{std::move(json), kLengthBytes + static_cast<std::size_t>(length)};
}

Result<TensorView> readTensor(const std::string& name, const nlohmann::json& entry,
                              std::span<const std::byte> data, const std::string& where) {
  const auto corrupt = [&](const std::string& message) {
    return fail(ErrorCode::Corrupt, "tensor '" + name.substr(0, 80) + "' " + message, where);
  };
  if (name.size() > kLongestName) return corrupt("has too long a name");
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets")) {
    return corrupt("has no dtype, shape and data_offsets");
  }
  const auto& type = entry["dtype"];
  const auto& shape = entry["shape"];
  const auto& offsets = entry["data_offsets"];
  if (!type.is_string()) return corrupt("has no valid dtype");
  const auto known =
      std::find_if(kTypes.begin(), kTypes.end(), [&type](const TypeEntry& candidate) {
        return type.get_ref<const std::string&>() == candidate.name;
      });
  if (known == kTypes.end()) {
    return fail(ErrorCode::Unsupported,
                "tensor '" + name.substr(0, 80) + "' has an element type that is not supported",
                where);
  }
  TensorView view;
  view.name = name;
  view.type = known->type;
  if (!shape.is_array() || shape.size() > kMostDimensions) return corrupt("has no valid shape");
  for (const auto& extent : shape) {
    if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > (std::uint64_t{1} << 62)) {
      return corrupt("has no valid shape");
    }
    view.shape.push_back(extent.get<std::int64_t>());
  }
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return corrupt("has no valid data_offsets");
  }
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data.size()) return corrupt("lies outside the file");
  if (byteCount(view.shape, known->size) != end - begin) {
    return corrupt("has a length that does not fit its shape");
  }
  view.bytes = data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  return view;
}

}  // namespace

std::size_t elementSize(TensorType type) { return entryOf(type).size; }

const char* tensorTypeName(TensorType type) { return entryOf(type).name; }

std::int64_t TensorView::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Result<SafetensorsFile> SafetensorsFile::parse(std::vector<std::byte> bytes,
                                               const std::string& where,
                                               const SafetensorsLimits& limits) {
  SafetensorsFile file;
  file.bytes_ = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  const std::span<const std::byte> all(*file.bytes_);
  ATTELIER_ASSIGN(const Header header, readHeader(all, where, limits));
  const auto data = all.subspan(header.dataStart);
  if (header.json.size() > limits.tensors) {
    return fail(ErrorCode::Corrupt, "holds too many tensors", where);
  }
  for (const auto& [name, entry] : header.json.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) return fail(ErrorCode::Corrupt, "has no valid metadata", where);
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) return fail(ErrorCode::Corrupt, "has no valid metadata", where);
        file.metadata_[key] = value.get<std::string>();
      }
      continue;
    }
    ATTELIER_ASSIGN(TensorView view, readTensor(name, entry, data, where));
    file.tensors_.push_back(std::move(view));
  }
  std::stable_sort(file.tensors_.begin(), file.tensors_.end(),
                   [](const TensorView& a, const TensorView& b) {
                     return std::pair(a.bytes.data(), a.bytes.size()) <
                            std::pair(b.bytes.data(), b.bytes.size());
                   });
  const std::byte* next = data.data();
  for (const auto& view : file.tensors_) {
    if (view.bytes.data() != next) {
      return fail(ErrorCode::Corrupt, "tensors overlap or leave a gap at '" + view.name + "'",
                  where);
    }
    next = view.bytes.data() + view.bytes.size();
  }
  if (next != data.data() + data.size()) {
    return fail(ErrorCode::Corrupt, "has bytes that belong to no tensor", where);
  }
  return file;
}

Result<SafetensorsFile> SafetensorsFile::read(const std::filesystem::path& path,
                                              const SafetensorsLimits& limits) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return fail(ErrorCode::NotFound, "there is no such file", path.string());
  }
  if (!std::filesystem::is_regular_file(path, error)) {
    return fail(ErrorCode::Corrupt, "is not a file", path.string());
  }
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::Io, "cannot read: " + error.message(), path.string());
  if (size > limits.fileBytes) {
    return fail(ErrorCode::Corrupt,
                "is larger than the " + std::to_string(limits.fileBytes) + " bytes allowed here",
                path.string());
  }
  std::vector<std::byte> bytes;
  try {
    bytes.resize(static_cast<std::size_t>(size));
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "does not fit into memory", path.string());
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    return fail(ErrorCode::Io, "cannot be read", path.string());
  }
  return parse(std::move(bytes), path.string(), limits);
}

const TensorView* SafetensorsFile::find(const std::string& name) const {
  const auto found = std::find_if(tensors_.begin(), tensors_.end(),
                                  [&name](const TensorView& view) { return view.name == name; });
  return found == tensors_.end() ? nullptr : &*found;
}

Status writeSafetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                        const std::map<std::string, std::string>& metadata) {
  std::vector<const TensorView*> order;
  for (const auto& view : tensors) order.push_back(&view);
  std::stable_sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    return elementSize(a->type) > elementSize(b->type);
  });
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::set<std::string> names;
  std::uint64_t offset = 0;
  std::vector<std::span<const std::byte>> pieces(2);
  for (const TensorView* view : order) {
    const auto bytes = byteCount(view->shape, elementSize(view->type));
    if (!bytes || *bytes != view->bytes.size() || view->name == "__metadata__" ||
        !names.insert(view->name).second) {
      return fail(ErrorCode::InvalidArgument,
                  "tensor '" + view->name + "' is named twice or its bytes do not fit its shape",
                  path.string());
    }
    header[view->name] = {{"dtype", tensorTypeName(view->type)},
                          {"shape", view->shape},
                          {"data_offsets", {offset, offset + *bytes}}};
    offset += *bytes;
    pieces.push_back(view->bytes);
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::InvalidArgument, "a tensor's name or the metadata is not UTF-8",
                path.string());
  }
  while (text.size() % kLengthBytes != 0) text += ' ';
  const std::uint64_t length = text.size();
  pieces[0] = std::as_bytes(std::span(&length, 1));
  pieces[1] = std::as_bytes(std::span(text.data(), text.size()));
  return writePiecesAtomically(path, pieces);
}

}  // namespace attelier
