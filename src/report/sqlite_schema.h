// The tables of --sqlite.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tcpflow {

// Grows with every change that is more than a new table or column.
inline constexpr unsigned kSqliteSchema = 1;
// In the header of the database: "tcpf".
inline constexpr unsigned kSqliteApplication = 0x74637066;

namespace sqlite_table {
inline constexpr uint8_t kFlows = 0;
inline constexpr uint8_t kStreams = 1;
inline constexpr uint8_t kHttp = 2;
inline constexpr uint8_t kObjects = 3;
inline constexpr uint8_t kGaps = 4;
inline constexpr uint8_t kConflicts = 5;
inline constexpr uint8_t kResults = 6;
inline constexpr size_t kCount = 7;
}  // namespace sqlite_table

// A table with its columns in the order in which rows have their cells. Static life.
struct SqliteTable {
  const char* name;
  const char* columns;
  size_t count;
};
extern const std::array<SqliteTable, sqlite_table::kCount> kSqliteTables;

// Facts of the run, and what is made when all rows are there.
extern const char* const kSqliteRunTable;
extern const char* const kSqliteIndices;

}  // namespace tcpflow
