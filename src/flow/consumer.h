// What a flow calls out to: files, console, scanners.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/conflict.h"
#include "flow/flow.h"
#include "flow/flow_record.h"

namespace tcpflow {

// Receives one flow on its shard's thread: on_start first, on_half_start before anything of that
// half; each half's bytes in order, each byte at most once, one call per original segment also when
// a hole fills; gaps in their place; then on_half_end for each half that started, and exactly one
// on_end. Between the halves nothing is promised beyond packet order. `bytes` stays good until the
// shard's batch ends (BatchListener::on_batch_end), so a consumer may gather spans and write them
// at once; who keeps them longer copies. Up to on_half_end a consumer only takes note: what others
// see of it (a file under its name, a printed record) it does when the batch ends, when numbers and
// names are settled. on_end comes then, too.
class StreamConsumer {
 public:
  virtual ~StreamConsumer() = default;
  virtual void on_start(const Flow& flow) = 0;
  virtual void on_half_start(Direction from, const HalfInfo& half) = 0;
  virtual void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) = 0;
  virtual void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) = 0;
  // With --keep-alternatives: of these bytes, delivered or still to come, there was another copy.
  // Its spans die when the call returns.
  virtual void on_conflict(Direction, const StreamConflict&) {}
  // The FIN has come, and all before it: most probably on_half_end is all that follows, but it
  // waits until late segments are no longer to be expected. Told once at most, and not of every
  // half.
  virtual void on_half_complete(Direction) {}
  virtual void on_half_end(Direction from, HalfEnd why) = 0;
  // Adds to `record` what it made of the halves; the record then goes to the reports.
  virtual void on_end(FlowEnd why, FlowRecord& record) = 0;
};

// Makes the consumer of a flow when its first byte, gap or conflict is due: a flow without payload
// never has one. Lives as long as the engine.
class ConsumerFactory {
 public:
  virtual ~ConsumerFactory() = default;
  virtual std::unique_ptr<StreamConsumer> create() = 0;
};

// Told how a batch comes to its end, in three steps.
class BatchListener {
 public:
  virtual ~BatchListener() = default;
  // All packets of the batch have been taken. Now what has ended in it is finished, and what names
  // and numbers were needed for is done.
  virtual void on_batch_taken() {}
  // Behind the on_end of flows that ended in the batch. Spans handed out since the last call are
  // about to die. `idle`: no more input is at hand, so nothing may be held back; otherwise an
  // output may keep (copied) bytes to write them in larger pieces.
  virtual void on_batch_end(bool idle) = 0;
};

}  // namespace tcpflow
