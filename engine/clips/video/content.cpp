#include "engine/clips/video/content.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string_view>
#include <system_error>

namespace attelier::clips {
namespace {

std::uint64_t bigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

std::uint64_t littleEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    value = value << 8 | static_cast<unsigned char>(*byte);
  }
  return value;
}

bool isText(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code >= 0x20 || code == '\n' || code == '\r' || code == '\t' || code == '\f';
  });
}

std::string textRefusal(std::string_view head) {
  std::string lower(head.substr(0, 256));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.starts_with("version https://git-lfs")) {
    return "a git-lfs pointer instead of the video: run git lfs pull";
  }
  if (lower.find("<html") != std::string::npos ||
      lower.find("<!doctype html") != std::string::npos) {
    return "an HTML page instead of a video, as a failed download leaves it";
  }
  return "a text file, not a video";
}

Container containerOf(std::string_view head) {
  const std::string_view kind = head.size() >= 8 ? head.substr(4, 4) : std::string_view{};
  for (const char* box : {"ftyp", "moov", "mdat", "wide", "free", "skip", "styp"}) {
    if (kind == box) {
      return Container::IsoMedia;
    }
  }
  if (head.starts_with("RIFF")) {
    return Container::Riff;
  }
  if (head.starts_with("\x1A\x45\xDF\xA3")) {
    return Container::Matroska;
  }
  if (head.starts_with("OggS")) {
    return Container::Ogg;
  }
  if (head.starts_with("FLV")) {
    return Container::Flash;
  }
  if (head.starts_with(std::string_view("\0\0\1\xBA", 4)) ||
      head.starts_with(std::string_view("\0\0\1\xB3", 4))) {
    return Container::Mpeg;
  }
  if (head.starts_with("GIF8")) {
    return Container::Gif;
  }
  if (head.starts_with("ID3") || head.starts_with("fLaC") || head.starts_with("\xFF\xFB")) {
    return Container::Audio;
  }
  return Container::Unknown;
}

// Walks the top-level boxes; each names its own length.
void inspectBoxes(std::ifstream& in, std::uint64_t fileSize, Content& content) {
  content.indexMissing = true;
  std::uint64_t at = 0;
  for (int box = 0; box < 100000 && at + 8 <= fileSize; ++box) {
    std::array<char, 16> header{};
    in.clear();
    in.seekg(static_cast<std::streamoff>(at));
    in.read(header.data(), header.size());
    const std::string_view bytes(header.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() < 8) {
      break;
    }
    content.indexMissing = content.indexMissing && bytes.substr(4, 4) != "moov";
    std::uint64_t length = bigEndian(bytes.substr(0, 4));
    if (length == 0) {
      return;  // to the end of the file
    }
    if (length == 1 && bytes.size() == 16) {
      length = bigEndian(bytes.substr(8, 8));
    }
    if (length < 8 || length > fileSize - at) {
      content.cutShort = true;
      return;
    }
    at += length;
  }
}

}  // namespace

Content inspectContent(const std::filesystem::path& path) {
  Content content;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    content.refusal = "the file cannot be read: check its permissions";
    return content;
  }
  if (size == 0) {
    content.refusal = "the file is empty (0 bytes)";
    return content;
  }
  std::array<char, 512> buffer{};
  in.read(buffer.data(), buffer.size());
  const std::string_view head(buffer.data(), static_cast<std::size_t>(in.gcount()));
  if (isText(head) && !head.starts_with("YUV4MPEG2")) {
    content.refusal = textRefusal(head);
    return content;
  }
  content.container = containerOf(head);
  if (content.container == Container::Audio) {
    content.refusal = "an audio file; a cover picture is no video";
  } else if (content.container == Container::IsoMedia) {
    inspectBoxes(in, size, content);
  } else if (content.container == Container::Riff && head.size() >= 8) {
    content.cutShort = littleEndian(head.substr(4, 4)) + 8 > size;
  }
  return content;
}

}  // namespace attelier::clips
