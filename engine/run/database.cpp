#include "engine/run/database.h"

#include <sqlite3.h>

namespace attelier::run::detail {

Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& file) {
  const std::string said = exception.getErrorStr();
  const auto error = [&file](ErrorCode code, std::string message) {
    return Error{code, std::move(message), file.string()};
  };
  switch (exception.getErrorCode() & 0xff) {
    case SQLITE_FULL:
      return error(ErrorCode::Io,
                   "the disk is full (or the file has reached its limit); make room "
                   "and resume the run: what was committed is kept");
    case SQLITE_IOERR:
      return error(ErrorCode::Io,
                   "the system could not read or write: " + said + "; what was committed is kept");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return error(ErrorCode::Corrupt, "is damaged or no run database: " + said);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorCode::Busy, "is held by another process: " + said + "; try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return error(ErrorCode::Io, "can't be written: " + said);
    case SQLITE_CANTOPEN:
      return error(ErrorCode::Io, "can't be opened: " + said);
    case SQLITE_TOOBIG:
      return error(ErrorCode::Corrupt, "holds a value that is too long");
    case SQLITE_ERROR:
      // Our statements are fixed, so a table or column that is not there is the file's fault.
      return error(ErrorCode::Corrupt, "has not the tables of a run: " + said);
    case SQLITE_NOMEM:
      return error(ErrorCode::OutOfMemory, "no memory is left for the database");
    default:
      return error(ErrorCode::Internal, said);
  }
}

std::int64_t integer(SQLite::Database& database, const std::string& sql, std::int64_t otherwise) {
  SQLite::Statement statement(database, sql);
  if (!statement.executeStep() || statement.getColumn(0).isNull()) {
    return otherwise;
  }
  return statement.getColumn(0).getInt64();
}

double realOf(const SQLite::Column& column) {
  return column.isNull() ? kAbsent : column.getDouble();
}

}  // namespace attelier::run::detail
