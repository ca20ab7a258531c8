// A TCP connection: two halves, what a segment means to them, and whom to tell.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "flow/flow_key.h"
#include "flow/flow_options.h"
#include "flow/tcp_half.h"

namespace tcpflow {

// A segment on its way through the flow layer. Borrows the segment for the call.
struct Arrival {
  const Segment& segment;
  PacketRef packet;
  Direction from = Direction::originator;
};

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

// A SYN with another ISN, kept until later segments tell whether it was real.
struct DoubtfulSyn {
  Segment segment;  // frame points at `frame`, payload at `payload`
  Frame frame;      // without bytes
  std::vector<uint8_t> payload;
  PacketRef packet;
  Direction from = Direction::originator;
};

// What is remembered of a connection that a new one replaced, to know its stragglers.
struct PriorConnection {
  struct Span {
    bool known = false;
    uint32_t first = 0;
    uint32_t end = 0;
  };
  std::array<Span, 2> by_low_sender;  // [1]: sent by the low side of the key
};

// Links of an intrusive list (FlowList).
class TcpFlow;
struct FlowLinks {
  TcpFlow* before = nullptr;
  TcpFlow* after = nullptr;
  bool linked = false;
};

// One connection, owned by the FlowTable, used on its thread. Consumers are made at the first byte
// or gap.
class TcpFlow {
 public:
  TcpFlow(FlowContext& context, const KeyedSender& sender, uint64_t id, uint64_t session);
  ~TcpFlow();
  TcpFlow(const TcpFlow&) = delete;
  TcpFlow& operator=(const TcpFlow&) = delete;

  const FlowKey& key() const { return key_; }
  uint64_t id() const { return info_.id; }
  uint64_t session() const { return info_.session; }
  Direction direction_of(bool sender_is_low) const {
    return sender_is_low == originator_is_low_ ? Direction::originator : Direction::responder;
  }
  const TcpHalf& half(Direction d) const { return halves_[index_of(d)]; }

  Verdict judge(const Arrival& arrival) const;
  void take(const Arrival& arrival);
  void remember_doubtful_syn(const Arrival& arrival);
  std::unique_ptr<DoubtfulSyn> take_doubtful_syn() { return std::move(doubtful_syn_); }
  // Gives up what packet time `now` allows to give up, in both halves.
  void settle(Timestamp now);

  // Both halves are closed, or one was reset, or the only one seen is closed: nothing more is
  // expected.
  bool is_over() const;
  // A half that jumped away: ends for its consumers, no longer served by this flow.
  void cut_half(Direction from);
  bool serves(Direction from) const { return !cut_[index_of(from)]; }
  // Ends both halves, tells the consumers, and returns all that is known.
  FlowRecord end(FlowEnd why);
  PriorConnection as_prior() const;
  void set_prior(PriorConnection prior);

  // For the table: lists this flow stands in, its owner's slot, and the flow whose other half it
  // took over.
  FlowLinks by_age;
  FlowLinks by_linger;
  Timestamp last_clock;  // the table's clock at the last packet
  Timestamp linger_since;
  size_t slot = 0;
  TcpFlow* older = nullptr;

 private:
  class Sink;

  TcpHalf& half_of(Direction d) { return halves_[index_of(d)]; }
  HalfStream::Env env(Sink& sink);
  Verdict judge_syn(const Arrival& arrival) const;
  bool confirms_doubtful_syn(const Arrival& arrival) const;
  bool is_straggler(const Arrival& arrival) const;
  bool anything_closed() const;
  void count(const Arrival& arrival);
  void take_syn(const Arrival& arrival);
  void take_payload(const Arrival& arrival);
  void take_reset(const Arrival& arrival);
  bool accepts_reset(const Arrival& arrival) const;
  void deliver(Direction from, uint64_t offset, Bytes bytes, PacketRef packet);
  void deliver_gap(Direction from, uint64_t offset, uint64_t length, GapReason why);
  void start_consumers(Direction from);
  HalfInfo info_of(Direction from) const;
  HalfEnd end_of(Direction from) const;
  void end_half(Direction from);

  FlowContext& context_;
  FlowKey key_;
  FlowInfo info_;
  std::array<TcpHalf, 2> halves_;
  std::array<bool, 2> cut_{};
  std::array<bool, 2> half_ended_{};
  std::vector<std::unique_ptr<StreamConsumer>> consumers_;
  std::unique_ptr<DoubtfulSyn> doubtful_syn_;
  std::unique_ptr<PriorConnection> prior_;
  bool originator_is_low_;
  bool consumers_made_ = false;
};

// True if a packet with these flags opens a flow where none is known (reference 7.1).
bool opens_flow(const Segment& segment);
// A SYN that means it: without FIN or RST.
inline bool is_syn(const Segment& s) {
  return s.has(tcp_flag::kSyn) && !s.has(tcp_flag::kFin) && !s.has(tcp_flag::kRst);
}

}  // namespace tcpflow
