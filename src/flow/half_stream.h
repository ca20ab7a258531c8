// The byte stream of one half: sequence numbers to offsets, start, gaps, FIN.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "flow/capture_drops.h"
#include "flow/conflict_ledger.h"
#include "flow/flow_record.h"
#include "flow/list_budget.h"
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

// One per half that has shown payload or a FIN; owned by its TcpHalf, used on the shard's thread.
// Positions are offsets from the first byte; while the start is held (no SYN seen) they are
// relative to the first segment seen.
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
  // seen.
  HalfStream(uint32_t first_byte, bool is_start, OverlapPolicy policy);

  // Where the byte with this sequence number belongs.
  int64_t position(uint32_t seq) const;
  // How far that is from the end of the last segment: what -m is compared with.
  int64_t jump_to(uint32_t seq) const { return position(seq) - last_end_; }

  void take_payload(const PayloadRun& run, Env env);
  // The FIN that follows the byte before `seq_after_payload`, if it is at most `reach` away.
  void take_fin(uint32_t seq_after_payload, int64_t reach);
  // A SYN came after data. False: another stream's. `strictly`: no byte may be missing between.
  bool fits_late_syn(uint32_t first_byte, bool strictly) const;
  // It fits: its ISN + 1 is now offset 0.
  void take_late_syn(uint32_t first_byte, Env env);
  // The receiver says it has everything below `ack`.
  void take_ack(uint32_t ack);
  // Gives up what the time allows to give up: held start, acknowledged gaps.
  void settle(Env env);
  // Since when it waits, if it does.
  std::optional<Timestamp> waits_since(Wait wait) const;
  // Delivers all that is held, and what lies between as gaps.
  void give_up_all(GapReason why, Env env);
  // Forgets the copies of delivered bytes.
  void drop_window(Env env);
  // No more bytes will come: gives up all, also what is missing before the FIN.
  void finish(Env env);

  bool has_fin() const { return fin_at_.has_value(); }
  // FIN seen and everything before it is there.
  bool is_complete() const;
  // That, and the byte with this number lies behind it.
  bool is_past_fin(uint32_t seq) const { return is_complete() && position(seq) >= *fin_at_; }
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
  // Something is held: a start, or bytes behind a gap.
  bool waits() const { return start_ != nullptr || order_.has_gap(); }
  // Keeps copies of delivered bytes.
  bool has_window() const { return order_.window_cost() != 0; }
  // Delivered something, or holds something: a SYN now comes after data.
  bool has_data() const { return highest_sent_ > 0 || (start_ && !start_->empty()); }
  uint64_t gap_count() const { return gap_count_; }
  uint32_t sequence_at(uint64_t offset) const { return seq_.sequence(offset); }
  uint32_t next_sequence() const { return seq_.sequence(order_.next()); }
  // The sequence number after the highest byte sent, and how much was sent up to there, holes
  // included.
  uint32_t end_sequence() const { return seq_.sequence(static_cast<uint64_t>(highest_sent_)); }
  uint64_t length() const { return static_cast<uint64_t>(highest_sent_ - lowest()); }

  void note(Suspect why) { ++suspects_[static_cast<size_t>(why)]; }
  void note_gap(const GapRecord& gap, size_t at_most, ListBudget& lists);
  void note_conflict(const StreamConflict& conflict, size_t at_most, ListBudget& lists);
  // What the lists of both took of the budget; to be given back when they go.
  size_t listed_cost() const;
  // Adds what it knows to `record`.
  void describe(HalfRecord& record) const;

 private:
  int64_t lowest() const { return start_ ? start_->lowest() : 0; }
  void push(int64_t at, const PayloadRun& run, Env env);
  void tell_conflicts(int64_t at, const std::vector<StreamConflict>& within, Env env);
  void release_start(int64_t origin, Env env);
  void move_origin(int64_t by);
  // The receiver has what the capture lacks before the first held byte.
  bool is_gap_acknowledged() const {
    return order_.has_gap() && acked_ && *acked_ >= static_cast<int64_t>(order_.first_held());
  }
  bool waits_for_gap() const {
    return acked_gap_ && is_gap_acknowledged() && acked_gap_->next == order_.next();
  }
  void give_up_acknowledged(Env env);
  void give_up_gap(GapReason why, Env env);
  bool is_capture_drop(Env env) const;
  void give_up_at_limit(Env env);
  static Reassembler::Outlet outlet(Env env) { return {env.sink, env.retired, env.window}; }
  // What counts against the limits of all flows, as it was before something was done.
  struct Costs {
    size_t held = 0;
    size_t window = 0;
  };
  Costs costs() const { return {order_.held_cost(), order_.window_cost()}; }
  void account(const Costs& before, Env env) const;

  SeqUnwrapper seq_;
  Reassembler order_;
  std::unique_ptr<StartHold> start_;
  int64_t last_end_ = 0;          // end of the last payload segment, whatever its place
  int64_t highest_seen_ = 0;      // end of the highest captured byte
  int64_t highest_sent_ = 0;      // the same on the wire
  std::optional<int64_t> acked_;  // the receiver has all below
  std::optional<int64_t> fin_at_;
  bool has_stopped_ = false;

  // The gap at `next` whose end the receiver has acknowledged: since when, and at how many received
  // octets.
  struct AckedGap {
    uint64_t next = 0;
    Timestamp since;
    uint64_t received = 0;
  };
  std::optional<AckedGap> acked_gap_;

  uint64_t received_ = 0;  // payload octets, repeats included
  uint64_t gap_count_ = 0;
  uint64_t gap_bytes_ = 0;
  uint32_t out_of_order_ = 0;
  uint32_t violations_ = 0;
  std::array<uint32_t, kSuspectCount> suspects_{};
  std::vector<GapRecord> gaps_;
  std::unique_ptr<ConflictLedger> conflicts_;  // null: none
};

}  // namespace tcpflow
