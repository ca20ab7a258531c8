#include "engine/sequencer.h"

#include <algorithm>

#include "engine/in_order.h"

namespace tcpflow {
namespace {

constexpr Moment kEnd{UINT64_MAX, UINT32_MAX, UINT64_MAX};

template <typename Entry>
bool happens_before(const Entry& a, const Entry& b) {
  return a.packet != b.packet ? a.packet < b.packet : a.step < b.step;
}

// The lanes of one kind, the readers' last.
std::vector<Lane*> lanes_of(Batch& batch, size_t kind) {
  std::vector<Lane*> lanes;
  for (Batch::Outcome& outcome : batch.outcomes) lanes.push_back(outcome.lanes[kind].get());
  if (kind < batch.readers_lanes.size() && batch.readers_lanes[kind]) {
    lanes.push_back(batch.readers_lanes[kind].get());
  }
  return lanes;
}

}  // namespace

void replay_lanes(const std::vector<Lane*>& lanes, std::vector<size_t>& taken,
                  const Moment& bound) {
  std::vector<const std::vector<Moment>*> rows;
  rows.reserve(lanes.size());
  for (const Lane* lane : lanes) rows.push_back(&lane->moments());
  const auto is_before = [](const Moment& a, const Moment& b) { return a < b; };
  for (;;) {
    const Stretch run = next_run(rows, taken, is_before);
    if (run.first == run.last) return;
    const std::vector<Moment>& moments = *rows[run.row];
    const auto first = moments.begin() + static_cast<ptrdiff_t>(run.first);
    const auto last = moments.begin() + static_cast<ptrdiff_t>(run.last);
    const auto end = std::upper_bound(first, last, bound);
    const size_t upto = static_cast<size_t>(end - moments.begin());
    lanes[run.row]->replay(run.first, upto);
    if (end == last) continue;
    // All that is left comes later than this.
    taken[run.row] = upto;
    return;
  }
}

void Sequencer::settle(std::span<const std::unique_ptr<Shard>> shards) {
  number(shards);
  std::vector<Lane*> names;
  for (const auto& shard : shards) {
    if (shard->parts().shared_names != nullptr) names.push_back(shard->parts().shared_names);
  }
  std::vector<size_t> taken(names.size());
  for (const auto& shard : shards) shard->parts().flows->settle_numbers();
  replay_lanes(names, taken, kEnd);
  for (Lane* lane : names) lane->clear();
}

void Sequencer::number(std::span<const std::unique_ptr<Shard>> shards) {
  std::vector<const std::vector<FlowNumbers::Birth>*> rows;
  for (const auto& shard : shards) rows.push_back(&shard->context().numbers.births());
  std::vector<size_t> taken(rows.size());
  for (;;) {
    const Stretch run = next_run(rows, taken, happens_before<FlowNumbers::Birth>);
    if (run.first == run.last) return;
    std::vector<uint64_t>& numbers = shards[run.row]->context().numbers.numbers();
    for (size_t i = run.first; i < run.last; ++i) {
      const bool is_session = (*rows[run.row])[i].kind == FlowNumbers::Kind::session;
      numbers.push_back(is_session ? sessions_++ : halves_++);
    }
  }
}

void Sequencer::replay_some(Batch& batch, const std::vector<bool>& is_done) {
  const std::vector<Lane*> lanes = lanes_of(batch, 0);
  Moment bound = kEnd;
  for (size_t i = 0; i < is_done.size(); ++i) {
    if (is_done[i]) continue;
    const std::vector<Moment>& moments = lanes[i]->moments();
    bound = std::min(bound, moments.empty() ? Moment{} : moments.back());
  }
  batch.replayed.resize(lanes.size());
  replay_lanes(lanes, batch.replayed, bound);
  for (size_t i = 0; i < is_done.size(); ++i) {
    if (is_done[i] || batch.replayed[i] != lanes[i]->moments().size()) continue;
    lanes[i]->clear();
    batch.replayed[i] = 0;
  }
}

void Sequencer::replay(Batch& batch) {
  const size_t kinds =
      batch.outcomes.empty() ? batch.readers_lanes.size() : batch.outcomes[0].lanes.size();
  for (size_t kind = 0; kind < kinds; ++kind) {
    const std::vector<Lane*> lanes = lanes_of(batch, kind);
    std::vector<size_t> taken(lanes.size());
    if (kind == 0 && !batch.replayed.empty()) taken = batch.replayed;
    replay_lanes(lanes, taken, kEnd);
    for (Lane* lane : lanes) lane->clear();
  }
  batch.replayed.clear();
  Changes open;
  Changes held;
  for (const Batch::Outcome& outcome : batch.outcomes) {
    open.push_back(&outcome.halves_open);
    held.push_back(&outcome.held);
  }
  add_up(halves_open_, open);
  add_up(held_, held);
}

void Sequencer::add_up(Total& total, const Changes& changes) {
  std::vector<size_t> taken(changes.size());
  for (;;) {
    const Stretch run = next_run(changes, taken, happens_before<Gauge::Change>);
    if (run.first == run.last) return;
    for (size_t i = run.first; i < run.last; ++i) {
      total.value += (*changes[run.row])[i].by;
      total.most = std::max(total.most, total.value);
    }
  }
}

}  // namespace tcpflow
