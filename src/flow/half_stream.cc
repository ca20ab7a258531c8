#include "flow/half_stream.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tcpflow {
namespace {

// How far before the lowest held byte a late SYN may lie and still belong to it.
constexpr int64_t kLateSynReach = 64 * 1024;
// An acknowledgement this far past the highest byte seen is not believed.
constexpr int64_t kAckSlack = 1 << 20;

}  // namespace

void HalfStream::begin(uint32_t first_byte, bool is_start, OverlapPolicy policy) {
  has_begun_ = true;
  seq_ = SeqUnwrapper(first_byte);
  order_ = Reassembler(policy);
  if (!is_start) odd().start = std::make_unique<StartHold>();
}

HalfStream::Odd& HalfStream::odd() {
  if (odd_) return *odd_;
  auto made = std::make_unique<Odd>();
  made->ends = ends();
  made->fin_at = fin_at();
  if (fin_is_acked_) made->acked = fin_at() + 1;
  odd_ = std::move(made);
  return *odd_;
}

bool HalfStream::needs_odd() const {
  const auto next = static_cast<int64_t>(order_.next());
  const auto [last, seen, sent] = odd_->ends;
  if (order_.has_gap() || last != next || seen != next || sent != next) return true;
  if (has_fin() || (odd_->acked && *odd_->acked > next)) return true;
  return odd_->acked_gap || odd_->start || odd_->has_stopped || odd_->notes != HalfNotes();
}

int64_t HalfStream::position(uint32_t seq) const {
  return seq_.offset(seq, static_cast<uint64_t>(ends().last));
}

// Nearly all do: nothing odd was seen before, and nothing is about this one.
bool HalfStream::goes_on_with(int64_t at, const PayloadRun& run) const {
  return !odd_ && at == static_cast<int64_t>(order_.next()) && run.missing == 0 &&
         !run.conflicts.any() && at + static_cast<int64_t>(run.bytes.size()) <= fin_at();
}

void HalfStream::take_payload(const PayloadRun& run, const Env& env) {
  const int64_t at = position(run.seq);
  if (goes_on_with(at, run)) return push(at, run, env);
  const int64_t seen_end = at + static_cast<int64_t>(run.bytes.size());
  const int64_t sent_end = seen_end + run.missing;
  if (!note_place(at, sent_end)) return;
  Ends& ends = odd().ends;
  if (odd_->acked_gap) odd_->acked_gap->received += run.bytes.size();
  ends.last = sent_end;
  if (!run.bytes.empty()) ends.seen = std::max(ends.seen, seen_end);
  ends.sent = std::max(ends.sent, sent_end);
  if (start() != nullptr) return hold_start(at, run, env);
  push(at, run, env);
  tell_conflicts(at, conflicts_within(run.conflicts, run.bytes.size()), env);
}

// False: what lies there is no part of the stream, or nothing new.
bool HalfStream::note_place(int64_t at, int64_t sent_end) {
  const int64_t last_end = ends().last;
  const bool is_first = start() != nullptr && start()->empty();
  // A keep-alive repeats the octet before the next one (RFC 9293, 3.8.4); it moves nothing. While
  // that octet is held behind a hole, it may as well be another copy, and the policy's business.
  const bool is_held = start() == nullptr && at >= static_cast<int64_t>(order_.next());
  if (at == last_end - 1 && sent_end == last_end && !is_first && !is_held) return false;
  if (at < 0 && start() == nullptr) {
    note(Suspect::before_start);
    ++notes().violations;
    if (sent_end <= 0) return false;
  } else if (at < last_end && !is_first) {
    ++notes().out_of_order;
  }
  if (has_fin() && sent_end > fin_at()) note(Suspect::data_after_fin);
  return true;
}

void HalfStream::hold_start(int64_t at, const PayloadRun& run, const Env& env) {
  StartHold& held = *start();
  const size_t cost = held.cost();
  held.add(at, {0, run.bytes, run.missing, run.packet}, env.now);
  if (run.conflicts.any()) held.add_conflicts(at, run.conflicts, run.bytes.size());
  env.held_total += held.cost() - cost;
}

void HalfStream::push(int64_t at, const PayloadRun& run, const Env& env) {
  Bytes bytes = run.bytes;
  uint32_t missing = run.missing;
  if (at < 0) {  // what lies before the first byte is not part of the stream
    const uint64_t before = std::min<uint64_t>(static_cast<uint64_t>(-at), bytes.size());
    bytes = bytes.subspan(before);
    at += static_cast<int64_t>(before);
    // So may be a part of what the snap length cut off.
    const uint64_t cut = std::min<uint64_t>(static_cast<uint64_t>(-at), missing);
    missing -= static_cast<uint32_t>(cut);
    at += static_cast<int64_t>(cut);
    if (at < 0) return;
  }
  const Costs before = costs();
  order_.push({static_cast<uint64_t>(at), bytes, missing, run.packet}, outlet(env));
  account(before, env);
  if (order_.has_gap()) give_up_at_limit(env);
}

// `at`: where the payload begins in which they lie.
void HalfStream::tell_conflicts(int64_t at, const std::vector<StreamConflict>& within,
                                const Env& env) {
  for (StreamConflict conflict : within) {
    const int64_t offset = at + static_cast<int64_t>(conflict.offset);
    if (offset < 0) continue;  // no part of the stream
    conflict.offset = static_cast<uint64_t>(offset);
    env.sink.on_conflict(conflict);
  }
}

void HalfStream::take_fin(uint32_t seq_after_payload, int64_t reach) {
  const int64_t at = position(seq_after_payload);
  if (at < 0 && start() == nullptr) return note(Suspect::before_start);
  const bool is_far = std::llabs(at - ends().last) > reach;
  if (is_far || (has_fin() && fin_at() != at)) return note(Suspect::fin_moved);
  if (!odd_ && at == static_cast<int64_t>(order_.next())) {
    has_fin_here_ = true;
    return;
  }
  odd().fin_at = at;
  if (at < ends().sent) note(Suspect::data_after_fin);
}

bool HalfStream::fits_late_syn(uint32_t first_byte, bool strictly) const {
  const int64_t before = lowest() - position(first_byte);
  if (start() == nullptr || strictly) return before == 0;
  return before >= 0 && before <= kLateSynReach;
}

void HalfStream::take_late_syn(uint32_t first_byte, const Env& env) {
  if (start() != nullptr) release_start(position(first_byte), env);
}

// From here on offset 0 is the byte at the relative position `origin`.
void HalfStream::release_start(int64_t origin, const Env& env) {
  const std::unique_ptr<StartHold> held = std::move(odd_->start);
  env.held_total -= held->cost();
  move_origin(origin);
  for (StartHold::HeldPiece& piece : held->take()) {
    const Bytes bytes = env.retired.keep(std::move(piece.bytes));
    push(piece.at - origin, {0, bytes, piece.missing, piece.packet}, env);
  }
  for (const StartHold::HeldConflicts& found : held->conflicts()) {
    tell_conflicts(found.at - origin, found.within(), env);
  }
  if (!needs_odd()) odd_.reset();
}

void HalfStream::move_origin(int64_t by) {
  seq_ = SeqUnwrapper(seq_.first_byte() + static_cast<uint32_t>(by));
  Ends& ends = odd_->ends;
  ends.last -= by;
  ends.seen -= by;
  ends.sent -= by;
  if (odd_->acked) *odd_->acked -= by;
  if (has_fin()) odd_->fin_at -= by;
}

void HalfStream::take_ack(uint32_t ack) {
  const int64_t at = position(ack);
  if (at > ends().sent + kAckSlack) return;
  if (!odd_) {  // what is behind the next byte cannot matter any more
    if (at <= static_cast<int64_t>(order_.next())) return;
    if (has_fin() && at == fin_at() + 1) {
      fin_is_acked_ = true;
      return;
    }
  }
  std::optional<int64_t>& acked = odd().acked;
  if (!acked || at > *acked) acked = at;
}

void HalfStream::settle(const Env& env) {
  if (start() != nullptr && start()->is_over(env.limits, env.now)) {
    release_start(lowest(), env);
  }
  if (order_.has_gap()) give_up_acknowledged(env);
}

std::optional<Timestamp> HalfStream::waits_since(Wait wait) const {
  if (wait == Wait::start) {
    if (start() != nullptr && !start()->empty()) return start()->since();
  } else if (waits_for_gap()) {
    return odd_->acked_gap->since;
  }
  return std::nullopt;
}

// Design rule 4: a mirror port may show the acknowledgement before the data, so wait a little.
void HalfStream::give_up_acknowledged(const Env& env) {
  while (is_gap_acknowledged()) {
    std::optional<AckedGap>& waited_for = odd_->acked_gap;
    if (!waits_for_gap()) waited_for = {order_.next(), env.now, 0};
    const bool over = elapsed(waited_for->since, env.now) >= env.limits.gap_age ||
                      waited_for->received >= env.limits.gap_bytes;
    if (!over) return;
    const AckedGap given_up = *waited_for;
    give_up_gap(GapReason::not_captured, env);
    // The next gap was acknowledged just as long ago if the receiver was past it then; it was, at
    // the latest, now.
    if (order_.has_gap()) waited_for = {order_.next(), given_up.since, given_up.received};
  }
}

// The capture lost packets between those that brought the bytes around the gap.
bool HalfStream::is_capture_drop(const Env& env) const {
  const uint64_t before = order_.last_delivered();
  return before != 0 && env.drops.any_between(before, order_.first_held_packet().number);
}

void HalfStream::give_up_gap(GapReason why, const Env& env) {
  if (why == GapReason::not_captured && is_capture_drop(env)) why = GapReason::capture_drop;
  const Costs before = costs();
  order_.give_up_gap(why, outlet(env));
  account(before, env);
}

// Modulo 2^n: both may fall.
void HalfStream::account(const Costs& before, const Env& env) const {
  env.held_total += order_.held_cost() - before.held;
  env.windows_total += order_.window_cost() - before.window;
}

void HalfStream::give_up_at_limit(const Env& env) {
  while (order_.has_gap() && order_.held_cost() > env.limits.held_per_half) {
    ++env.limit_hits;
    give_up_gap(GapReason::limit, env);
  }
}

void HalfStream::give_up_all(GapReason why, const Env& env) {
  if (start() != nullptr) release_start(lowest(), env);
  while (order_.has_gap()) give_up_gap(why, env);
}

void HalfStream::drop_window(const Env& env) {
  env.windows_total -= order_.window_cost();
  order_.drop_window();
}

void HalfStream::finish(const Env& env) {
  give_up_all(GapReason::not_captured, env);
  drop_window(env);
  const uint64_t next = order_.next();
  if (!has_fin() || fin_at() <= static_cast<int64_t>(next)) return;
  env.sink.on_gap(next, static_cast<uint64_t>(fin_at()) - next, GapReason::not_captured);
}

bool HalfStream::is_complete() const {
  if (!has_fin()) return false;
  if (start() != nullptr) return start()->empty() || start()->is_whole_to(fin_at());
  return static_cast<int64_t>(order_.next()) >= fin_at();
}

bool HalfStream::stops_at(uint64_t offset) {
  if (has_fin() && fin_at() == static_cast<int64_t>(offset)) odd().has_stopped = true;
  return odd_ && odd_->has_stopped;
}

uint64_t HalfStream::gap_before_fin(uint64_t offset, uint64_t length) {
  if (!has_fin() || fin_at() <= static_cast<int64_t>(offset)) return length;
  const uint64_t before = static_cast<uint64_t>(fin_at()) - offset;
  if (before < length) odd().has_stopped = true;
  return std::min(before, length);
}

bool HalfStream::lacks(uint32_t seq, uint32_t length) const {
  const int64_t begin = position(seq);
  const int64_t end = begin + length;
  if (has_fin() && end > fin_at()) return false;
  if (start() != nullptr) return start()->has_hole(begin, end);
  if (begin < static_cast<int64_t>(order_.next())) return false;
  return !order_.may_hold({static_cast<uint64_t>(begin), static_cast<uint64_t>(end)});
}

bool HalfStream::expects(uint32_t seq) const {
  const int64_t at = position(seq);
  const int64_t after_fin = has_fin() ? fin_at() + 1 : -1;
  if (at == ends().sent || at == after_fin) return true;
  return start() == nullptr && at == static_cast<int64_t>(order_.next());
}

void HalfStream::describe(HalfRecord& record) const {
  record.stream_bytes = static_cast<uint64_t>(std::max<int64_t>(ends().seen, 0));
  record.repeated_bytes = order_.repeated();
  if (odd_) odd_->notes.describe(record);
}

}  // namespace tcpflow
