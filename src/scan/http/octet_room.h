// What many may take of the memory together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tcpflow {

// One for all bodies, or all heads, of a thread; outlives them.
struct OctetRoom {
  size_t most = SIZE_MAX;
  size_t held = 0;
};

// What one of them has of it; it is given back with its owner.
class RoomTaken {
 public:
  // Null: there is room for all.
  explicit RoomTaken(OctetRoom* room) : room_(room) {}
  ~RoomTaken() {
    if (room_ != nullptr) room_->held -= octets_;
  }
  RoomTaken(const RoomTaken&) = delete;
  RoomTaken& operator=(const RoomTaken&) = delete;

  // It now takes so many. False: there is no room for them, and all is as it was.
  bool set(size_t octets) {
    if (room_ == nullptr) return true;
    const size_t others = room_->held - octets_;
    if (octets > octets_ && (others > room_->most || octets > room_->most - others)) {
      was_refused_ = true;
      return false;
    }
    room_->held = others + octets;
    octets_ = octets;
    return true;
  }
  size_t octets() const { return octets_; }
  bool was_refused() const { return was_refused_; }

 private:
  OctetRoom* room_;
  size_t octets_ = 0;  // not counted without a room
  bool was_refused_ = false;
};

}  // namespace tcpflow
