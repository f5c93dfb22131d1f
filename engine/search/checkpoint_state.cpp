#include "engine/search/checkpoint_state.h"

#include "engine/base/safetensors.h"

#include <torch/types.h>

#include <optional>

namespace attelier::search {

namespace {

std::optional<TensorType> tensorType(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return TensorType::F32;
    case at::kDouble:
      return TensorType::F64;
    case at::kHalf:
      return TensorType::F16;
    case at::kBFloat16:
      return TensorType::BF16;
    case at::kLong:
      return TensorType::I64;
    case at::kInt:
      return TensorType::I32;
    case at::kByte:
      return TensorType::U8;
    case at::kBool:
      return TensorType::Bool;
    default:
      return std::nullopt;
  }
}

std::optional<at::ScalarType> scalarType(TensorType type) {
  switch (type) {
    case TensorType::F32:
      return at::kFloat;
    case TensorType::F64:
      return at::kDouble;
    case TensorType::F16:
      return at::kHalf;
    case TensorType::BF16:
      return at::kBFloat16;
    case TensorType::I64:
      return at::kLong;
    case TensorType::I32:
      return at::kInt;
    case TensorType::U8:
      return at::kByte;
    case TensorType::Bool:
      return at::kBool;
    default:
      return std::nullopt;
  }
}

}  // namespace

Status writeCheckpointState(const std::filesystem::path& file, const CheckpointState& state) {
  std::vector<at::Tensor> owners;
  std::vector<TensorView> views;
  for (const auto& [name, tensor] : state.tensors) {
    const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
    const auto type = tensorType(plain.scalar_type());
    if (!type) {
      return fail(ErrorCode::Internal, "a tensor of this type cannot be stored", name);
    }
    owners.push_back(plain);
    views.push_back({.name = name,
                     .type = *type,
                     .shape = plain.sizes().vec(),
                     .bytes = {static_cast<const std::byte*>(plain.const_data_ptr()),
                               static_cast<size_t>(plain.numel()) * plain.element_size()}});
  }
  return writeSafetensors(file, views, {{"attelier", state.progress.dump()}});
}

Result<CheckpointState> readCheckpointState(const std::filesystem::path& file) {
  ATTELIER_ASSIGN(const SafetensorsFile contents, SafetensorsFile::read(file));
  CheckpointState state;
  for (const TensorView& view : contents.tensors()) {
    const auto type = scalarType(view.type);
    if (!type) {
      return fail(ErrorCode::Corrupt, "the tensor '" + view.name + "' has an unknown type",
                  file.string());
    }
    at::Tensor tensor = torch::empty(view.shape, *type);
    std::copy(view.bytes.begin(), view.bytes.end(),
              static_cast<std::byte*>(tensor.mutable_data_ptr()));
    state.tensors.emplace_back(view.name, tensor);
  }
  const auto found = contents.metadata().find("attelier");
  if (found == contents.metadata().end()) {
    return fail(ErrorCode::Corrupt, "it is no checkpoint of Attelier", file.string());
  }
  state.progress = nlohmann::json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  if (!state.progress.is_object()) {
    return fail(ErrorCode::Corrupt, "its progress is not a JSON object", file.string());
  }
  return state;
}

}  // namespace attelier::search
