#include "engine/shard.h"

#include <algorithm>

namespace tcpflow {
namespace {

// Full enough to be replayed before the batch ends.
constexpr size_t kFullLane = size_t{1} << 20;

}  // namespace

void Shard::begin(const Batch& batch) {
  batch_ = &batch;
  passed_ = {};
  losses_noted_ = 0;
  parts_.flows->set_opens_flows(batch.opens_flows);
}

void Shard::on_segment(const Segment& segment) {
  const size_t at = batch_->index_of(segment.frame);
  // The other parts of its frame came before it, and after the first of them time has passed.
  pass({at + (segment.part > 0 ? 1 : 0), at + 1});
  note_losses(segment.frame->number);
  parts_.flows->pass(batch_->clocks[at]);
  parts_.flows->on_segment(segment);
  passed_.flows = at + 1;
}

void Shard::on_datagram(const Datagram& datagram) {
  if (parts_.conversations == nullptr) return;
  const size_t at = batch_->index_of(datagram.frame);
  pass({at + (datagram.part > 0 ? 1 : 0), at + (datagram.part > 0 ? 1 : 0)});
  parts_.conversations->pass(batch_->clocks[at]);
  parts_.conversations->on_datagram(datagram);
  passed_.conversations = at + 1;
}

void Shard::pass_rest() {
  const size_t all = batch_->frames.frames.size();
  pass({all, all});
  if (all > 0) note_losses(batch_->frames.frames.back().number);
  if (batch_->advance_to) advance();
  if (!batch_->is_last) return;
  parts_.flows->end_all();
  if (parts_.conversations != nullptr) parts_.conversations->end_all();
}

void Shard::take_share(const Batch& batch, size_t share) {
  begin(batch);
  const std::vector<Segment>& segments = batch.shares[share].segments;
  const std::vector<Datagram>& datagrams = batch.shares[share].datagrams;
  size_t next = 0;
  const auto comes_before = [](const Datagram& d, const Segment& s) {
    return d.frame != s.frame ? d.frame < s.frame : d.part < s.part;
  };
  for (const Segment& segment : segments) {
    while (next < datagrams.size() && comes_before(datagrams[next], segment)) {
      on_datagram(datagrams[next++]);
    }
    on_segment(segment);
  }
  while (next < datagrams.size()) on_datagram(datagrams[next++]);
  pass_rest();
}

// Nearly always nothing is due.
void Shard::pass(const Passed& upto) {
  if (upto.flows <= passed_.flows && upto.conversations <= passed_.conversations) return;
  do_due(upto);
  if (upto.flows > passed_.flows) {
    passed_.flows = upto.flows;
    parts_.flows->pass(batch_->clocks[upto.flows - 1]);
  }
  if (parts_.conversations != nullptr && upto.conversations > passed_.conversations) {
    passed_.conversations = upto.conversations;
    parts_.conversations->pass(batch_->clocks[upto.conversations - 1]);
  }
}

// What is due at a frame is done with the clock and the number of just that frame.
void Shard::do_due(const Passed& upto) {
  for (;;) {
    const size_t flow = first_due_flow(upto.flows);
    const size_t conversation = first_due_conversation(upto.conversations);
    if (flow >= upto.flows && conversation >= upto.conversations) return;
    if (conversation < upto.conversations && (conversation <= flow || flow >= upto.flows)) {
      parts_.conversations->tick(batch_->clocks[conversation],
                                 batch_->frames.frames[conversation].number);
      passed_.conversations = conversation + 1;
    } else {
      parts_.flows->tick(batch_->clocks[flow], batch_->frames.frames[flow].number);
      passed_.flows = flow + 1;
    }
  }
}

// The first frame that time has not passed for, and before `upto`, at which something is due;
// `upto` or more if there is none.
size_t Shard::first_due_flow(size_t upto) const {
  if (passed_.flows >= upto) return upto;
  const Due due = parts_.flows->next_due();
  const auto& clocks = batch_->clocks;
  const auto& frames = batch_->frames.frames;
  if (clocks[upto - 1] < due.clock && frames[upto - 1].number < due.packet) return upto;
  const auto first = static_cast<ptrdiff_t>(passed_.flows);
  const auto last = static_cast<ptrdiff_t>(upto);
  const auto by_clock =
      std::lower_bound(clocks.begin() + first, clocks.begin() + last, due.clock) - clocks.begin();
  const auto by_packet =
      std::lower_bound(frames.begin() + first, frames.begin() + last, due.packet,
                       [](const Frame& f, uint64_t packet) { return f.number < packet; }) -
      frames.begin();
  return static_cast<size_t>(std::min(by_clock, by_packet));
}

size_t Shard::first_due_conversation(size_t upto) const {
  if (parts_.conversations == nullptr || passed_.conversations >= upto) return upto;
  const auto& clocks = batch_->clocks;
  const Timestamp due = parts_.conversations->next_due();
  if (clocks[upto - 1] < due) return upto;
  const auto first = static_cast<ptrdiff_t>(passed_.conversations);
  return static_cast<size_t>(
      std::lower_bound(clocks.begin() + first, clocks.begin() + static_cast<ptrdiff_t>(upto), due) -
      clocks.begin());
}

void Shard::note_losses(uint64_t upto_packet) {
  const std::vector<LossNote>& losses = batch_->losses;
  for (; losses_noted_ < losses.size(); ++losses_noted_) {
    const LossNote& loss = losses[losses_noted_];
    if (loss.packet > upto_packet) return;
    parts_.flows->note_loss(loss.packet, loss.within);
  }
}

// Without packets the clock went on.
void Shard::advance() {
  const uint64_t packet = batch_->last_packet;
  if (parts_.conversations != nullptr) parts_.conversations->tick(*batch_->advance_to, packet);
  parts_.flows->tick(*batch_->advance_to, packet);
}

void Shard::tell(LaneValve& valve) {
  for (BatchListener* listener : parts_.listeners) listener->on_batch_taken();
  while (parts_.flows->tell_some_ended()) {
    if (!parts_.lanes.empty() && parts_.lanes[0]->cost() >= kFullLane) valve.open();
  }
  for (BatchListener* listener : parts_.listeners) listener->on_batch_end(batch_->idle);
  for (Lane* lane : parts_.lanes) lane->sort();
}

void Shard::forget() {
  parts_.flows->forget_batch();
  batch_ = nullptr;
}

}  // namespace tcpflow
