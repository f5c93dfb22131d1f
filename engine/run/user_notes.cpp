#include "engine/run/user_notes.h"

#include "engine/base/atomic_file.h"

namespace attelier::run {
namespace {

constexpr std::size_t kMaximumBytes = 4U << 20;

}  // namespace

Result<UserNotes> readUserNotes(const std::filesystem::path& file) {
  UserNotes notes;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return notes;
  }
  ATTELIER_ASSIGN(const std::string text, readTextFile(file, kMaximumBytes));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return fail(ErrorCode::Corrupt, "is not a JSON object; repair or remove it", file.string());
  }
  const auto take = [&](const char* key, auto& value) -> Status {
    const auto found = json.find(key);
    if (found == json.end()) {
      return {};
    }
    try {
      found->get_to(value);
    } catch (const nlohmann::json::exception&) {
      return fail(ErrorCode::Corrupt, std::string("'") + key + "' has the wrong type",
                  file.string());
    }
    json.erase(found);
    return {};
  };
  ATTELIER_CHECKED(take("name", notes.name));
  ATTELIER_CHECKED(take("notes", notes.notes));
  ATTELIER_CHECKED(take("tags", notes.tags));
  ATTELIER_CHECKED(take("stars", notes.stars));
  if (notes.stars < 0 || notes.stars > 5) {
    return fail(ErrorCode::Corrupt, "'stars' must be 0 to 5", file.string());
  }
  notes.unknown = std::move(json);
  return notes;
}

Status writeUserNotes(const std::filesystem::path& file, const UserNotes& notes) {
  if (notes.stars < 0 || notes.stars > 5) {
    return fail(ErrorCode::InvalidArgument, "must be 0 to 5", "stars");
  }
  nlohmann::json json = notes.unknown.is_object() ? notes.unknown : nlohmann::json::object();
  json["name"] = notes.name;
  json["notes"] = notes.notes;
  json["tags"] = notes.tags;
  json["stars"] = notes.stars;
  return writeFileAtomically(
      file, json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace attelier::run
