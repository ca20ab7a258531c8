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

HalfStream::HalfStream(uint32_t first_byte, bool is_start, OverlapPolicy policy)
    : seq_(first_byte), order_(policy) {
  if (!is_start) start_ = std::make_unique<StartHold>();
}

int64_t HalfStream::position(uint32_t seq) const {
  return seq_.offset(seq, static_cast<uint64_t>(last_end_));
}

void HalfStream::take_payload(const PayloadRun& run, Env env) {
  const int64_t at = position(run.seq);
  const int64_t seen_end = at + static_cast<int64_t>(run.bytes.size());
  const int64_t sent_end = seen_end + run.missing;
  const bool is_first = start_ && start_->empty();
  // A keep-alive repeats the octet before the next one (RFC 9293, 3.8.4); it moves nothing. While
  // that octet is held behind a hole, it may as well be another copy, and the policy's business.
  const bool is_held = !start_ && at >= static_cast<int64_t>(order_.next());
  if (at == last_end_ - 1 && sent_end == last_end_ && !is_first && !is_held) return;
  if (at < 0 && !start_) {
    note(Suspect::before_start);
    ++violations_;
    if (sent_end <= 0) return;
  } else if (at < last_end_ && !is_first) {
    ++out_of_order_;
  }
  if (fin_at_ && sent_end > *fin_at_) note(Suspect::data_after_fin);
  received_ += run.bytes.size();
  last_end_ = sent_end;
  if (!run.bytes.empty()) highest_seen_ = std::max(highest_seen_, seen_end);
  highest_sent_ = std::max(highest_sent_, sent_end);
  if (!start_) {
    push(at, run, env);
    return tell_conflicts(at, conflicts_within(run.conflicts, run.bytes.size()), env);
  }
  const size_t cost = start_->cost();
  start_->add(at, {0, run.bytes, run.missing, run.packet}, env.now);
  if (run.conflicts.any()) start_->add_conflicts(at, run.conflicts, run.bytes.size());
  env.held_total += start_->cost() - cost;
}

void HalfStream::push(int64_t at, const PayloadRun& run, Env env) {
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
void HalfStream::tell_conflicts(int64_t at, const std::vector<StreamConflict>& within, Env env) {
  for (StreamConflict conflict : within) {
    const int64_t offset = at + static_cast<int64_t>(conflict.offset);
    if (offset < 0) continue;  // no part of the stream
    conflict.offset = static_cast<uint64_t>(offset);
    env.sink.on_conflict(conflict);
  }
}

void HalfStream::take_fin(uint32_t seq_after_payload, int64_t reach) {
  const int64_t at = position(seq_after_payload);
  if (at < 0 && !start_) return note(Suspect::before_start);
  const bool is_far = std::llabs(at - last_end_) > reach;
  if (is_far || (fin_at_ && *fin_at_ != at)) return note(Suspect::fin_moved);
  fin_at_ = at;
  if (at < highest_sent_) note(Suspect::data_after_fin);
}

bool HalfStream::fits_late_syn(uint32_t first_byte, bool strictly) const {
  const int64_t before = lowest() - position(first_byte);
  if (!start_ || strictly) return before == 0;
  return before >= 0 && before <= kLateSynReach;
}

void HalfStream::take_late_syn(uint32_t first_byte, Env env) {
  if (start_) release_start(position(first_byte), env);
}

// From here on offset 0 is the byte at the relative position `origin`.
void HalfStream::release_start(int64_t origin, Env env) {
  const std::unique_ptr<StartHold> start = std::move(start_);
  env.held_total -= start->cost();
  move_origin(origin);
  for (StartHold::HeldPiece& piece : start->take()) {
    const Bytes bytes = env.retired.keep(std::move(piece.bytes));
    push(piece.at - origin, {0, bytes, piece.missing, piece.packet}, env);
  }
  for (const StartHold::HeldConflicts& held : start->conflicts()) {
    tell_conflicts(held.at - origin, held.within(), env);
  }
}

void HalfStream::move_origin(int64_t by) {
  seq_ = SeqUnwrapper(seq_.first_byte() + static_cast<uint32_t>(by));
  last_end_ -= by;
  highest_seen_ -= by;
  highest_sent_ -= by;
  if (acked_) *acked_ -= by;
  if (fin_at_) *fin_at_ -= by;
}

void HalfStream::take_ack(uint32_t ack) {
  const int64_t at = position(ack);
  if (at > highest_sent_ + kAckSlack) return;
  if (!acked_ || at > *acked_) acked_ = at;
}

void HalfStream::settle(Env env) {
  if (start_ && start_->is_over(env.limits, env.now)) {
    release_start(start_->lowest(), env);
  }
  if (order_.has_gap()) give_up_acknowledged(env);
}

std::optional<Timestamp> HalfStream::waits_since(Wait wait) const {
  if (wait == Wait::start) {
    if (start_ && !start_->empty()) return start_->since();
  } else if (waits_for_gap()) {
    return acked_gap_->since;
  }
  return std::nullopt;
}

// Design rule 4: a mirror port may show the acknowledgement before the data, so wait a little.
void HalfStream::give_up_acknowledged(Env env) {
  while (is_gap_acknowledged()) {
    if (!waits_for_gap()) acked_gap_ = {order_.next(), env.now, received_};
    const bool over = elapsed(acked_gap_->since, env.now) >= env.limits.gap_age ||
                      received_ - acked_gap_->received >= env.limits.gap_bytes;
    if (!over) return;
    const AckedGap given_up = *acked_gap_;
    give_up_gap(GapReason::not_captured, env);
    // The next gap was acknowledged just as long ago if the receiver was past it then; it was, at
    // the latest, now.
    if (order_.has_gap()) acked_gap_ = {order_.next(), given_up.since, given_up.received};
  }
}

// The capture lost packets between those that brought the bytes around the gap.
bool HalfStream::is_capture_drop(Env env) const {
  const uint64_t before = order_.last_delivered();
  return before != 0 && env.drops.any_between(before, order_.first_held_packet().number);
}

void HalfStream::give_up_gap(GapReason why, Env env) {
  if (why == GapReason::not_captured && is_capture_drop(env)) why = GapReason::capture_drop;
  const Costs before = costs();
  order_.give_up_gap(why, outlet(env));
  account(before, env);
}

// Modulo 2^n: both may fall.
void HalfStream::account(const Costs& before, Env env) const {
  env.held_total += order_.held_cost() - before.held;
  env.windows_total += order_.window_cost() - before.window;
}

void HalfStream::give_up_at_limit(Env env) {
  while (order_.has_gap() && order_.held_cost() > env.limits.held_per_half) {
    ++env.limit_hits;
    give_up_gap(GapReason::limit, env);
  }
}

void HalfStream::give_up_all(GapReason why, Env env) {
  if (start_) release_start(start_->lowest(), env);
  while (order_.has_gap()) give_up_gap(why, env);
}

void HalfStream::drop_window(Env env) {
  env.windows_total -= order_.window_cost();
  order_.drop_window();
}

void HalfStream::finish(Env env) {
  give_up_all(GapReason::not_captured, env);
  drop_window(env);
  const uint64_t next = order_.next();
  if (!fin_at_ || *fin_at_ <= static_cast<int64_t>(next)) return;
  env.sink.on_gap(next, static_cast<uint64_t>(*fin_at_) - next, GapReason::not_captured);
}

bool HalfStream::is_complete() const {
  if (!fin_at_) return false;
  if (start_) return start_->empty() || start_->is_whole_to(*fin_at_);
  return static_cast<int64_t>(order_.next()) >= *fin_at_;
}

bool HalfStream::stops_at(uint64_t offset) {
  has_stopped_ = has_stopped_ || (fin_at_ && *fin_at_ == static_cast<int64_t>(offset));
  return has_stopped_;
}

uint64_t HalfStream::gap_before_fin(uint64_t offset, uint64_t length) {
  if (!fin_at_ || *fin_at_ <= static_cast<int64_t>(offset)) return length;
  const uint64_t before = static_cast<uint64_t>(*fin_at_) - offset;
  has_stopped_ = has_stopped_ || before < length;
  return std::min(before, length);
}

bool HalfStream::lacks(uint32_t seq, uint32_t length) const {
  const int64_t begin = position(seq);
  const int64_t end = begin + length;
  if (fin_at_ && end > *fin_at_) return false;
  if (start_) return start_->has_hole(begin, end);
  if (begin < static_cast<int64_t>(order_.next())) return false;
  return !order_.may_hold({static_cast<uint64_t>(begin), static_cast<uint64_t>(end)});
}

bool HalfStream::expects(uint32_t seq) const {
  const int64_t at = position(seq);
  const int64_t after_fin = fin_at_ ? *fin_at_ + 1 : -1;
  if (start_) return at == highest_sent_ || at == after_fin;
  return at == static_cast<int64_t>(order_.next()) || at == highest_sent_ || at == after_fin;
}

void HalfStream::note_gap(const GapRecord& gap, size_t at_most, ListBudget& lists) {
  lists.add_gap(gap, std::exchange(gap_count_, gap_count_ + 1), at_most, gaps_);
  gap_bytes_ += gap.length;
}

void HalfStream::note_conflict(const StreamConflict& conflict, size_t at_most, ListBudget& lists) {
  if (!conflicts_) conflicts_ = std::make_unique<ConflictLedger>();
  if (conflicts_->add(conflict, at_most, lists)) note(Suspect::conflict);
}

size_t HalfStream::listed_cost() const {
  return gaps_.size() * ListBudget::kGapCost + (conflicts_ ? conflicts_->listed_cost() : 0);
}

void HalfStream::describe(HalfRecord& record) const {
  record.stream_bytes = static_cast<uint64_t>(std::max<int64_t>(highest_seen_, 0));
  record.out_of_order = out_of_order_;
  record.violations += violations_;
  record.repeated_bytes = order_.repeated();
  if (conflicts_) conflicts_->describe(record);
  record.gap_count = gap_count_;
  record.gap_bytes = gap_bytes_;
  record.gaps = gaps_;
  for (size_t i = 0; i < kSuspectCount; ++i) record.suspects[i] += suspects_[i];
}

}  // namespace tcpflow
