// A copy of octets that can be cut: what is held of a segment or a fragment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace tcpflow {

// A value that owns its octets; one owner, no sharing between threads. Cutting costs in all no more
// than a small multiple of what was copied into it at first, however often it is done: only the
// smaller part of a split is copied, and room is given back when half of it is unused. Counts and
// places are in octets from the start of what is left, and never past its end.
class OctetRun {
 public:
  OctetRun() = default;
  explicit OctetRun(Bytes bytes) : stored_(bytes.begin(), bytes.end()), size_(bytes.size()) {}

  size_t size() const { return size_; }
  // Good until the run is cut, moved from or gone.
  Bytes bytes() const { return Bytes(stored_).subspan(begin_, size_); }
  // The room it takes: at most twice its size, and an octet more.
  size_t stored() const { return stored_.size(); }

  void drop_front(size_t count) {
    begin_ += count;
    size_ -= count;
    give_room_back();
  }
  void drop_back(size_t count) {
    size_ -= count;
    give_room_back();
  }
  // Keeps [0, at) and returns the rest.
  OctetRun split_off(size_t at) {
    if (size_ - at <= at) {
      OctetRun right(bytes().subspan(at));
      drop_back(size_ - at);
      return right;
    }
    OctetRun left(bytes().first(at));
    OctetRun right = std::exchange(*this, std::move(left));
    right.drop_front(at);
    return right;
  }
  // What bytes() lies in, to be kept elsewhere: spans of it stay good as long as that is kept. The
  // run is of no use afterwards.
  std::vector<uint8_t> take_storage() { return std::move(stored_); }

 private:
  void give_room_back() {
    // Each copy is at most as long as what was dropped since the last one, which pays for it.
    if (size_ >= stored_.size() / 2) return;
    const Bytes left = bytes();
    stored_ = std::vector<uint8_t>(left.begin(), left.end());
    begin_ = 0;
  }

  std::vector<uint8_t> stored_;
  size_t begin_ = 0;
  size_t size_ = 0;
};

}  // namespace tcpflow
