// For scanners that read each direction of a connection by itself.
#pragma once

#include <cstdint>
#include <memory>

#include "flow/consumer.h"

namespace tcpflow {

// Reads one half of a flow on its shard's thread: bytes and gaps in order, then one on_end. Owned
// by its flow's consumer; spans live as in StreamConsumer.
class HalfReader {
 public:
  virtual ~HalfReader() = default;
  virtual void on_bytes(uint64_t offset, Bytes bytes) = 0;
  virtual void on_gap(uint64_t offset, uint64_t length) = 0;
  // The flow is over, its numbers are settled and its files are named: adds what it found to
  // record.half(from).output.
  virtual void on_end(Direction from, FlowRecord& record) = 0;
};

// Makes a reader for each half that has bytes or a gap. One per shard, used on its thread; outlives
// its readers.
class HalfScanner : public ConsumerFactory {
 public:
  std::unique_ptr<StreamConsumer> create() final;
  virtual std::unique_ptr<HalfReader> make_reader() = 0;
};

}  // namespace tcpflow
