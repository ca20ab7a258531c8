// All flows of a run, on one thread or on several.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "decode/datagram.h"
#include "decode/segment.h"
#include "engine/batch.h"
#include "engine/sequencer.h"
#include "engine/shard.h"
#include "engine/shard_map.h"

namespace tcpflow {

// Makes a new set of lanes of the kinds that each shard has, in the same order, which lead to the
// same places. Kinds that only the reader or only the shards have are made for both.
class LaneMaker {
 public:
  virtual ~LaneMaker() = default;
  virtual std::vector<std::unique_ptr<Lane>> make_lanes() = 0;
};

// What the shards are made of; borrowed.
struct FlowShardsParts {
  std::vector<ShardParts> shards;  // none where no flows are looked for (-K, -x tcpdemux)
  // Lanes that the reader fills itself, by kind; null: it has nothing of the kind.
  std::vector<Lane*> readers_lanes;
  LaneMaker* lanes = nullptr;  // null where there are no lanes
  // Told at the end of each batch, on the reader's thread, when its lanes have been replayed.
  std::vector<BatchListener*> listeners;
  // Names depend on what other shards do: numbers are in them, or other flows' files may have them.
  bool names_need_order = false;
  Duration time_shift = Duration(0);
};

// Takes the batches of the reader, on whose thread it is used. With one shard, or none, all happens
// there and then: the decoder's segments go straight into the flow table. With more, a batch of
// segments is handed over to threads, one a shard, while the reader goes on with the next; what
// they made of it comes back and leaves in packet order, so that it is the same for any number of
// shards. Two hand-overs a batch are all that is shared; there is no lock on the path of a packet.
class FlowShards {
 public:
  explicit FlowShards(FlowShardsParts parts);
  // All batches must have come back.
  ~FlowShards();
  FlowShards(const FlowShards&) = delete;
  FlowShards& operator=(const FlowShards&) = delete;

  // Starts the threads. Without this call, and behind one that failed, the shards do their work on
  // the reader's thread, one after the other.
  Status start();

  // Where the decoder's segments and datagrams go, of frames that were added.
  SegmentSink& segments();
  DatagramSink& datagrams();
  // What the reader is doing, for its own lanes.
  const Moment& now() const { return reader_now_; }

  // An empty batch; waits for one, so that few are under way.
  FrameBatch& open();
  // The next frame of the batch; then the decoder may see it.
  void add(const Frame& frame);
  void set_opens_flows(bool opens) { opens_flows_ = opens; }
  struct End {
    bool idle = false;
    std::optional<Timestamp> advance_to;  // packet time by the clock on the wall
  };
  // All frames of the batch have been decoded. If it is idle, all that was made of it and of those
  // before it has left when the call returns.
  void close(const End& end);
  // Waits until all batches have come back. Frames may borrow from their source until then.
  void wait_for_all();
  // Ends all flows.
  void end_all();

  size_t threads() const { return shards_.size(); }
  // When all batches have come back.
  FlowCounters counters() const;
  // Connections in those that have.
  uint64_t connections() const { return connections_; }

 private:
  class Dispatcher;
  class Valve;
  // One batch and how far it is.
  struct Slot {
    Batch batch;
    size_t taken = 0;           // shards that have taken their share
    bool is_settled = false;    // names and numbers are known
    size_t done = 0;            // shards that are done with it
    std::vector<bool> is_done;  // by shard
    std::vector<bool> is_full;  // wait for their first lane to be replayed
  };

  // Segments are shared out.
  bool is_threaded() const { return shards_.size() > 1; }
  Slot& current() { return *slots_[open_]; }
  void hand_over();
  void finish_here();
  void run_here(Slot& slot);
  void stop();
  void run(size_t shard);
  Slot* next_for(size_t shard);
  void settle(Slot& slot);
  void give_back(Slot& slot, size_t shard);
  void wait_until_replayed(Slot& slot, size_t shard);
  void sequence_oldest();
  bool wait_for_news(Slot& slot);
  void tell_listeners(bool idle);

  FlowShardsParts parts_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::vector<std::unique_ptr<Slot>> slots_;  // used in turn
  size_t open_ = 0;                           // the one that is being filled
  size_t oldest_ = 0;                         // of those under way
  size_t under_way_ = 0;
  bool opens_flows_ = true;
  Timestamp clock_ = Timestamp::min();
  Moment reader_now_;
  Sequencer sequencer_;
  uint64_t connections_ = 0;

  std::mutex mutex_;  // of all below, and of how far slots are
  std::condition_variable shards_have_work_;
  std::condition_variable reader_has_news_;
  std::vector<std::deque<Slot*>> inboxes_;  // by shard
  bool is_over_ = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace tcpflow
