#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace attelier {

/// Element types of the safetensors format.
enum class TensorType { Bool, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

/// Bytes of one element.
std::size_t elementSize(TensorType type);

/// The name in a file's header, as "F32".
const char* tensorTypeName(TensorType type);

/// One named tensor: little-endian, row-major bytes that somebody else owns.
struct TensorView {
  std::string name;
  TensorType type = TensorType::F32;
  std::vector<std::int64_t> shape;  ///< empty for a scalar
  std::span<const std::byte> bytes;

  /// Number of elements, from the shape.
  std::int64_t elements() const;
};

/// What a file may hold at most; files of strangers are read with tighter limits.
struct SafetensorsLimits {
  std::uint64_t fileBytes = std::uint64_t{16} << 30;
  std::uint64_t headerBytes = std::uint64_t{64} << 20;
  std::size_t tensors = 1'000'000;
};

/// A safetensors file, read and checked whole.
///
/// Every tensor lies inside the file, none overlap, no byte is unaccounted for, and each length
/// equals shape x element size, so nothing that follows has to check again.
/// Threads: immutable after reading.
class SafetensorsFile {
 public:
  /// Errors: NotFound, Io, Corrupt (with what is wrong), Unsupported (an element type we lack).
  static Result<SafetensorsFile> read(const std::filesystem::path& path,
                                      const SafetensorsLimits& limits = {});

  /// As `read`, from bytes in memory; `where` names them in errors.
  static Result<SafetensorsFile> parse(std::vector<std::byte> bytes, const std::string& where,
                                       const SafetensorsLimits& limits = {});

  /// All tensors by their place in the file. The views live as long as a copy of this object.
  const std::vector<TensorView>& tensors() const { return tensors_; }

  /// The tensor of this name, or nullptr.
  const TensorView* find(const std::string& name) const;

  /// The header's free text entries ("__metadata__").
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::shared_ptr<const std::vector<std::byte>> bytes_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Writes tensors and metadata as one safetensors file, atomically (see `writeFileAtomically`).
///
/// Tensor data start at multiples of 8 bytes; tensors lie in the order of falling element size,
/// then of their position in `tensors`, so that every one is aligned. Errors: InvalidArgument (two
/// of one name, bytes that do not fit the shape), Io.
Status writeSafetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                        const std::map<std::string, std::string>& metadata = {});

}  // namespace attelier
