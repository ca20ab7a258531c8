#include "app/privileges.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace tcpflow {
namespace {

// What `body` returns, run in a process of its own.
template <typename Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(FindAccount, KnowsTheSuperuser) {
  const Result<Account> account = find_account("root");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->user, 0u);
  EXPECT_EQ(account->group, 0u);
  EXPECT_FALSE(account->groups.empty());
}

TEST(FindAccount, SaysInTheOldWordsThatThereIsNoSuchUser) {
  const Result<Account> account = find_account("no-such-user");
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().message, "Couldn't find user 'no-such-user'");
}

TEST(MayDropTo, IsAskedBeforeAnythingIsMade) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Result<Account> nobody = find_account("nobody");
  ASSERT_TRUE(nobody);
  EXPECT_TRUE(may_drop_to(*nobody, ""));
  EXPECT_TRUE(may_drop_to(*nobody, "/"));
  EXPECT_EQ(may_drop_to(*nobody, "/no/such").error().message,
            "cannot chroot to /no/such: No such file or directory");
  EXPECT_EQ(may_drop_to(*nobody, "/dev/null").error().message,
            "cannot chroot to /dev/null: Not a directory");
}

TEST(MayDropTo, RefusesUsersWithoutRights) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Result<Account> nobody = find_account("nobody");
  const Result<Account> root = find_account("root");
  ASSERT_TRUE(nobody && root);
  const int fault = in_child([&] {
    if (!become(*nobody)) return 1;
    if (may_drop_to(*root, "")) return 2;
    if (may_drop_to(*nobody, "/")) return 3;
    return may_drop_to(*nobody, "") ? 0 : 4;  // is so already
  });
  EXPECT_EQ(fault, 0);
}

TEST(Become, GivesUpEverythingForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Result<Account> nobody = find_account("nobody");
  ASSERT_TRUE(nobody);
  const int fault = in_child([&] {
    if (!become(*nobody)) return 1;
    if (::getuid() != nobody->user || ::geteuid() != nobody->user) return 2;
    if (::getgid() != nobody->group) return 3;
    if (::setuid(0) == 0 || ::setgid(0) == 0) return 4;
    gid_t groups[64]{};
    const int count = ::getgroups(64, groups);
    for (int i = 0; i < count; ++i) {
      if (groups[i] == 0) return 5;
    }
    return become(*nobody) ? 0 : 6;  // is so already
  });
  EXPECT_EQ(fault, 0);
}

TEST(Become, FailsForAUserWhoMayNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Result<Account> nobody = find_account("nobody");
  ASSERT_TRUE(nobody);
  const Account other{"other", nobody->user - 1, nobody->group, {nobody->group}};
  EXPECT_EQ(in_child([&] { return become(*nobody) && !become(other) ? 0 : 1; }), 0);
}

TEST(EnterRoot, LeavesNothingOfTheOutsideInReach) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  std::string folder = ::testing::TempDir() + "root_XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const int fault = in_child([&] {
    if (!enter_root(folder)) return 1;
    struct stat root {};
    struct stat above {};
    if (::stat("/", &root) != 0 || ::stat("..", &above) != 0) return 2;
    return root.st_ino == above.st_ino && ::access("/etc", F_OK) != 0 ? 0 : 3;
  });
  EXPECT_EQ(fault, 0);
  ::rmdir(folder.c_str());
}

TEST(EnterRoot, NamesTheFolderThatIsMissing) {
  const Status entered = enter_root("/no/such/folder");
  ASSERT_FALSE(entered);
  EXPECT_NE(entered.error().message.find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace tcpflow
