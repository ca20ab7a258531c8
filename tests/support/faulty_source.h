// What a bad tap or a busy network does to a capture, by seed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/source.h"
#include "tests/support/conversation.h"

namespace tcpflow::test {

// Chances in percent, each frame on its own.
struct Faults {
  uint64_t seed = 1;
  unsigned loss = 0;
  unsigned duplication = 0;  // the copy comes as late as a reordered frame may
  unsigned reordering = 0;
  unsigned distance = 3;  // a reordered frame is overtaken by at most so many
};

// A small generator whose numbers are the same on every machine (splitmix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  // 0 <= below(n) < n
  uint64_t below(uint64_t n) { return next() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  uint64_t state_;
};

// `frames` with `faults` applied. Times stay with their frames' places, so they do not run back.
std::vector<TimedFrame> with_faults(const std::vector<TimedFrame>& frames, const Faults& faults);

// Owns the source it wraps. Reads it to its end at the first read, so it is for inputs that fit
// into memory; hands out copies, renumbered from 1.
class FaultySource : public PacketSource {
 public:
  FaultySource(std::unique_ptr<PacketSource> inner, const Faults& faults);

  Result<ReadState> read(FrameBatch& batch) override;
  const std::vector<Interface>& interfaces() const override { return inner_->interfaces(); }
  const std::string& name() const override { return inner_->name(); }
  CaptureLoss loss() const override { return inner_->loss(); }

 private:
  Result<ReadState> read_all();

  std::unique_ptr<PacketSource> inner_;
  Faults faults_;
  std::optional<Result<ReadState>> end_;  // how the wrapped source ended
  std::vector<TimedFrame> frames_;
};

}  // namespace tcpflow::test
