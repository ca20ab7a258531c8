#include "report/sqlite_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "report/sqlite_form.h"

namespace tcpflow {
namespace {

class Rows : public LineSink {
 public:
  void add(std::string_view line) override { rows.emplace_back(line); }
  std::vector<std::string> rows;
};

// A folder of its own with a database in it.
class SqliteFileTest : public ::testing::Test {
 protected:
  SqliteFileTest() {
    std::string name = ::testing::TempDir() + "sqlite_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~SqliteFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/facts.db"; }
  std::unique_ptr<SqliteFile> open() {
    Result<std::unique_ptr<SqliteFile>> file = SqliteFile::open({path(), false}, StartFacts());
    EXPECT_TRUE(file) << file.error().message;
    return file ? std::move(*file) : nullptr;
  }
  // Rows of the answer, cells separated by bars, as anybody's sqlite3 has them.
  std::vector<std::string> ask(const std::string& sql) const {
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path().c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    std::vector<std::string> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) rows.push_back(row_of(statement));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return rows;
  }

 private:
  static std::string row_of(sqlite3_stmt* statement) {
    std::string row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const unsigned char* const text = sqlite3_column_text(statement, i);
      row.append(i == 0 ? "" : "|");
      row.append(text == nullptr ? "(null)" : reinterpret_cast<const char*>(text));
    }
    return row;
  }

  std::string folder_;
};

HalfInfo client() {
  const uint8_t from[] = {10, 1, 2, 3};
  const uint8_t to[] = {192, 0, 2, 80};
  HalfInfo half;
  half.source = IpAddress::v4(from);
  half.destination = IpAddress::v4(to);
  half.source_port = 40000;
  half.destination_port = 80;
  half.start = make_time(1'500'000'000, 1);
  return half;
}

FlowRecord record() {
  FlowRecord record;
  record.info = {17, 3};
  record.end = FlowEnd::closed;
  HalfRecord& half = record.half(Direction::originator);
  half.exists = true;
  half.info = client();
  half.last = make_time(1'500'000'002, 0);
  half.gaps.push_back({10, 5, GapReason::not_captured});
  half.conflicts.push_back({20, 2, 7, 8, {0xab}, {0x01}});
  half.output.digests = {{"MD5", "00ff"}};
  half.output.results.push_back({"python", "found\xff", "", false, GatherCut::total});
  ObjectRecord object;
  object.start_line = "GET /\xff HTTP/1.1";
  object.status = 200;
  half.output.objects.objects.push_back(object);
  return record;
}

ExchangeFact exchange() {
  ExchangeFact fact;
  fact.flow = {17, 3};
  fact.client = client();
  fact.exchange.request_time = make_time(1'500'000'000, 0);
  fact.exchange.method = "GET";
  fact.exchange.target = "/it's";
  fact.exchange.response_time = make_time(1'500'000'000, 0);
  fact.exchange.response_end = make_time(1'500'000'000, 2'500'000);
  fact.exchange.status = 404;
  return fact;
}

TEST_F(SqliteFileTest, HoldsEveryKindOfRow) {
  SqliteForm form;
  Rows rows;
  form.exchange(exchange(), rows);
  form.record(record(), rows);
  const std::unique_ptr<SqliteFile> file = open();
  for (const std::string& row : rows.rows) file->add(row);
  RunFacts facts;
  facts.packets_read = 9;
  facts.signal = "SIGTERM";
  EXPECT_TRUE(file->finish(facts));
  using Answers = std::vector<std::string>;
  EXPECT_EQ(ask("SELECT stream, first_packet, src, src_port, proto, ip_version, start_time, ms, "
                "reason FROM flows"),
            Answers{"3|17|10.1.2.3|40000|tcp|4|2017-07-14T02:40:00.000000001Z|1999.999999|closed"});
  EXPECT_EQ(ask("SELECT dst_port, end_time, reason, file, md5, error FROM streams"),
            Answers{"80|2017-07-14T02:40:02.000000000Z|open|(null)|00ff|(null)"});
  EXPECT_EQ(ask("SELECT method, host, target, status, ms, state FROM http"),
            Answers{"GET|(null)|/it's|404|2.5|complete"});
  EXPECT_EQ(ask("SELECT request, status, sha256 FROM objects"),
            Answers{"GET /%FF HTTP/1.1|200|(null)"});
  EXPECT_EQ(ask("SELECT offset, length, reason FROM gaps"), Answers{"10|5|not_captured"});
  EXPECT_EQ(ask("SELECT kept_packet, other_packet, kept, other FROM conflicts"),
            Answers{"7|8|ab|01"});
  EXPECT_EQ(
      ask("SELECT value FROM run WHERE name IN ('schema', 'packets', 'signal') ORDER BY name"),
      (Answers{"9", "1", "SIGTERM"}));
  EXPECT_EQ(ask("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name LIKE '%stream'"),
            Answers{"7"});
  EXPECT_EQ(ask("PRAGMA integrity_check"), Answers{"ok"});
}

TEST_F(SqliteFileTest, CanBeReadWhileInputRests) {
  SqliteForm form;
  Rows rows;
  form.exchange(exchange(), rows);
  const std::unique_ptr<SqliteFile> file = open();
  file->add(rows.rows[0]);
  file->rest();
  EXPECT_EQ(ask("SELECT count(*) FROM http"), std::vector<std::string>{"1"});
  EXPECT_TRUE(file->finish({}));
}

TEST_F(SqliteFileTest, LosesNothingToThoseWhoRead) {
  SqliteForm form;
  Rows rows;
  form.exchange(exchange(), rows);
  const std::unique_ptr<SqliteFile> file = open();
  file->add(rows.rows[0]);
  file->rest();
  {
    sqlite3* reader = nullptr;
    ASSERT_EQ(sqlite3_open_v2(path().c_str(), &reader, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM http", nullptr, nullptr, nullptr);
    for (int i = 0; i < 3; ++i) {
      file->add(rows.rows[0]);
      file->rest();
    }
    sqlite3_close(reader);
  }
  const Status done = file->finish({});
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_EQ(ask("SELECT count(*) FROM http"), std::vector<std::string>{"4"});
}

TEST_F(SqliteFileTest, ReplacesOnlyWhatIsItsOwn) {
  EXPECT_TRUE(open()->finish({}));
  EXPECT_TRUE(open()->finish({}));
  std::ofstream(path(), std::ios::trunc) << "my thesis";
  const auto refused = SqliteFile::open({path(), false}, StartFacts());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("no database of this program"), std::string::npos);
  std::ifstream kept(path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(kept), {}), "my thesis");
}

TEST_F(SqliteFileTest, TellsOfAFolderThatIsNotThere) {
  const auto refused = SqliteFile::open({path() + "/none/x.db", false}, StartFacts());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("No such file or directory"), std::string::npos)
      << refused.error().message;
}

// A limit on the size of files stands for a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t most) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    old_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{most, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*old_)(int) = nullptr;
};

TEST_F(SqliteFileTest, StaysGoodOnAFullDiskAndCountsWhatIsMissing) {
  SqliteForm form;
  Rows rows;
  ExchangeFact large = exchange();
  large.exchange.target.assign(1000, 'x');
  form.exchange(large, rows);
  const std::unique_ptr<SqliteFile> file = open();
  {
    const FileSizeLimit limit(rlim_t{400} << 10);
    for (int i = 0; i < 100; ++i) file->add(rows.rows[0]);
    file->rest();
    for (int i = 0; i < 5000; ++i) file->add(rows.rows[0]);
    file->rest();
    const Status done = file->finish({});
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("rows are missing"), std::string::npos)
        << done.error().message;
    EXPECT_NE(done.error().message.find(path()), std::string::npos);
  }
  EXPECT_EQ(ask("SELECT count(*) FROM http"), std::vector<std::string>{"100"});
  EXPECT_EQ(ask("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
}

}  // namespace
}  // namespace tcpflow
