// -L: console records of several programs, one at a time.
#pragma once

#include <semaphore.h>

#include <string>
#include <utility>

#include "base/result.h"

namespace tcpflow {

// Held while one record is written.
class ConsoleLock {
 public:
  virtual ~ConsoleLock() = default;
  virtual void lock() = 0;
  virtual void unlock() = 0;
};

// A named POSIX semaphore, made with the value 1 if there is none of that name. It stays when the
// program ends, for the others that use it.
class NamedSemaphore : public ConsoleLock {
 public:
  // `name` may come with or without its leading '/'.
  static Result<NamedSemaphore> open(const std::string& name);
  NamedSemaphore(NamedSemaphore&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
  NamedSemaphore& operator=(NamedSemaphore&&) = delete;
  ~NamedSemaphore() override;

  void lock() override;
  void unlock() override;

 private:
  NamedSemaphore() = default;
  sem_t* semaphore_ = nullptr;
};

}  // namespace tcpflow
