#include "app/console_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <ctime>

namespace tcpflow {
namespace {

constexpr long kStepNanos = 100'000'000;  // how soon a wish to stop is noticed
constexpr int kStepsUntilTold = 10;

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
                                                                   Waiter& waiter,
                                                                   const Messages& messages) {
  const std::string path = name.starts_with('/') ? name : std::string("/") + name;
  sem_t* const semaphore = ::sem_open(path.c_str(), O_CREAT, 0666, 1);
  if (semaphore == SEM_FAILED) return errno_error("-L " + name, errno);
  return std::make_unique<SharedConsoleLock>(semaphore, path, waiter, messages);
}

SharedConsoleLock::~SharedConsoleLock() {
  unlock();
  ::sem_close(semaphore_);
}

void SharedConsoleLock::lock() {
  is_held_ = ::sem_trywait(semaphore_) == 0;
  if (!is_held_) wait();
}

void SharedConsoleLock::wait() {
  for (int steps = 0; !is_held_ && !waiter_.stop_requested(); ++steps) {
    const timespec until = one_step_from_now();
    is_held_ = ::sem_timedwait(semaphore_, &until) == 0;
    if (is_held_ || steps + 1 < kStepsUntilTold || has_told_) continue;
    has_told_ = true;
    messages_.note("-L: another program holds the semaphore " + name_ +
                   "; if it was killed, remove /dev/shm/sem." + name_.substr(1) +
                   " and start again");
  }
}

void SharedConsoleLock::unlock() {
  if (is_held_) ::sem_post(semaphore_);
  is_held_ = false;
}

}  // namespace tcpflow
