#include "engine/flow_shards.h"

#include <algorithm>
#include <cassert>
#include <system_error>
#include <utility>

namespace tcpflow {
namespace {

// Enough that the reader and the shards seldom wait for each other, few enough that what is under
// way stays in the caches.
constexpr size_t kSlots = 4;

Tuple tuple_of(const Segment& s) {
  return {s.source, s.destination, s.source_port, s.destination_port};
}
Tuple tuple_of(const Datagram& d) {
  return {d.source, d.destination, d.source_port, d.destination_port};
}

}  // namespace

// Keeps each segment for the shard that it belongs to.
class FlowShards::Dispatcher : public SegmentSink, public DatagramSink {
 public:
  explicit Dispatcher(FlowShards& shards) : shards_(shards), map_(shards.shards_.size()) {}

  void on_segment(const Segment& segment) override {
    Batch::Share& share = share_of(tuple_of(segment), segment.frame->bytes.size());
    share.segments.push_back(segment);
    if (segment.path != nullptr) {
      share.segments.back().path = &share.paths.emplace_back(*segment.path);
    }
  }
  void on_datagram(const Datagram& datagram) override {
    Batch::Share& share = share_of(tuple_of(datagram), datagram.frame->bytes.size());
    share.datagrams.push_back(datagram);
    if (datagram.path != nullptr) {
      share.datagrams.back().path = &share.paths.emplace_back(*datagram.path);
    }
  }

 private:
  Batch::Share& share_of(const Tuple& tuple, size_t octets) {
    return shards_.current().batch.shares[map_.shard_of(tuple, octets)];
  }

  FlowShards& shards_;
  ShardMap map_;
};

// Lets what ended flows made of themselves out before the batch ends.
class FlowShards::Valve : public LaneValve {
 public:
  Valve(FlowShards& shards, Slot& slot, size_t shard)
      : shards_(shards), slot_(slot), shard_(shard) {}
  void open() override {
    Lane& full = *shards_.shards_[shard_]->parts().lanes[0];
    if (!shards_.is_threaded()) {
      full.replay(0, full.moments().size());
      return full.clear();
    }
    if (shards_.threads_.empty()) return;  // what other shards make of the batch is not known
    full.exchange(*slot_.batch.outcomes[shard_].lanes[0]);
    shards_.wait_until_replayed(slot_, shard_);
  }

 private:
  FlowShards& shards_;
  Slot& slot_;
  size_t shard_;
};

FlowShards::FlowShards(FlowShardsParts parts) : parts_(std::move(parts)) {
  for (const ShardParts& shard : parts_.shards) shards_.push_back(std::make_unique<Shard>(shard));
  const size_t count = shards_.size();
  for (size_t i = 0; i < (is_threaded() ? kSlots : 1); ++i) {
    Slot& slot = *slots_.emplace_back(std::make_unique<Slot>());
    slot.batch.shares.resize(count);
    slot.batch.outcomes.resize(is_threaded() ? count : 0);
    if (parts_.lanes == nullptr) continue;
    for (Batch::Outcome& outcome : slot.batch.outcomes) outcome.lanes = parts_.lanes->make_lanes();
    slot.batch.readers_lanes = parts_.lanes->make_lanes();
    slot.batch.readers_lanes.resize(parts_.readers_lanes.size());
  }
  if (!is_threaded()) return;
  dispatcher_ = std::make_unique<Dispatcher>(*this);
  for (const auto& shard : shards_) {
    if (parts_.names_need_order) shard->context().numbers.share();
    shard->context().halves_open.share();
    shard->context().held.share();
  }
  inboxes_.resize(count);
}

Status FlowShards::start() {
  if (!is_threaded()) return Ok{};
  // The library says only so that it could not.
  try {
    for (size_t i = 0; i < shards_.size(); ++i) threads_.emplace_back([this, i] { run(i); });
  } catch (const std::system_error& failure) {
    stop();
    return errno_error("cannot start threads, going on with one", failure.code().value());
  }
  return Ok{};
}

FlowShards::~FlowShards() {
  assert(under_way_ == 0);
  stop();
}

void FlowShards::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  shards_have_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

SegmentSink& FlowShards::segments() {
  assert(!shards_.empty());
  if (is_threaded()) return *dispatcher_;
  return *shards_[0];
}

DatagramSink& FlowShards::datagrams() {
  assert(!shards_.empty());
  if (is_threaded()) return *dispatcher_;
  return *shards_[0];
}

FrameBatch& FlowShards::open() {
  while (under_way_ == slots_.size()) sequence_oldest();
  Batch& batch = current().batch;
  batch.opens_flows = opens_flows_;
  if (shards_.size() == 1) shards_[0]->begin(batch);
  return batch.frames;
}

void FlowShards::add(const Frame& frame) {
  Batch& batch = current().batch;
  clock_ = std::max(clock_, shifted(frame.time, parts_.time_shift));
  batch.clocks.push_back(clock_);
  batch.last_packet = frame.number;
  reader_now_ = {frame.number, UINT32_MAX, 0};
  if (frame.lost_within != 0) batch.losses.push_back({frame.number, frame.lost_within});
}

void FlowShards::close(const End& end) {
  Slot& slot = current();
  slot.batch.idle = end.idle;
  slot.batch.last_packet = reader_now_.packet;
  if (end.advance_to) {
    clock_ = std::max(clock_, shifted(*end.advance_to, parts_.time_shift));
    slot.batch.advance_to = clock_;
  }
  for (size_t i = 0; i < parts_.readers_lanes.size(); ++i) {
    if (parts_.readers_lanes[i] == nullptr) continue;
    parts_.readers_lanes[i]->exchange(*slot.batch.readers_lanes[i]);
  }
  if (!is_threaded()) return finish_here();
  hand_over();
  if (end.idle) wait_for_all();
}

// The whole batch on the reader's thread.
void FlowShards::finish_here() {
  Slot& slot = current();
  if (!shards_.empty()) {
    Shard& shard = *shards_[0];
    shard.pass_rest();
    Valve valve(*this, slot, 0);
    shard.tell(valve);
    shard.forget();
    connections_ = shard.context().numbers.sessions();
  }
  const size_t kinds = shards_.empty() ? 0 : shards_[0]->parts().lanes.size();
  for (size_t kind = 0; kind < std::max(kinds, slot.batch.readers_lanes.size()); ++kind) {
    std::vector<Lane*> lanes;
    if (kind < kinds) lanes.push_back(shards_[0]->parts().lanes[kind]);
    if (kind < slot.batch.readers_lanes.size()) {
      lanes.push_back(slot.batch.readers_lanes[kind].get());
    }
    std::vector<size_t> taken(lanes.size());
    replay_lanes(lanes, taken, {UINT64_MAX, UINT32_MAX, UINT64_MAX});
    for (Lane* lane : lanes) lane->clear();
  }
  tell_listeners(slot.batch.idle);
  slot.batch.clear();
}

void FlowShards::hand_over() {
  Slot& slot = current();
  slot.taken = slot.done = 0;
  slot.is_settled = false;
  slot.is_done.assign(shards_.size(), false);
  slot.is_full.assign(shards_.size(), false);
  ++under_way_;
  if (threads_.empty()) {
    run_here(slot);
  } else {
    {
      const std::lock_guard lock(mutex_);
      for (std::deque<Slot*>& inbox : inboxes_) inbox.push_back(&slot);
    }
    shards_have_work_.notify_all();
  }
  open_ = (open_ + 1) % slots_.size();
}

void FlowShards::run_here(Slot& slot) {
  for (size_t i = 0; i < shards_.size(); ++i) shards_[i]->take_share(slot.batch, i);
  if (parts_.names_need_order) sequencer_.settle(shards_);
  for (size_t i = 0; i < shards_.size(); ++i) {
    Valve valve(*this, slot, i);
    shards_[i]->tell(valve);
    give_back(slot, i);
  }
}

void FlowShards::wait_for_all() {
  while (under_way_ > 0) sequence_oldest();
}

void FlowShards::end_all() {
  open();
  current().batch.is_last = true;
  End end;
  end.idle = true;
  close(end);
}

// The life of a shard's thread.
void FlowShards::run(size_t index) {
  Shard& shard = *shards_[index];
  while (Slot* const slot = next_for(index)) {
    shard.take_share(slot->batch, index);
    if (parts_.names_need_order) settle(*slot);
    Valve valve(*this, *slot, index);
    shard.tell(valve);
    give_back(*slot, index);
  }
}

FlowShards::Slot* FlowShards::next_for(size_t shard) {
  std::unique_lock lock(mutex_);
  std::deque<Slot*>& inbox = inboxes_[shard];
  shards_have_work_.wait(lock, [&] { return is_over_ || !inbox.empty(); });
  if (inbox.empty()) return nullptr;
  Slot* const slot = inbox.front();
  inbox.pop_front();
  return slot;
}

// The last shard that has taken its share numbers what began in all of them; the others wait.
void FlowShards::settle(Slot& slot) {
  std::unique_lock lock(mutex_);
  if (++slot.taken < shards_.size()) {
    return shards_have_work_.wait(lock, [&] { return slot.is_settled; });
  }
  lock.unlock();
  sequencer_.settle(shards_);
  lock.lock();
  slot.is_settled = true;
  lock.unlock();
  shards_have_work_.notify_all();
}

void FlowShards::give_back(Slot& slot, size_t index) {
  Shard& shard = *shards_[index];
  Batch::Outcome& outcome = slot.batch.outcomes[index];
  for (size_t kind = 0; kind < outcome.lanes.size(); ++kind) {
    shard.parts().lanes[kind]->exchange(*outcome.lanes[kind]);
  }
  outcome.halves_open = shard.context().halves_open.changes();
  outcome.held = shard.context().held.changes();
  outcome.connections = shard.context().numbers.sessions();
  shard.forget();
  {
    const std::lock_guard lock(mutex_);
    slot.is_done[index] = true;
    ++slot.done;
  }
  reader_has_news_.notify_one();
}

void FlowShards::wait_until_replayed(Slot& slot, size_t shard) {
  std::unique_lock lock(mutex_);
  slot.is_full[shard] = true;
  reader_has_news_.notify_one();
  shards_have_work_.wait(lock, [&] { return !slot.is_full[shard]; });
}

// Until all shards are done with the batch, or wait with a full lane. True: all are done.
bool FlowShards::wait_for_news(Slot& slot) {
  std::unique_lock lock(mutex_);
  reader_has_news_.wait(lock, [&] {
    for (size_t i = 0; i < shards_.size(); ++i) {
      if (!slot.is_done[i] && !slot.is_full[i]) return false;
    }
    return true;
  });
  return slot.done == shards_.size();
}

// Waits for the batch that was handed over first, and lets out what was made of it.
void FlowShards::sequence_oldest() {
  Slot& slot = *slots_[oldest_];
  while (!wait_for_news(slot)) {
    sequencer_.replay_some(slot.batch, slot.is_done);
    {
      const std::lock_guard lock(mutex_);
      for (size_t i = 0; i < shards_.size(); ++i) {
        if (slot.batch.outcomes[i].lanes[0]->moments().empty()) slot.is_full[i] = false;
      }
    }
    shards_have_work_.notify_all();
  }
  sequencer_.replay(slot.batch);
  connections_ = 0;
  for (const Batch::Outcome& outcome : slot.batch.outcomes) connections_ += outcome.connections;
  tell_listeners(slot.batch.idle);
  slot.batch.clear();
  oldest_ = (oldest_ + 1) % slots_.size();
  --under_way_;
}

void FlowShards::tell_listeners(bool idle) {
  for (BatchListener* listener : parts_.listeners) listener->on_batch_end(idle);
}

FlowCounters FlowShards::counters() const {
  if (shards_.size() == 1) return shards_[0]->parts().flows->counters();
  FlowCounters sum;
  for (const auto& shard : shards_) sum.add(shard->parts().flows->counters());
  sum.most_halves_open = static_cast<uint64_t>(sequencer_.most_halves_open());
  sum.most_held = static_cast<uint64_t>(sequencer_.most_held());
  return sum;
}

}  // namespace tcpflow
