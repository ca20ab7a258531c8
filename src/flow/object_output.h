// Where scanners put what they find inside a stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "flow/flow.h"
#include "flow/object_record.h"

namespace tcpflow {

// Takes the bytes of one object. Destroyed when the object is over.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  // Copied before the call returns.
  virtual void add(Bytes bytes) = 0;
  // The same, of bytes that stay good until the batch ends (StreamConsumer): they need no copy.
  virtual void lend(Bytes bytes) { add(bytes); }
  // So many octets are missing: they read as zeros.
  virtual void skip(uint64_t length) = 0;
};

// Takes the objects of one flow. Lives as long as its consumer; on its shard's thread.
class FlowObjects {
 public:
  virtual ~FlowObjects() = default;
  // An object that has its first octet now; `suffix` as in ObjectRecord.
  virtual std::unique_ptr<ObjectWriter> begin(Direction from, std::string_view suffix,
                                              Timestamp start) = 0;
  // An object without an octet, of which there is no file.
  virtual void mention(Direction from, std::string_view suffix) = 0;
  // All objects are over, and the flow's own files are finished: writes what waits.
  virtual void end(const FlowRecord& record) = 0;
};

// Where objects go. Lives as long as the engine.
class ObjectOutput {
 public:
  virtual ~ObjectOutput() = default;
  virtual std::unique_ptr<FlowObjects> open(const Flow& flow) = 0;
};

}  // namespace tcpflow
