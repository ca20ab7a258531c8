// Puts what all shards made of a batch into the order of its packets.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/batch.h"
#include "engine/shard.h"

namespace tcpflow {

// What it keeps from batch to batch are totals. settle() is called on one of the shards' threads
// while all others wait, the rest on the reader's.
class Sequencer {
 public:
  // Numbers the connections and halves that began in the batch, and makes files whose names several
  // shards may want.
  void settle(std::span<const std::unique_ptr<Shard>> shards);
  // Replays the first lane of each outcome as far as all of them are known: up to the last moment
  // of those that are not `is_done`.
  void replay_some(Batch& batch, const std::vector<bool>& is_done);
  // Replays all that is left of a batch that is done.
  void replay(Batch& batch);

  int64_t most_halves_open() const { return halves_open_.most; }
  int64_t most_held() const { return held_.most; }

 private:
  struct Total {
    int64_t value = 0;
    int64_t most = 0;
  };
  using Changes = std::vector<const std::vector<Gauge::Change>*>;

  void number(std::span<const std::unique_ptr<Shard>> shards);
  static void add_up(Total& total, const Changes& changes);

  uint64_t sessions_ = 0;
  uint64_t halves_ = 0;
  Total halves_open_;
  Total held_;
};

// Replays lanes of one kind up to the moment `bound`, that included, from where `taken` says.
void replay_lanes(const std::vector<Lane*>& lanes, std::vector<size_t>& taken, const Moment& bound);

}  // namespace tcpflow
