// A TCP connection: two halves, what a segment means to them, and whom to tell.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "flow/arrival.h"
#include "flow/audience.h"
#include "flow/bare_syns.h"
#include "flow/flow.h"
#include "flow/flow_extras.h"
#include "flow/flow_options.h"
#include "flow/kept_key.h"
#include "flow/tcp_half.h"

namespace tcpflow {

// What a segment means to the flow that its addresses and ports lead to.
enum class Verdict : uint8_t {
  take,          // it belongs to the flow
  repeated_syn,  // its half's own SYN again, after data: belongs to the flow, but no stream uses it
  doubtful_syn,  // a SYN with another ISN while the flow is open: remembered, decided by what
                 // follows
  confirms_syn,  // proves that the remembered SYN began a new connection
  new_connection,  // a SYN that begins a new connection on the same addresses and ports
  jump,            // payload too far away (-m): this half starts anew
  straggler,       // late segment of the connection before this one: counted, ignored
};

// How much of a connection the capture shows. It only grows.
enum class Openness : uint8_t {
  half_open,  // the handshake is not complete, and there is no payload
  one_sided,  // one side only
  two_sided,
};
inline constexpr size_t kOpennessCount = 3;

// One connection, owned by the FlowTable, used on its thread. What segments mean is judged in
// tcp_flow_judge.cc, without changing anything; what they do is in tcp_flow.cc, and what strict
// mode leaves undone in tcp_flow_strict.cc.
class TcpFlow final : public Flow {
 public:
  // `link` is that of its first packet.
  TcpFlow(FlowContext& context, const KeyedSender& sender, const LinkFacts& link,
          const FlowBirth& birth);
  ~TcpFlow() override;
  TcpFlow(const TcpFlow&) = delete;
  TcpFlow& operator=(const TcpFlow&) = delete;

  FlowKey key() const { return key_.key(); }
  bool has_key(const FlowKey& key) const { return key_ == key; }
  uint64_t birth() const { return birth_.order; }
  uint64_t session() const { return birth_.session; }
  FlowInfo info() const override { return birth_.info(); }
  HalfInfo half_info(Direction from) const override;
  void settle_numbers(const FlowNumbers& numbers) override;
  Direction direction_of(bool sender_is_low) const {
    return sender_is_low == originator_is_low_ ? Direction::originator : Direction::responder;
  }
  // The same arrival with its direction as this flow calls it.
  Arrival seen_here(const Arrival& arrival) const {
    return {arrival.segment, arrival.packet, arrival.sender_is_low,
            direction_of(arrival.sender_is_low)};
  }
  const TcpHalf& half(Direction d) const { return halves_[index_of(d)]; }

  Verdict judge(const Arrival& arrival) const;
  // --strict: why its receiver would ignore the segment. Only there.
  std::optional<Suspect> objection(const Arrival& arrival) const;
  // It is counted, and used for nothing, unless later ones show that the capture lacks some.
  void leave_out(const Arrival& arrival, Suspect why);
  // False for payload that is no part of the stream: that of some RSTs, and in strict mode what its
  // receiver does not take, or not yet.
  bool uses_payload(const Arrival& arrival) const;
  // Its first segment, taken while the connection was kept as a BareSyn and counted then.
  void begin_with(const BareSyn& syn);
  void take(const Arrival& arrival);
  // The receiver of `from` says what it has; told where its other half lives in another flow.
  void take_ack(const Arrival& arrival);
  void remember_doubtful_syn(const Arrival& arrival);
  std::unique_ptr<KeptSegment> take_doubtful_syn();
  // Gives up what the table's clock allows to give up, in both halves.
  void settle() {
    if (waits()) settle_halves();
  }
  // A half holds bytes that it will give up one day.
  bool waits() const { return halves_[0].waits() || halves_[1].waits(); }
  // Since when a half waits, if it does.
  std::optional<Timestamp> waits_since(Direction from, Wait wait) const;
  // Keeps something that counts against the limit on held bytes.
  bool holds() const;
  // Gives up all of it.
  void give_up_held();
  // Keeps copies of delivered bytes.
  bool has_windows() const;
  void drop_windows();

  // Both halves are closed, or one was reset, or the only one seen is closed: nothing more is
  // expected.
  bool is_over() const { return is_closing() && has_closed(); }
  Openness openness() const;
  // The VLANs that its packets were seen on, as far as remembered.
  std::vector<VlanIds> vlans() const;
  bool knows_vlans(const VlanIds& vlans) const {
    return context_.links[link_].vlans == vlans || (extras_ && knows_as_another(vlans));
  }
  void add_vlans(const VlanIds& vlans);
  // A segment with its addresses and ports, on a VLAN where it was not seen before, goes on where
  // this connection stands.
  bool goes_on_with(const Arrival& arrival) const;
  // A half that jumped away: ends for its consumers, no longer served by this flow.
  void cut_half(Direction from);
  bool serves(Direction from) const { return !cut_[index_of(from)]; }
  // Ends both halves: no segment will come any more.
  void close();
  FlowRecord describe(FlowEnd why) override;
  PriorConnection as_prior(Timestamp replaced) const;
  void set_prior(PriorConnection prior);

  // Made if there are none.
  FlowExtras& more() {
    if (!extras_) extras_ = std::make_unique<FlowExtras>();
    return *extras_;
  }
  // Null: there are none.
  const FlowExtras* extras() const { return extras_.get(); }
  TcpFlow* older() const { return extras_ ? extras_->older : nullptr; }
  TcpFlow* newer() const { return extras_ ? extras_->newer : nullptr; }
  TcpFlow* on_other_vlan() const { return extras_ ? extras_->on_other_vlan : nullptr; }
  void set_on_other_vlan(TcpFlow* next) {
    if (next != on_other_vlan()) more().on_other_vlan = next;
  }
  // What it takes, as FlowLimits has it.
  size_t cost() const;
  // For FlowList.
  FlowLinks& links(FlowLinks TcpFlow::*list) { return this->*list; }
  FlowLinks& links(FlowLinks FlowExtras::*list) { return more().*list; }
  const FlowLinks* links_if_any(FlowLinks TcpFlow::*list) const { return &(this->*list); }
  const FlowLinks* links_if_any(FlowLinks FlowExtras::*list) const {
    return extras_ ? &(extras_.get()->*list) : nullptr;
  }

  // For the table.
  FlowLinks by_idle;
  Timestamp last_clock;  // the table's clock at the last packet
  uint32_t slot = 0;
  Openness listed_as = Openness::half_open;

 private:
  class Sink;

  TcpHalf& half_of(Direction d) { return halves_[index_of(d)]; }
  HalfStream::Env env(Sink& sink);
  Verdict judge_syn(const Arrival& arrival) const;
  bool fits_late_syn(const Arrival& arrival) const;
  bool goes_on_with_syn(const Arrival& arrival) const;
  bool confirms_doubtful_syn(const Arrival& arrival) const;
  bool is_straggler(const Arrival& arrival) const;
  bool answers_this_connection(const Arrival& arrival) const;
  bool has_closed() const;
  bool knows_as_another(const VlanIds& vlans) const;
  bool is_closing() const { return halves_[0].is_closing() || halves_[1].is_closing(); }
  int64_t distance_from_stream(const Arrival& arrival) const;
  void count(const Arrival& arrival);
  void apply(const Arrival& arrival);
  void observe(const Arrival& arrival);
  bool is_late_answer(const Arrival& arrival) const;
  bool endpoint_uses_payload(const Arrival& arrival) const;
  bool fills_hole(Direction from, const Segment& segment) const;
  void keep(const Arrival& arrival, Suspect why);
  std::unique_ptr<KeptSegment> take_kept(Direction from, size_t at);
  void make_room_to_keep(const Arrival& arrival);
  void settle_kept(Direction from, const Arrival& next, bool is_doubted);
  void settle_acknowledged(Direction from);
  void use_kept(KeptSegment& kept, uint32_t octets);
  void use_doubted(Direction from);
  void use_all_doubted();
  bool is_over_for_endpoint(Direction from, uint64_t offset);
  bool is_left_out(Direction from, const GapRecord& gap) const;
  void take_syn(const Arrival& arrival);
  void take_payload(const Arrival& arrival);
  void ignore_reset(const Arrival& arrival);
  bool accepts_reset(const Arrival& arrival) const;
  bool is_in_reach_of_reset(const Arrival& arrival) const;
  int64_t reach_of_fin() const;
  void settle_halves();
  void deliver(Direction from, uint64_t offset, Bytes bytes, PacketRef packet);
  void deliver_gap(Direction from, uint64_t offset, uint64_t length, GapReason why);
  void deliver_conflict(Direction from, const StreamConflict& conflict);
  IpAddress destination_of(Direction from) const {
    return (from == Direction::originator) == originator_is_low_ ? key_.high() : key_.low();
  }
  HalfEnd end_of(Direction from) const;
  void tell_if_complete(Direction from);
  void end_half(Direction from);

  const KeptSegment* doubtful_syn() const {
    return extras_ ? extras_->doubtful_syn.get() : nullptr;
  }
  const PriorConnection* prior() const { return extras_ ? extras_->prior.get() : nullptr; }
  // Null: not in strict mode.
  EndpointView* endpoint() const { return extras_ ? extras_->endpoint.get() : nullptr; }

  const bool originator_is_low_;
  std::array<bool, 2> cut_{};
  FlowContext& context_;
  std::unique_ptr<FlowExtras> extras_;  // null: not needed so far
  [[no_unique_address]] const KeptKey key_;
  const LinkBook::Number link_;  // of the first packet
  FlowBirth birth_;
  std::array<TcpHalf, 2> halves_;
  [[no_unique_address]] Audience audience_;
  std::array<bool, 2> told_complete_{};
  std::array<bool, 2> half_ended_{};

 public:
  // For the table, too, and here because here is room: what it has on its books for this flow.
  uint16_t counted_cost = 0;
};
// So an idle connection takes less than 350 octets, what malloc adds and its places in the table
// included.
static_assert(sizeof(TcpFlow) <= 296);

}  // namespace tcpflow
