// Giving up rights for good: -U and -z.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace tcpflow {

// An account, looked up while its files can still be read. Plain values.
struct Account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;  // all groups it belongs to
};
// Fails with "Couldn't find user 'NAME'".
Result<Account> find_account(const std::string& name);

// Whether what follows can work at all, asked before anything is opened or made. An empty `folder`:
// there is no new root.
Status may_drop_to(const Account& account, const std::string& folder);

// Makes `folder` the root of the file system, and the current folder.
Status enter_root(const std::string& folder);

// Takes on the account's user and groups, and makes sure that there is no way back. After a failure
// the process may stand in between: the program must end.
Status become(const Account& account);

}  // namespace tcpflow
