#include "app/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

namespace tcpflow {

void fill_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (is_open_descriptor(fd)) continue;
    // The lowest free descriptor is the one that is opened. Children see it as closed.
    const int wrong_way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    (void)::open("/dev/null", wrong_way | O_CLOEXEC);
  }
}

bool is_open_descriptor(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

}  // namespace tcpflow
