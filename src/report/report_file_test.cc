#include "report/report_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "report/never_stops_for_test.h"

namespace tcpflow {
namespace {

std::string temporary_name() {
  std::string name = ::testing::TempDir() + "report_file_XXXXXX";
  const Fd fd(::mkstemp(name.data()));
  return name;
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(ReportFile, WritesLargeAmountsWithoutBeingTold) {
  const std::string path = temporary_name();
  test::NeverStops waiter;
  Result<ReportFile> file = ReportFile::open(path, waiter);
  ASSERT_TRUE(file);
  const std::string piece(100, 'x');
  for (int i = 0; i < 1000; ++i) file->add(piece);
  EXPECT_GT(content(path).size(), 60'000u);
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(content(path).size(), 100'000u);
  ::unlink(path.c_str());
}

// Runs in a child of the test, whose files may not grow past 100 bytes.
int write_past_the_limit(const std::string& path) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{100, 100};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 10;
  test::NeverStops waiter;
  Result<ReportFile> file = ReportFile::open(path, waiter);
  if (!file) return 11;
  file->add(std::string(60, 'a'));
  if (!file->flush()) return 12;
  file->add(std::string(30, 'b'));
  file->add(std::string(30, 'b'));
  if (file->flush()) return 13;
  file->add("tail");
  if (!file->flush()) return 14;
  return file->pieces_lost() == 2 && file->error() ? 0 : 15;
}

TEST(ReportFile, IsCutBackToWholePiecesWhenTheDiskIsFull) {
  const std::string path = temporary_name();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(write_past_the_limit(path));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(content(path), std::string(60, 'a') + "tail");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace tcpflow
