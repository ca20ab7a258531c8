// The numbers of connections and halves, in the order of their first packets (%S, %N).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

#include "base/moment.h"

namespace tcpflow {

// Numbers one table's connections and halves; used on its thread. Where several tables share one
// row of numbers, what it hands out during a batch is provisional: it keeps a list of what it
// numbered, and the engine, which has the lists of all tables, says at the end of the batch what
// the numbers are.
class FlowNumbers {
 public:
  enum class Kind : uint8_t { session, half };
  // A connection or a half began.
  struct Birth {
    uint64_t packet = 0;
    uint32_t step = 0;
    Kind kind = Kind::session;
    bool operator<(const Birth& other) const {
      return packet != other.packet ? packet < other.packet : step < other.step;
    }
  };

  static constexpr uint64_t kProvisional = uint64_t{1} << 63;
  static bool is_settled(uint64_t number) { return (number & kProvisional) == 0; }

  // From now on numbers are provisional.
  void share() { is_shared_ = true; }
  bool is_shared() const { return is_shared_; }

  uint64_t next(Kind kind, const Moment& now) {
    uint64_t& last = kind == Kind::session ? sessions_ : halves_;
    if (!is_shared_) return last++;
    ++last;
    births_.push_back({now.packet, now.step, kind});
    return kProvisional | (births_.size() - 1);
  }
  // What began in this batch, in order.
  const std::vector<Birth>& births() const { return births_; }
  // The numbers of births(), in the same order.
  std::vector<uint64_t>& numbers() { return numbers_; }
  // The number that a provisional one stands for, once numbers() are there; others stay.
  uint64_t settled(uint64_t number) const {
    if (is_settled(number)) return number;
    assert((number & ~kProvisional) < numbers_.size());
    return numbers_[number & ~kProvisional];
  }
  // The batch is over: nothing provisional is left.
  void forget() {
    births_.clear();
    numbers_.clear();
  }

  // No number that is handed out at this packet is higher: the first is 0, and a packet begins one
  // connection and one half at most.
  uint64_t most_at(uint64_t packet) const {
    return is_shared_ ? packet : std::max(sessions_, halves_);
  }
  // How many there were.
  uint64_t sessions() const { return sessions_; }
  uint64_t halves() const { return halves_; }

 private:
  bool is_shared_ = false;
  uint64_t sessions_ = 0;
  uint64_t halves_ = 0;
  std::vector<Birth> births_;
  std::vector<uint64_t> numbers_;
};

}  // namespace tcpflow
