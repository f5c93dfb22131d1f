#pragma once

#include "engine/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace attelier::run {

/// SHA-256 of bytes given piece by piece.
/// Source: FIPS 180-4; own code, because OpenSSL would be a heavy dependency for this one function.
class Sha256 {
 public:
  void add(std::span<const std::byte> bytes);
  /// 64 lower-case hexadecimal digits. Nothing can be added afterwards.
  std::string finish();

 private:
  void block(const std::byte* bytes);
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> pending_{};
  std::size_t pendingSize_ = 0;
  std::uint64_t length_ = 0;
};

/// SHA-256 of a file's content. Errors: NotFound, Io.
Result<std::string> sha256OfFile(const std::filesystem::path& file);

}  // namespace attelier::run
