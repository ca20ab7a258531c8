#include "base/owner.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tcpflow {

int give_file(int fd, const Owner& owner) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno;
  if (!S_ISREG(info.st_mode)) return 0;
  return ::fchown(fd, owner.user, owner.group) == 0 ? 0 : errno;
}

}  // namespace tcpflow
