#include "report/sqlite_schema.h"

namespace tcpflow {

const std::array<SqliteTable, sqlite_table::kCount> kSqliteTables = {{
    {"flows",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, proto TEXT, ip_version INTEGER, community_id TEXT, encapsulation TEXT, "
     "vlans TEXT, start_time TEXT, end_time TEXT, ms REAL, reason TEXT",
     15},
    {"streams",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, role TEXT, start_time TEXT, end_time TEXT, reason TEXT, packets INTEGER, "
     "wire_bytes INTEGER, captured_bytes INTEGER, bytes INTEGER, out_of_order INTEGER, "
     "repeated_bytes INTEGER, gaps INTEGER, gap_bytes INTEGER, conflicts INTEGER, "
     "conflict_bytes INTEGER, file TEXT, file_size INTEGER, md5 TEXT, error TEXT",
     24},
    {"http",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, request_time TEXT, method TEXT, host TEXT, target TEXT, "
     "request_size INTEGER, response_time TEXT, response_end_time TEXT, status INTEGER, type TEXT, "
     "coding TEXT, response_wire_size INTEGER, response_size INTEGER, state TEXT, ms REAL",
     20},
    {"objects",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, start_time TEXT, end_time TEXT, file TEXT, offset INTEGER, wire_size "
     "INTEGER, "
     "size INTEGER, state TEXT, request TEXT, host TEXT, status INTEGER, type TEXT, "
     "found_type TEXT, coding TEXT, md5 TEXT, sha256 TEXT",
     21},
    {"gaps",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, offset INTEGER, length INTEGER, reason TEXT",
     9},
    {"conflicts",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, offset INTEGER, length INTEGER, kept_packet INTEGER, "
     "other_packet INTEGER, kept TEXT, other TEXT",
     12},
    {"results",
     "stream INTEGER, first_packet INTEGER, src TEXT, src_port INTEGER, dst TEXT, "
     "dst_port INTEGER, scanner TEXT, text TEXT, error TEXT, is_cut INTEGER",
     10},
}};

const char* const kSqliteRunTable = "CREATE TABLE run (name TEXT PRIMARY KEY, value)";

const char* const kSqliteIndices =
    "CREATE INDEX flows_stream ON flows (stream);"
    "CREATE INDEX flows_start_time ON flows (start_time);"
    "CREATE INDEX flows_src ON flows (src);"
    "CREATE INDEX flows_dst ON flows (dst);"
    "CREATE INDEX flows_community_id ON flows (community_id);"
    "CREATE INDEX streams_stream ON streams (stream);"
    "CREATE INDEX http_stream ON http (stream);"
    "CREATE INDEX http_host ON http (host);"
    "CREATE INDEX objects_stream ON objects (stream);"
    "CREATE INDEX objects_sha256 ON objects (sha256);"
    "CREATE INDEX objects_md5 ON objects (md5);"
    "CREATE INDEX gaps_stream ON gaps (stream);"
    "CREATE INDEX conflicts_stream ON conflicts (stream);"
    "CREATE INDEX results_stream ON results (stream);";

}  // namespace tcpflow
