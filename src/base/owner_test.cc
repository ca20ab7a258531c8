#include "base/owner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "base/fd.h"

namespace tcpflow {
namespace {

constexpr Owner kSomebody{12345, 23456};

struct stat status_of(int fd) {
  struct stat info {};
  EXPECT_EQ(::fstat(fd, &info), 0);
  return info;
}

TEST(GiveFile, GivesAwayAFile) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  std::string name = ::testing::TempDir() + "owner_XXXXXX";
  const Fd fd(::mkstemp(name.data()));
  ASSERT_TRUE(fd);
  EXPECT_EQ(give_file(fd.get(), kSomebody), 0);
  EXPECT_EQ(status_of(fd.get()).st_uid, 12345u);
  EXPECT_EQ(status_of(fd.get()).st_gid, 23456u);
  ::unlink(name.c_str());
}

// A pipe, as a test that failed with a device of the machine would do harm.
TEST(GiveFile, LeavesAloneWhatIsNoFile) {
  int ends[2]{};
  ASSERT_EQ(::pipe(ends), 0);
  const Fd in(ends[0]);
  const Fd out(ends[1]);
  EXPECT_EQ(give_file(out.get(), kSomebody), 0);
  EXPECT_EQ(status_of(out.get()).st_uid, ::geteuid());
}

TEST(GiveFile, SaysWhyItCannot) { EXPECT_EQ(give_file(-1, kSomebody), EBADF); }

}  // namespace
}  // namespace tcpflow
