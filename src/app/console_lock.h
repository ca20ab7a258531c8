// -L: console records of several programs, one at a time, without being stuck behind a dead one.
#pragma once

#include <semaphore.h>

#include <memory>
#include <string>

#include "app/messages.h"
#include "base/result.h"
#include "base/wait.h"
#include "output/console_lock.h"

namespace tcpflow {

// A named POSIX semaphore, made with the value 1 if there is none of that name; it stays when the
// program ends, for the others that use it. A program that was killed while it held it leaves it
// taken: lock() therefore tells once, after a second, what to do, and gives up waiting once the run
// was asked to stop; the last records are printed without it. Lives on the console's thread, which
// must be the waiter's; released at its end.
class SharedConsoleLock : public ConsoleLock {
 public:
  // `name` may come with or without its leading '/'. Borrows the rest for its life.
  static Result<std::unique_ptr<SharedConsoleLock>> open(const std::string& name, Waiter& waiter,
                                                         const Messages& messages);

  // For open(), which has made the semaphore.
  SharedConsoleLock(sem_t* semaphore, std::string name, Waiter& waiter, const Messages& messages)
      : semaphore_(semaphore), name_(std::move(name)), waiter_(waiter), messages_(messages) {}
  ~SharedConsoleLock() override;
  SharedConsoleLock(const SharedConsoleLock&) = delete;
  SharedConsoleLock& operator=(const SharedConsoleLock&) = delete;

  void lock() override;
  void unlock() override;
  bool is_held() const { return is_held_; }

 private:
  void wait();

  sem_t* semaphore_;
  std::string name_;  // with its '/'
  Waiter& waiter_;
  const Messages& messages_;
  bool has_told_ = false;
  bool is_held_ = false;
};

}  // namespace tcpflow
