// The byte stream of one half: sequence numbers to offsets, start, gaps, FIN.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "flow/capture_drops.h"
#include "flow/flow_record.h"
#include "flow/half_notes.h"
#include "flow/settle_queue.h"
#include "flow/start_hold.h"
#include "stream/reassembler.h"
#include "stream/seq.h"

namespace tcpflow {

// Payload as a segment brought it: `missing` octets follow `bytes` on the wire that were not
// captured.
struct PayloadRun {
  uint32_t seq = 0;
  Bytes bytes;
  uint32_t missing = 0;
  PacketRef packet;
  PayloadConflicts conflicts = {};
};

// Part of each TcpHalf, used on the shard's thread; begins with the first payload or FIN. Positions
// are offsets from the first byte; while the start is held (no SYN seen) they are relative to the
// first segment seen. A stream that was always in order is one offset and allocates nothing; what
// others need is in a block of its own.
class HalfStream {
 public:
  // Where ordered bytes go, and what the table shares.
  struct Env {
    OrderedSink& sink;
    RetiredBytes& retired;
    const StreamLimits& limits;
    size_t& held_total;
    size_t& windows_total;
    uint64_t& limit_hits;
    const CaptureDrops& drops;
    Timestamp now;      // the table's clock
    size_t window = 0;  // keep so much of what was delivered, to compare repetitions with
  };

  // Offset 0 is `first_byte`; with `is_start` because a SYN said so, else it is the first segment
  // seen. Before that only notes may be made.
  void begin(uint32_t first_byte, bool is_start, OverlapPolicy policy);
  bool has_begun() const { return has_begun_; }

  // Where the byte with this sequence number belongs.
  int64_t position(uint32_t seq) const;
  // How far that is from the end of the last segment: what -m is compared with.
  int64_t jump_to(uint32_t seq) const { return position(seq) - ends().last; }

  void take_payload(const PayloadRun& run, const Env& env);
  // The FIN that follows the byte before `seq_after_payload`, if it is at most `reach` away.
  void take_fin(uint32_t seq_after_payload, int64_t reach);
  // A SYN came after data. False: another stream's. `strictly`: no byte may be missing between.
  bool fits_late_syn(uint32_t first_byte, bool strictly) const;
  // It fits: its ISN + 1 is now offset 0.
  void take_late_syn(uint32_t first_byte, const Env& env);
  // The receiver says it has everything below `ack`.
  void take_ack(uint32_t ack);
  // Gives up what the time allows to give up: held start, acknowledged gaps.
  void settle(const Env& env);
  // Since when it waits, if it does.
  std::optional<Timestamp> waits_since(Wait wait) const;
  // Delivers all that is held, and what lies between as gaps.
  void give_up_all(GapReason why, const Env& env);
  // Forgets the copies of delivered bytes.
  void drop_window(const Env& env);
  // No more bytes will come: gives up all, also what is missing before the FIN.
  void finish(const Env& env);

  bool has_fin() const { return fin_at() != kNoFin; }
  // FIN seen and everything before it is there.
  bool is_complete() const;
  // That, and the byte with this number lies behind it.
  bool is_past_fin(uint32_t seq) const { return is_complete() && position(seq) >= fin_at(); }
  // Told each offset where something is about to be delivered. True once the stream had come to its
  // FIN: a host takes nothing more then. A segment that reaches over the FIN comes before it.
  bool stops_at(uint64_t offset);
  // The same for a gap: how much of it lies before the FIN.
  uint64_t gap_before_fin(uint64_t offset, uint64_t length);
  // Nothing of `length` octets from `seq` on was delivered, given up or is held, and the stream may
  // have them.
  bool lacks(uint32_t seq, uint32_t length) const;
  // True if a RST with this sequence number is exactly what the receiver waits for, as far as the
  // capture shows.
  bool expects(uint32_t seq) const;
  // Something is held: a start, or bytes behind a gap. Both are odd.
  bool waits() const { return odd_ && (odd_->start || order_.has_gap()); }
  // Takes more memory than one that was always in order.
  bool is_odd() const { return odd_ != nullptr; }
  // Keeps copies of delivered bytes.
  bool has_window() const { return order_.window_cost() != 0; }
  // Delivered something, or holds something: a SYN now comes after data.
  bool has_data() const { return ends().sent > 0 || (start() != nullptr && !start()->empty()); }
  uint64_t gap_count() const { return odd_ ? odd_->notes.gap_count : 0; }
  uint32_t sequence_at(uint64_t offset) const { return seq_.sequence(offset); }
  uint32_t next_sequence() const { return seq_.sequence(order_.next()); }
  // The sequence number after the highest byte sent, and how much was sent up to there, holes
  // included.
  uint32_t end_sequence() const { return seq_.sequence(static_cast<uint64_t>(ends().sent)); }
  uint64_t length() const { return static_cast<uint64_t>(ends().sent - lowest()); }

  void note(Suspect why) { notes().add(why); }
  HalfNotes& notes() { return odd().notes; }
  uint32_t octets_on_syn() const { return odd_ ? odd_->notes.on_syn : 0; }
  // What its lists took of the budget; to be given back when they go.
  size_t listed_cost() const { return odd_ ? odd_->notes.listed_cost() : 0; }
  // Adds what it knows to `record`.
  void describe(HalfRecord& record) const;

 private:
  static constexpr int64_t kNoFin = std::numeric_limits<int64_t>::max();

  struct Ends {
    int64_t last = 0;  // of the last payload segment, whatever its place
    int64_t seen = 0;  // of the highest captured byte
    int64_t sent = 0;  // the same on the wire
  };
  // The gap at `next` whose end the receiver has acknowledged: since when, and how many payload
  // octets came since then, repeats included.
  struct AckedGap {
    uint64_t next = 0;
    Timestamp since;
    uint64_t received = 0;
  };
  // What only a stream needs that is not in order, or was not, or has notes.
  struct Odd {
    Ends ends;
    int64_t fin_at = kNoFin;
    std::optional<int64_t> acked;  // the receiver has all below; if that is beyond the next offset
    std::optional<AckedGap> acked_gap;
    std::unique_ptr<StartHold> start;
    bool has_stopped = false;
    HalfNotes notes;
  };

  Odd& odd();
  bool needs_odd() const;
  // In order all three are where the next byte goes.
  Ends ends() const {
    const auto next = static_cast<int64_t>(order_.next());
    return odd_ ? odd_->ends : Ends{next, next, next};
  }
  // Behind the last byte, or kNoFin. In order it is where the next byte would go.
  int64_t fin_at() const {
    if (odd_) return odd_->fin_at;
    return has_fin_here_ ? static_cast<int64_t>(order_.next()) : kNoFin;
  }
  StartHold* start() const { return odd_ ? odd_->start.get() : nullptr; }
  int64_t lowest() const { return start() != nullptr ? start()->lowest() : 0; }
  bool goes_on_with(int64_t at, const PayloadRun& run) const;
  bool note_place(int64_t at, int64_t sent_end);
  void push(int64_t at, const PayloadRun& run, const Env& env);
  void tell_conflicts(int64_t at, const std::vector<StreamConflict>& within, const Env& env);
  void hold_start(int64_t at, const PayloadRun& run, const Env& env);
  void release_start(int64_t origin, const Env& env);
  void move_origin(int64_t by);
  // The receiver has what the capture lacks before the first held byte.
  bool is_gap_acknowledged() const {
    return order_.has_gap() && odd_->acked &&
           *odd_->acked >= static_cast<int64_t>(order_.first_held());
  }
  bool waits_for_gap() const {
    return is_gap_acknowledged() && odd_->acked_gap && odd_->acked_gap->next == order_.next();
  }
  void give_up_acknowledged(const Env& env);
  void give_up_gap(GapReason why, const Env& env);
  bool is_capture_drop(const Env& env) const;
  void give_up_at_limit(const Env& env);
  static Reassembler::Outlet outlet(const Env& env) { return {env.sink, env.retired, env.window}; }
  // What counts against the limits of all flows, as it was before something was done.
  struct Costs {
    size_t held = 0;
    size_t window = 0;
  };
  Costs costs() const { return {order_.held_cost(), order_.window_cost()}; }
  void account(const Costs& before, const Env& env) const;

  // A million of them may be open: what is small lies in what the last word of order_ leaves free.
  [[no_unique_address]] Reassembler order_;
  bool has_begun_ : 1 = false;
  // While there is no odd_: the FIN came where the next byte would go, and the receiver has it.
  bool has_fin_here_ : 1 = false;
  bool fin_is_acked_ : 1 = false;
  SeqUnwrapper seq_;
  std::unique_ptr<Odd> odd_;  // null: always in order, and nothing to note
};
static_assert(sizeof(HalfStream) == 40);

}  // namespace tcpflow
