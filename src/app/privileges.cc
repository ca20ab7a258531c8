#include "app/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tcpflow {
namespace {

constexpr size_t kFirstSpace = 4096;
constexpr size_t kMostSpace = size_t{1} << 20;

std::vector<gid_t> groups_of(const std::string& name, gid_t group) {
  int count = 32;
  std::vector<gid_t> groups(static_cast<size_t>(count));
  // Sets `count` to what is needed; a second call then has the room.
  if (::getgrouplist(name.c_str(), group, groups.data(), &count) < 0) {
    groups.resize(static_cast<size_t>(std::max(count, 1)));
    count = static_cast<int>(groups.size());
    if (::getgrouplist(name.c_str(), group, groups.data(), &count) < 0) return {group};
  }
  groups.resize(static_cast<size_t>(count));
  return groups;
}

// All three ids, so that none can be taken back.
bool is_wholly(const Account& account) {
  uid_t users[3]{};
  gid_t groups[3]{};
  if (::getresuid(&users[0], &users[1], &users[2]) != 0) return false;
  if (::getresgid(&groups[0], &groups[1], &groups[2]) != 0) return false;
  return std::all_of(users, users + 3, [&](uid_t id) { return id == account.user; }) &&
         std::all_of(groups, groups + 3, [&](gid_t id) { return id == account.group; });
}

// True if this process has the right `number` now; asked of the kernel, for libcap is not at hand.
bool has_capability(unsigned number) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3]{};
  if (::syscall(SYS_capget, &header, words) != 0) return ::geteuid() == 0;
  return ((words[number / 32].effective >> (number % 32)) & 1u) != 0;
}

Error failure(const Account& account, const char* step) {
  const int code = errno;
  return errno_error("cannot become user '" + account.name + "': " + step, code);
}

}  // namespace

Result<Account> find_account(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> space(kFirstSpace);
  int failed = ERANGE;
  while (failed == ERANGE && space.size() <= kMostSpace) {
    failed = ::getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found);
    if (failed == ERANGE) space.resize(space.size() * 2);
  }
  if (found == nullptr) return Error{std::string("Couldn't find user '") + name + "'", failed};
  return Account{name, entry.pw_uid, entry.pw_gid, groups_of(name, entry.pw_gid)};
}

Status may_drop_to(const Account& account, const std::string& folder) {
  if (!folder.empty()) {
    struct stat info {};
    if (::stat(folder.c_str(), &info) != 0) return errno_error("cannot chroot to " + folder, errno);
    if (!S_ISDIR(info.st_mode)) return errno_error("cannot chroot to " + folder, ENOTDIR);
    if (!has_capability(CAP_SYS_CHROOT)) return errno_error("only root can chroot (-z)", EPERM);
  }
  if (is_wholly(account) && account.user != 0) return Ok{};
  if (has_capability(CAP_SETUID) && has_capability(CAP_SETGID)) return Ok{};
  return errno_error("only root can become user '" + account.name + "' (-U)", EPERM);
}

Status enter_root(const std::string& folder) {
  if (::chroot(folder.c_str()) != 0) return errno_error("cannot chroot to " + folder, errno);
  // Without this the old root could be reached through the current folder.
  if (::chdir("/") != 0) return errno_error("cannot chdir to / in " + folder, errno);
  return Ok{};
}

Status become(const Account& account) {
  if (is_wholly(account) && account.user != 0) return Ok{};  // nothing to give up
  // The user goes last: without it the groups could not be changed.
  if (::setgroups(account.groups.size(), account.groups.data()) != 0)
    return failure(account, "setgroups");
  if (::setgid(account.group) != 0) return failure(account, "setgid");
  if (::setuid(account.user) != 0) return failure(account, "setuid");
  if (account.user == 0) return Ok{};

  const bool can_return = ::setuid(0) == 0 || ::seteuid(0) == 0;
  if (can_return || !is_wholly(account)) {
    errno = EPERM;
    return failure(account, "rights could be taken back");
  }
  return Ok{};
}

}  // namespace tcpflow
