#include "app/descriptors.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace tcpflow {
namespace {

// Runs in a child of the test: 0 if closed standard descriptors stay unusable, and are not given
// to what is opened next.
int fill_and_use() {
  for (int fd = 0; fd <= 2; ++fd) ::close(fd);
  fill_standard_descriptors();
  char byte = 'x';
  if (::read(STDIN_FILENO, &byte, 1) != -1 || errno != EBADF) return 1;
  if (::write(STDOUT_FILENO, &byte, 1) != -1 || errno != EBADF) return 2;
  if (::write(STDERR_FILENO, &byte, 1) != -1 || errno != EBADF) return 3;
  return ::dup(STDIN_FILENO) > STDERR_FILENO ? 0 : 4;
}

TEST(StandardDescriptors, StayUnusableWhereTheyWereClosed) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_and_use());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(StandardDescriptors, AreLeftAloneWhereTheyAreOpen) {
  int ends[2]{};
  ASSERT_EQ(::pipe(ends), 0);
  fill_standard_descriptors();
  EXPECT_TRUE(is_open_descriptor(STDOUT_FILENO));
  EXPECT_TRUE(is_open_descriptor(ends[0]));
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_FALSE(is_open_descriptor(ends[0]));
}

}  // namespace
}  // namespace tcpflow
