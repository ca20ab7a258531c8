// Where in a run something happens: the order of all that is told.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

namespace tcpflow {

// What happens at one segment, in this order. Flows that one step ends or settles come by birth.
enum class Step : uint8_t {
  conversations,  // those of UDP that were idle for too long end
  act,            // the segment or datagram reaches its flow
  settle,         // halves give up what they waited for
  linger,         // closed connections go
  idle,           // connections end that were idle for too long
  lifetime,       // and those that are too old
};

// Depends on the packets and not on the thread that handles them, so what several threads make of
// a batch can be put in order by it. A plain value.
struct Moment {
  uint64_t packet = 0;  // Frame::number
  uint32_t step = 0;    // within the packet
  uint64_t birth = 0;   // of the flow it is about, where a step is about several; see birth_of()

  auto operator<=>(const Moment&) const = default;
};

inline constexpr uint32_t kStepsPerPart = 8;

// `part`: Segment::part.
constexpr Moment moment_of(uint64_t packet, uint32_t part, Step step) {
  return {packet, part * kStepsPerPart + static_cast<uint32_t>(step), 0};
}

// Orders flows by their first packets; frames of one packet that hold several begin them in turn.
constexpr uint64_t birth_of(uint64_t packet, uint32_t part) {
  constexpr uint32_t kMostParts = 1023;
  return packet << 10 | std::min(part, kMostParts);
}

constexpr uint64_t first_packet_of(uint64_t birth) { return birth >> 10; }

}  // namespace tcpflow
