#include "output/console_lock.h"

#include <fcntl.h>

#include <cerrno>

namespace tcpflow {

Result<NamedSemaphore> NamedSemaphore::open(const std::string& name) {
  const std::string path = name.starts_with('/') ? name : "/" + name;
  sem_t* const semaphore = ::sem_open(path.c_str(), O_CREAT, 0666, 1);
  if (semaphore == SEM_FAILED) return errno_error("semaphore " + name, errno);
  NamedSemaphore opened;
  opened.semaphore_ = semaphore;
  return opened;
}

NamedSemaphore::~NamedSemaphore() {
  if (semaphore_ != nullptr) ::sem_close(semaphore_);
}

void NamedSemaphore::lock() {
  while (::sem_wait(semaphore_) != 0 && errno == EINTR) {
  }
}

void NamedSemaphore::unlock() { ::sem_post(semaphore_); }

}  // namespace tcpflow
