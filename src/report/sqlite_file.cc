#include "report/sqlite_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "report/clean_text.h"
#include "report/row_text.h"

namespace tcpflow {
namespace {

// Enough that the commit costs little, few enough that little is lost with one.
constexpr auto kLongest = std::chrono::seconds(1);
// While somebody reads, nothing can be committed. So many rows wait in memory until that is over;
// then the run waits, so many milliseconds, and so it does at its end.
constexpr uint64_t kMostRows = 200'000;
constexpr int kWait = 10'000;

std::string time_text(Timestamp time) {
  std::string text;
  append_nanosecond_time(text, time);
  return text;
}

std::string command_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    append_utf8(text, word);
  }
  return text;
}

// To SQLite "" and ":memory:" are no files, and "file:" may begin a URI.
std::string file_name(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

// Whether what lies there may go: nothing, an empty file, or an earlier database of this program.
Status check_replaceable(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return Ok{};
  if (S_ISDIR(info.st_mode)) return errno_error(path, EISDIR);
  if (!S_ISREG(info.st_mode)) return Error{path + ": a database must be a file", 0};
  if (info.st_size == 0) return Ok{};
  sqlite3* opened = nullptr;
  sqlite3_stmt* asked = nullptr;
  int code = sqlite3_open_v2(file_name(path).c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(opened, "PRAGMA application_id", -1, &asked, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(asked);
  const bool is_ours = code == SQLITE_ROW && sqlite3_column_int64(asked, 0) == kSqliteApplication;
  sqlite3_finalize(asked);
  sqlite3_close(opened);
  if (is_ours) return Ok{};
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return Error{path + ": is there already, and another program has locked it", 0};
  return Error{path + ": is there already, and no database of this program: it is not replaced", 0};
}

std::string insert_into(const SqliteTable& table) {
  std::string sql = "INSERT INTO ";
  sql.append(table.name).append(" VALUES (?");
  for (size_t i = 1; i < table.count; ++i) sql += ",?";
  return sql + ")";
}

int bind(sqlite3_stmt* statement, int at, const RowReader::Cell& cell) {
  switch (cell.kind) {
    case RowText::kNumber:
      return sqlite3_bind_int64(statement, at, static_cast<sqlite3_int64>(cell.number));
    case RowText::kReal:
      return sqlite3_bind_double(statement, at, cell.real);
    case RowText::kText:
      return sqlite3_bind_text64(statement, at, cell.text.data(), cell.text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    default:
      return sqlite3_bind_null(statement, at);
  }
}

}  // namespace

Result<std::unique_ptr<SqliteFile>> SqliteFile::open(const Place& place, const StartFacts& facts) {
  auto file = std::make_unique<SqliteFile>(place.path);
  if (const Status made = file->make(place, facts); !made) return made.error();
  return file;
}

Status SqliteFile::make(const Place& place, const StartFacts& facts) {
  if (const Status free = check_replaceable(path_); !free) return free;
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) return errno_error(path_, errno);
  sqlite3* opened = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file_name(path_).c_str(), &opened, kFlags, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) return open_error(code);
  std::string sql = place.has_no_folder ? "PRAGMA journal_mode=MEMORY;" : "";
  // A crash of the machine may cost the last transactions, one of the program nothing.
  sql.append("PRAGMA synchronous=OFF; PRAGMA application_id=");
  sql.append(std::to_string(kSqliteApplication)).append("; PRAGMA user_version=");
  sql.append(std::to_string(kSqliteSchema)).append("; BEGIN;");
  for (const SqliteTable& table : kSqliteTables) {
    sql.append("CREATE TABLE ").append(table.name).append(" (").append(table.columns).append(");");
  }
  sql.append(kSqliteRunTable).append("; COMMIT;");
  if (const int made = execute(sql.c_str()); made != SQLITE_OK) return error(made);
  for (size_t i = 0; i < inserts_.size(); ++i) inserts_[i] = prepare(insert_into(kSqliteTables[i]));
  run_ = prepare("INSERT OR REPLACE INTO run VALUES (?,?)");
  fact("schema", kSqliteSchema);
  fact("version", facts.version);
  fact("command_line", command_text(facts.command_line));
  fact("started", time_text(facts.start));
  commit();
  return error_ ? Status(*error_) : Status(Ok{});
}

SqliteFile::Statement SqliteFile::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  return Statement(statement);
}

int SqliteFile::execute(const char* sql) {
  return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
}

Error SqliteFile::error(int code) const {
  const int system = sqlite3_system_errno(database_.get());
  if (code == SQLITE_FULL) return errno_error(path_, ENOSPC);
  if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && system != 0)
    return errno_error(path_, system);
  std::string text = path_;
  return {text.append(": ").append(sqlite3_errstr(code)), 0};
}

// SQLite tries to read what it cannot make, and tells of that.
Error SqliteFile::open_error(int code) const {
  const std::string::size_type end = path_.rfind('/');
  const std::string folder = end == std::string::npos ? "." : path_.substr(0, end + 1);
  if (code == SQLITE_CANTOPEN && ::access(folder.c_str(), W_OK) != 0)
    return errno_error(path_, errno);
  return error(code);
}

// The transaction is undone, and the next one tried again.
void SqliteFile::fail(int code) {
  if (!error_) error_ = error(code);
  if (sqlite3_get_autocommit(database_.get()) == 0) execute("ROLLBACK");
  lost_ += rows_;
  rows_ = 0;
  due_ = kRows;
  is_open_ = false;
}

bool SqliteFile::begin() {
  if (is_open_) return true;
  const int code = execute("BEGIN");
  if (code != SQLITE_OK) fail(code);
  is_open_ = code == SQLITE_OK;
  began_ = std::chrono::steady_clock::now();
  return is_open_;
}

// A commit that finds somebody reading leaves the transaction as it is, to be tried again.
void SqliteFile::commit(Patience patience) {
  if (!is_open_) return;
  const bool waits = patience == Patience::last || rows_ >= kMostRows;
  sqlite3_busy_timeout(database_.get(), waits ? kWait : 0);
  const int code = execute("COMMIT");
  if (code == SQLITE_BUSY && !waits) {
    due_ = rows_ + kRows;
    began_ = std::chrono::steady_clock::now();
    return;
  }
  if (code != SQLITE_OK) return fail(code);
  is_open_ = false;
  rows_ = 0;
  due_ = kRows;
}

void SqliteFile::add(std::string_view row) {
  RowReader reader(row);
  ++rows_;
  if (!begin()) return;
  sqlite3_stmt* const insert = inserts_[reader.table()].get();
  int at = 0;
  while (const std::optional<RowReader::Cell> cell = reader.next()) bind(insert, ++at, *cell);
  const int code = sqlite3_step(insert);
  sqlite3_reset(insert);
  if (code != SQLITE_DONE) return fail(code);
  if (rows_ >= due_ || std::chrono::steady_clock::now() - began_ > kLongest) commit();
}

void SqliteFile::fact(const char* name, std::string_view value) {
  if (!begin()) return;
  sqlite3_bind_text(run_.get(), 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text64(run_.get(), 2, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  const int code = sqlite3_step(run_.get());
  sqlite3_reset(run_.get());
  if (code != SQLITE_DONE) fail(code);
}

void SqliteFile::fact(const char* name, uint64_t value) {
  if (!begin()) return;
  sqlite3_bind_text(run_.get(), 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(run_.get(), 2, static_cast<sqlite3_int64>(value));
  const int code = sqlite3_step(run_.get());
  sqlite3_reset(run_.get());
  if (code != SQLITE_DONE) fail(code);
}

Status SqliteFile::give_to(const Owner& owner) const {
  if (::lchown(path_.c_str(), owner.user, owner.group) == 0) return Ok{};
  return errno_error(path_, errno);
}

Status SqliteFile::finish(const RunFacts& facts) {
  commit(Patience::last);
  fact("ended", time_text(std::chrono::system_clock::now()));
  fact("packets", facts.packets_read);
  fact("bytes", facts.bytes_captured);
  fact("connections", facts.flows.connections);
  fact("streams", facts.flows.halves);
  fact("gaps", facts.flows.gaps);
  fact("gap_bytes", facts.flows.gap_bytes);
  if (facts.objects) fact("objects", facts.objects->count());
  if (!facts.signal.empty()) fact("signal", facts.signal);
  for (const LimitFacts& limit : facts.limits) {
    if (limit.hits > 0) fact(("limit_" + limit.name).c_str(), limit.hits);
  }
  if (lost_ > 0) fact("rows_lost", lost_);
  commit(Patience::last);
  if (const int code = execute(kSqliteIndices); code != SQLITE_OK) fail(code);
  if (!error_) return Ok{};
  Error told = *error_;
  if (lost_ > 0)
    told.message.append("; ").append(std::to_string(lost_)).append(" rows are missing");
  return told;
}

}  // namespace tcpflow
