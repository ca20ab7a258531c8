// The database of --sqlite.
#pragma once

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/owner.h"
#include "base/result.h"
#include "report/run_facts.h"
#include "report/sqlite_schema.h"

namespace tcpflow {

// Writes rows in transactions: many at a time, and what there is when the input rests. Who reads
// the database puts a commit off, and a reader that does not end makes it fail. What a failed
// transaction held is lost and told; the database stays good. Owned and used by one thread.
class SqliteFile {
 public:
  // How it is to be made.
  struct Place {
    std::string path;
    // No file can be made beside it later on: the journal is in memory, so that a crash within a
    // transaction spoils the database.
    bool has_no_folder = false;
  };
  // Makes `path` anew. What lies there is replaced only if it is empty or a database of this
  // program.
  static Result<std::unique_ptr<SqliteFile>> open(const Place& place, const StartFacts& facts);
  explicit SqliteFile(std::string path) : path_(std::move(path)) {}

  // One row, as SqliteForm makes it.
  void add(std::string_view row);
  // No more input is at hand.
  void rest() { commit(); }
  Status give_to(const Owner& owner) const;
  // Writes the facts of the run and makes the indices. Fails with the first error of the run.
  Status finish(const RunFacts& facts);

 private:
  // Enough that the commit costs little, few enough that little is lost with one.
  static constexpr uint64_t kRows = 20'000;

  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Close>;

  Status make(const Place& place, const StartFacts& facts);
  Statement prepare(const std::string& sql);
  int execute(const char* sql);
  void fact(const char* name, std::string_view value);
  void fact(const char* name, uint64_t value);
  bool begin();
  // Whether it may be put off once more.
  enum class Patience : uint8_t { more, last };
  void commit(Patience patience = Patience::more);
  void fail(int code);
  Error error(int code) const;
  Error open_error(int code) const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
  std::array<Statement, sqlite_table::kCount> inserts_;  // gone before the database
  Statement run_;
  bool is_open_ = false;  // a transaction
  uint64_t rows_ = 0;     // in it
  uint64_t due_ = kRows;  // with so many it is to be committed
  uint64_t lost_ = 0;
  std::chrono::steady_clock::time_point began_;
  std::optional<Error> error_;
};

}  // namespace tcpflow
