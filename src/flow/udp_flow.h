// A UDP conversation: two halves, each a row of datagrams.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "decode/datagram.h"
#include "flow/audience.h"
#include "flow/flow.h"
#include "flow/flow_options.h"
#include "flow/half_notes.h"
#include "flow/kept_key.h"

namespace tcpflow {

// One conversation, owned by the UdpTable, used on its thread. The stream of a half is what its
// datagrams carried, in the order of their packets; each is one call to the consumers, and what its
// snap length cut off a gap. Nothing is held back, so its size has a bound:
// FlowLimits::gaps_recorded.
class UdpFlow final : public Flow {
 public:
  // Borrows the context for its life.
  UdpFlow(FlowContext& context, const KeyedSender& sender, const FlowBirth& birth);
  ~UdpFlow() override;
  UdpFlow(const UdpFlow&) = delete;
  UdpFlow& operator=(const UdpFlow&) = delete;

  FlowKey key() const { return key_.key(); }
  uint64_t birth() const { return birth_.order; }
  FlowInfo info() const override { return birth_.info(); }
  HalfInfo half_info(Direction from) const override;
  void settle_numbers(const FlowNumbers& numbers) override;

  // A side of the key has sent something.
  bool has_half(bool sender_is_low) const { return half_of(sender_is_low).exists; }
  // Those of its first datagram.
  const VlanIds& vlans_of(bool sender_is_low) const {
    return context_.links[half_of(sender_is_low).link].vlans;
  }
  // A datagram of the conversation, from the low or the high side of its key.
  void take(const Datagram& datagram, PacketRef packet, bool sender_is_low);
  // Ends both halves: no datagram will come any more.
  void close();
  FlowRecord describe(FlowEnd why) override;

  // For the table: time of the last datagram, and its clock then.
  Timestamp last_packet;
  Timestamp last_clock;

 private:
  struct Half {
    uint64_t flow_number = 0;
    uint64_t packets = 0;
    uint64_t wire_bytes = 0;
    uint64_t captured_bytes = 0;
    uint64_t next = 0;  // offset of what the next datagram brings
    Timestamp start;
    Timestamp last;
    std::unique_ptr<HalfNotes> notes;  // null: none
    LinkBook::Number link = 0;         // if it exists
    bool exists = false;

    HalfNotes& more();
  };

  Direction direction_of(bool sender_is_low) const {
    return sender_is_low == originator_is_low_ ? Direction::originator : Direction::responder;
  }
  const Half& half_of(bool sender_is_low) const {
    return halves_[index_of(direction_of(sender_is_low))];
  }
  void count(Half& half, const Datagram& datagram, PacketRef packet);
  void tell_start(const Half& half);
  void take_conflicts(Direction from, const Datagram& datagram);
  void add_gap(Direction from, uint64_t length);
  HalfRecord record_of(Direction from) const;

  FlowContext& context_;
  const KeptKey key_;
  FlowBirth birth_;
  std::array<Half, 2> halves_;
  Audience audience_;
  bool originator_is_low_;
};

}  // namespace tcpflow
