// Which names an archive has already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tcpflow {

// Hashes of names, up to a limit; past it all are forgotten. Two names with one hash are a matter
// of luck (1 in 10^8 among a million names) and cost a number behind one of them. One thread.
class TakenNames {
 public:
  explicit TakenNames(size_t most) : most_(most) {}

  // Takes `name`. False: it was taken before.
  bool take(std::string_view name);
  // How many times everything was forgotten.
  uint64_t times_forgotten() const { return times_forgotten_; }

 private:
  size_t slot_of(uint64_t hash) const;
  void grow();

  size_t most_;
  size_t count_ = 0;
  std::vector<uint64_t> slots_;  // open addressing; 0 is free
  uint64_t times_forgotten_ = 0;
};

}  // namespace tcpflow
