#include "engine/base/safetensors.h"

#include "engine/base/atomic_file.h"
#include "tests/engine/base/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <random>

namespace attelier {
namespace {

std::vector<std::byte> bytesOf(const std::string& text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

// A file built by hand from the format's description.
std::vector<std::byte> fileOf(const std::string& header, std::size_t dataBytes) {
  std::string text(8, '\0');
  for (int i = 0; i < 8; ++i) {
    text[static_cast<std::size_t>(i)] = static_cast<char>((header.size() >> (8 * i)) & 0xFF);
  }
  text += header;
  for (std::size_t i = 0; i < dataBytes; ++i) text += static_cast<char>(i);
  return bytesOf(text);
}

Result<SafetensorsFile> parsed(const std::string& header, std::size_t dataBytes) {
  return SafetensorsFile::parse(fileOf(header, dataBytes), "x.safetensors");
}

TEST(Safetensors, ReadsAFileBuiltByHand) {
  const auto file = parsed(R"({"__metadata__":{"step":"7"},
      "b":{"dtype":"U8","shape":[2,1],"data_offsets":[8,10]},
      "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
      "none":{"dtype":"F32","shape":[0,5],"data_offsets":[8,8]}})",
                           10);
  ASSERT_TRUE(file) << describe(file.error());
  EXPECT_EQ(file->metadata().at("step"), "7");
  ASSERT_EQ(file->tensors().size(), 3U);
  EXPECT_EQ(file->tensors()[0].name, "a");
  EXPECT_EQ(file->find("b")->bytes[1], std::byte{9});
  EXPECT_EQ(file->find("b")->elements(), 2);
  EXPECT_EQ(file->find("none")->elements(), 0);
  EXPECT_EQ(file->find("c"), nullptr);
}

TEST(Safetensors, WhatIsWrittenIsTheFormat) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "w.safetensors";
  const std::vector<float> floats{1.5F, -2.0F};
  const std::vector<std::int64_t> wide{42};
  const std::vector<TensorView> tensors{
      {"f", TensorType::F32, {1, 2}, std::as_bytes(std::span(floats))},
      {"step", TensorType::I64, {}, std::as_bytes(std::span(wide))}};
  ASSERT_TRUE(writeSafetensors(path, tensors, {{"format", "pt"}}));
  const std::string text = readTextFile(path, 10'000).value();
  std::uint64_t length = 0;
  std::memcpy(&length, text.data(), 8);
  EXPECT_EQ(length % 8, 0U);
  const auto header = nlohmann::json::parse(text.substr(8, length));
  EXPECT_EQ(header["__metadata__"]["format"], "pt");
  EXPECT_EQ(header["step"],
            nlohmann::json::parse(R"({"dtype":"I64","shape":[],"data_offsets":[0,8]})"));
  EXPECT_EQ(header["f"],
            nlohmann::json::parse(R"({"dtype":"F32","shape":[1,2],"data_offsets":[8,16]})"));
  float second = 0;
  std::memcpy(&second, text.data() + 8 + length + 12, 4);
  EXPECT_EQ(second, -2.0F);
  EXPECT_EQ(text.size(), 8 + length + 16);

  const auto file = SafetensorsFile::read(path);
  ASSERT_TRUE(file) << describe(file.error());
  EXPECT_TRUE(std::ranges::equal(file->find("f")->bytes, tensors[0].bytes));
}

TEST(Safetensors, ViewsOutliveTheObjectTheyCameFrom) {
  auto file = parsed(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 3);
  const SafetensorsFile copy = *file;
  file = fail(ErrorCode::Internal, "gone");
  EXPECT_EQ(copy.find("a")->bytes[2], std::byte{2});
}

TEST(Safetensors, HostileHeadersAreRefused) {
  const std::vector<std::pair<std::string, std::size_t>> files{
      {R"([1])", 0},
      {R"({"a":1})", 0},
      {R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}})", 4},
      {R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 2},
      {R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 4},
      {R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[3,0]}})", 3},
      {R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}})", 4},
      {R"({"a":{"dtype":"U8","shape":[-3],"data_offsets":[0,3]}})", 3},
      {R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,3]}})", 3},
      {R"({"a":{"dtype":"U8","shape":3,"data_offsets":[0,3]}})", 3},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 0},
      {R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,1]}})", 1},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
       R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
       3},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
       R"("a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
       2},
      {R"({"__metadata__":{"a":1}})", 0},
      {R"({"__metadata__":"a"})", 0},
      {R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"more":1}})", 1},
      {std::string(100'000, '['), 0},
      {R"({"a":{"dtype":[[[[[[]]]]]],"shape":[],"data_offsets":[0,1]}})", 1},
  };
  for (const auto& [header, data] : files) {
    const auto file = parsed(header, data);
    ASSERT_FALSE(file) << header.substr(0, 100);
    EXPECT_EQ(file.error().code, ErrorCode::Corrupt) << header.substr(0, 100);
    EXPECT_EQ(file.error().where, "x.safetensors");
  }
  EXPECT_EQ(parsed(R"({"a":{"dtype":"F4","shape":[],"data_offsets":[0,1]}})", 1).error().code,
            ErrorCode::Unsupported);
}

TEST(Safetensors, AnyCutAndAnyFlippedByteIsReadOrRefusedNeverWorse) {
  const auto whole = fileOf(R"({"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},)"
                            R"("b":{"dtype":"I32","shape":[1],"data_offsets":[12,16]}})",
                            16);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(
        SafetensorsFile::parse({whole.begin(), whole.begin() + static_cast<long>(size)}, "cut"));
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    auto changed = whole;
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) {
      changed[random() % changed.size()] = static_cast<std::byte>(random());
    }
    const auto file = SafetensorsFile::parse(changed, "flipped");
    if (!file) continue;
    std::size_t total = 0;
    for (const auto& tensor : file->tensors()) {
      ASSERT_EQ(tensor.bytes.size(),
                static_cast<std::size_t>(tensor.elements()) * elementSize(tensor.type));
      total += tensor.bytes.size();
    }
    ASSERT_EQ(total, 16U);
  }
}

TEST(Safetensors, WritingRefusesWhatCouldNotBeReadBack) {
  const TemporaryFolder folder;
  const std::vector<std::byte> four(4);
  const TensorView good{"a", TensorType::F32, {1}, four};
  const TensorView wrong{"b", TensorType::F32, {2}, four};
  const TensorView notText{"\xff", TensorType::F32, {1}, four};
  const auto path = folder.path() / "w";
  EXPECT_FALSE(writeSafetensors(path, std::vector{good, good}));
  EXPECT_FALSE(writeSafetensors(path, std::vector{wrong}));
  EXPECT_FALSE(writeSafetensors(path, std::vector{notText}));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Safetensors, MissingFilesAndLimits) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "w";
  EXPECT_EQ(SafetensorsFile::read(path).error().code, ErrorCode::NotFound);
  EXPECT_EQ(SafetensorsFile::read(folder.path()).error().code, ErrorCode::Corrupt);
  const std::vector<std::byte> four(4);
  ASSERT_TRUE(writeSafetensors(path, std::vector{TensorView{"a", TensorType::F32, {1}, four}}));
  EXPECT_TRUE(SafetensorsFile::read(path));
  EXPECT_FALSE(SafetensorsFile::read(path, {.fileBytes = 16}));
  EXPECT_FALSE(SafetensorsFile::read(path, {.headerBytes = 16}));
}

}  // namespace
}  // namespace attelier
