#include "flow/serial_slots.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tcpflow {
namespace {

// Few different hashes, so that records share their place and lie in each other's way.
uint64_t crowded_hash(uint32_t serial) { return uint64_t{serial % 7 * 3 + serial % 40} << 33; }

TEST(SerialSlots, FindWhatAMapFindsAfterAnyMixOfInsertsAndErases) {
  SerialSlots slots;
  std::map<uint32_t, uint64_t> model;
  std::mt19937 random(11);
  uint32_t next = UINT32_MAX - 200;  // serial numbers wrap
  for (int step = 0; step < 20'000; ++step) {
    if (model.empty() || random() % 5 < 3) {
      const uint64_t hash = model.size() < 100 ? crowded_hash(next) : uint64_t{random()} << 32;
      slots.insert(hash, next);
      model.emplace(next++, hash);
    } else {
      const auto at = std::next(model.begin(), static_cast<ptrdiff_t>(random() % model.size()));
      slots.erase(at->second, at->first);
      const uint32_t gone = at->first;
      EXPECT_FALSE(slots.find(at->second, [&](uint32_t serial) { return serial == gone; }));
      model.erase(at);
    }
  }
  for (const auto& [wanted, hash] : model) {
    const uint32_t serial = wanted;
    EXPECT_EQ(slots.find(hash, [&](uint32_t s) { return s == serial; }), serial);
  }
}

}  // namespace
}  // namespace tcpflow
