// The index of records that stand elsewhere in a row, by their hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tcpflow {

// Open addressing: linear probing with backward-shift deletion, at most 3/4 full, 8 octets a slot,
// so that a look-up touches one line. Knows a record by its serial number and half of its hash;
// whose record it is, the caller says. The hash must be a keyed one. One thread.
class SerialSlots {
 public:
  SerialSlots() : slots_(kFirstSlots) {}

  // The serial number of the record with this hash for which `is_it(serial)` holds.
  template <typename Predicate>
  std::optional<uint32_t> find(uint64_t hash, const Predicate& is_it) const {
    const uint32_t mark = mark_of(hash);
    for (size_t at = home(mark); slots_[at].mark != 0; at = next(at)) {
      if (slots_[at].mark == mark && is_it(slots_[at].serial)) return slots_[at].serial;
    }
    return std::nullopt;
  }

  void insert(uint64_t hash, uint32_t serial) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    put({mark_of(hash), serial});
    ++size_;
  }

  // It must be there.
  void erase(uint64_t hash, uint32_t serial) {
    const uint32_t mark = mark_of(hash);
    size_t hole = home(mark);
    while (slots_[hole].mark != mark || slots_[hole].serial != serial) hole = next(hole);
    // What follows moves back unless its home lies after the hole.
    for (size_t at = next(hole); slots_[at].mark != 0; at = next(at)) {
      const size_t from_home = (at - home(slots_[at].mark)) & mask();
      if (from_home < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
    --size_;
  }

 private:
  struct Slot {
    uint32_t mark = 0;  // 0: free
    uint32_t serial = 0;
  };
  static constexpr size_t kFirstSlots = 64;

  static uint32_t mark_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32) | 1; }
  size_t mask() const { return slots_.size() - 1; }
  // The lowest bit of a mark is always 1.
  size_t home(uint32_t mark) const { return (mark >> 1) & mask(); }
  size_t next(size_t at) const { return (at + 1) & mask(); }

  void put(Slot slot) {
    size_t at = home(slot.mark);
    while (slots_[at].mark != 0) at = next(at);
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.mark != 0) put(slot);
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
};

}  // namespace tcpflow
