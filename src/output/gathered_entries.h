// What waits to become entries of an archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/moment.h"

namespace tcpflow {

class GatheredEntries;

// What is gathered of one entry. Stays in place as long as it lives; one thread.
class GatheredEntry {
 public:
  GatheredEntry(const GatheredEntry&) = delete;
  GatheredEntry& operator=(const GatheredEntry&) = delete;

  // Moves what is in memory to the spool.
  virtual void move_out() = 0;
  // Its turn has come: hands the entry over. It may go in this call.
  virtual void hand_over() = 0;

 protected:
  explicit GatheredEntry(GatheredEntries& all) : all_(all) {}
  virtual ~GatheredEntry();
  GatheredEntries& all() { return all_; }

 private:
  friend class GatheredEntries;
  static constexpr size_t kNone = SIZE_MAX;

  GatheredEntries& all_;
  size_t counted_ = 0;  // octets that are on the books for us
  GatheredEntry* before_ = nullptr;
  GatheredEntry* behind_ = nullptr;
  size_t turn_ = kNone;  // where in the row of those that are over
};

// Those of one thread: the ones with bytes in memory, of which the one that waits longest is moved
// out first, and the ones that are over, which are handed over when the batch has been taken.
// Outlives them.
class GatheredEntries {
 public:
  // Octets that may be in memory.
  explicit GatheredEntries(size_t most) : most_(most) {}

  // `entry` now holds so many octets and is the last in the row. 0 takes it out.
  void set(GatheredEntry& entry, size_t octets);
  // Moves out what is too much.
  void weigh();
  size_t total() const { return total_; }

  // Nothing more comes to `entry`, as of the moment `at`.
  void add_finished(GatheredEntry& entry, const Moment& at);
  // It needs no turn any more, if it had one.
  void drop_finished(GatheredEntry& entry);
  // Hands over all that is over, in order, with the moment of each in `now`.
  void hand_over_finished(Moment& now);

 private:
  struct Finished {
    Moment at;
    GatheredEntry* entry;  // null: it has gone
  };
  void link(GatheredEntry& entry);
  void unlink(GatheredEntry& entry);

  size_t most_;
  GatheredEntry* first_ = nullptr;
  GatheredEntry* last_ = nullptr;
  size_t total_ = 0;
  std::vector<Finished> finished_;
};

// How much of one entry may be missing: holes where the archive knows them, and zeros.
struct MissingLimits {
  size_t most_holes = SIZE_MAX;
  uint64_t most_zeros = UINT64_MAX;  // that are in no hole
};
class MissingCount {
 public:
  // `octets` are missing in front of others. False: they are too many.
  bool take(uint64_t octets, const MissingLimits& limits) {
    if (holes_ < limits.most_holes) {
      ++holes_;
      return true;
    }
    if (octets > limits.most_zeros - zeros_) return false;
    zeros_ += octets;
    return true;
  }

 private:
  size_t holes_ = 0;
  uint64_t zeros_ = 0;
};

}  // namespace tcpflow
