#pragma once

#include "engine/base/result.h"
#include "engine/run/rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <bit>
#include <concepts>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

/// What the sources of this folder share about SQLite. Not for other folders.
namespace attelier::run::detail {

static_assert(std::endian::native == std::endian::little, "blobs are little-endian");

/// What an exception of SQLite means to a person.
Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& file);

/// Runs `action` and turns what SQLite throws into an Error about `file`.
template <typename Action>
auto guarded(const std::filesystem::path& file, Action&& action)
    -> std::conditional_t<std::is_void_v<std::invoke_result_t<Action>>, Status,
                          Result<std::invoke_result_t<Action>>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
      action();
      return {};
    } else {
      return action();
    }
  } catch (const SQLite::Exception& exception) {
    return tl::unexpected(databaseError(exception, file));
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Corrupt, exception.what(), file.string());
  }
}

struct Blob {
  const void* data = nullptr;
  std::size_t size = 0;
};

template <typename T>
Blob blobOf(const T& values) {
  return {std::data(values), std::size(values) * sizeof(*std::data(values))};
}

inline void bindValue(SQLite::Statement& statement, int index, std::integral auto value) {
  statement.bind(index, static_cast<std::int64_t>(value));
}
inline void bindValue(SQLite::Statement& statement, int index, std::floating_point auto value) {
  statement.bind(index, static_cast<double>(value));  // SQLite stores NaN as NULL
}
inline void bindValue(SQLite::Statement& statement, int index, const std::string& value) {
  statement.bind(index, value);
}
inline void bindValue(SQLite::Statement& statement, int index, const char* value) {
  statement.bind(index, value);
}
inline void bindValue(SQLite::Statement& statement, int index, const Blob& value) {
  // A null pointer would be stored as NULL.
  statement.bind(index, value.data == nullptr ? static_cast<const void*>("") : value.data,
                 static_cast<int>(value.size));
}

template <typename... Values>
void bindAll(SQLite::Statement& statement, const Values&... values) {
  int index = 0;
  (bindValue(statement, ++index, values), ...);
}

/// Runs a prepared statement to its end with these values, and makes it ready for the next time.
template <typename... Values>
void execute(SQLite::Statement& statement, const Values&... values) {
  statement.reset();
  bindAll(statement, values...);
  while (statement.executeStep()) {
  }
  statement.reset();
}

/// As above for a statement that is used once.
template <typename... Values>
void execute(SQLite::Database& database, const char* sql, const Values&... values) {
  SQLite::Statement statement(database, sql);
  execute(statement, values...);
}

/// The one integer that a query gives, or `otherwise` where it gives none or NULL.
std::int64_t integer(SQLite::Database& database, const std::string& sql,
                     std::int64_t otherwise = 0);

/// A blob as a vector of T. Throws std::runtime_error when its length is no multiple of T's.
template <typename T>
std::vector<T> vectorOf(const SQLite::Column& column) {
  const auto bytes = static_cast<std::size_t>(column.getBytes());
  if (bytes % sizeof(T) != 0) {
    throw std::runtime_error(std::string("a blob of column '") + column.getName() + "' has " +
                             std::to_string(bytes) + " bytes, no multiple of " +
                             std::to_string(sizeof(T)));
  }
  std::vector<T> values(bytes / sizeof(T));
  if (bytes > 0) {
    std::memcpy(values.data(), column.getBlob(), bytes);
  }
  return values;
}

/// NULL reads as NaN.
double realOf(const SQLite::Column& column);

}  // namespace attelier::run::detail
