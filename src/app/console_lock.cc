#include "app/console_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <ctime>

namespace tcpflow {
namespace {

constexpr long kStepNanos = 100'000'000;  // how soon a wish to stop is noticed

timespec one_step_from_now() {
  constexpr long kNanosPerSecond = 1'000'000'000;
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += kStepNanos;
  time.tv_sec += time.tv_nsec / kNanosPerSecond;
  time.tv_nsec %= kNanosPerSecond;
  return time;
}

}  // namespace

Result<std::unique_ptr<SharedConsoleLock>> SharedConsoleLock::open(const std::string& name,
                                                                   Waiter& waiter) {
  const std::string path = name.starts_with('/') ? name : std::string("/") + name;
  sem_t* const semaphore = ::sem_open(path.c_str(), O_CREAT, 0666, 1);
  if (semaphore == SEM_FAILED) return errno_error("-L " + name, errno);
  return std::make_unique<SharedConsoleLock>(semaphore, waiter);
}

SharedConsoleLock::~SharedConsoleLock() {
  unlock();
  ::sem_close(semaphore_);
}

void SharedConsoleLock::lock() {
  is_held_ = ::sem_trywait(semaphore_) == 0;
  while (!is_held_ && !waiter_.stop_requested()) {
    const timespec until = one_step_from_now();
    is_held_ = ::sem_timedwait(semaphore_, &until) == 0;
  }
}

void SharedConsoleLock::unlock() {
  if (is_held_) ::sem_post(semaphore_);
  is_held_ = false;
}

}  // namespace tcpflow
