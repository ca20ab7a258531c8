// A number over all flows that goes up and down, and how high it went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/moment.h"

namespace tcpflow {

// One table's share of such a number; used on its thread. With several tables only the sum says how
// high it went, so each keeps a list of changes for the engine to put in order.
class Gauge {
 public:
  struct Change {
    uint64_t packet = 0;
    uint32_t step = 0;
    int64_t by = 0;
  };

  // From now on changes are listed.
  void share() { is_shared_ = true; }
  void set(int64_t value, const Moment& now) {
    if (value == value_) return;
    if (is_shared_) note(value - value_, now);
    value_ = value;
    if (value > most_) most_ = value;
  }
  void add(int64_t by, const Moment& now) { set(value_ + by, now); }

  int64_t value() const { return value_; }
  // The highest value of this share alone.
  int64_t most() const { return most_; }
  // Since the last forget(), in order.
  const std::vector<Change>& changes() const { return changes_; }
  void forget() { changes_.clear(); }

 private:
  void note(int64_t by, const Moment& now) {
    // One packet can end very many flows.
    if (!changes_.empty() && by < 0) {
      Change& last = changes_.back();
      if (last.packet == now.packet && last.step == now.step && last.by < 0) {
        last.by += by;
        return;
      }
    }
    changes_.push_back({now.packet, now.step, by});
  }

  bool is_shared_ = false;
  int64_t value_ = 0;
  int64_t most_ = 0;
  std::vector<Change> changes_;
};

}  // namespace tcpflow
