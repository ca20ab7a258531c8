// Who owns a file.
#pragma once

#include <sys/types.h>

namespace tcpflow {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

// Gives the file behind `fd` to `owner`. What is no regular file is left alone: a device or a pipe
// is not ours to give away. Returns 0 or an errno.
int give_file(int fd, const Owner& owner);

}  // namespace tcpflow
