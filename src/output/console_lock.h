// -L: console records of several programs, one at a time.
#pragma once

namespace tcpflow {

// Held while one record is written. Called on the console's thread.
class ConsoleLock {
 public:
  virtual ~ConsoleLock() = default;
  virtual void lock() = 0;
  virtual void unlock() = 0;
};

}  // namespace tcpflow
