// What is told of flows while they live, for records that are written as things happen.
#pragma once

#include "base/bytes.h"
#include "base/packet_ref.h"
#include "flow/flow.h"
#include "flow/flow_record.h"
#include "flow/http_exchange.h"

namespace tcpflow {

// Where scanners tell of exchanges.
class ExchangeSink {
 public:
  virtual ~ExchangeSink() = default;
  // One that is over, or of which nothing more will be seen.
  virtual void on_exchange(const Flow& flow, const HttpExchange& exchange) = 0;
};

// Told of flows that begin, of what scanners find in them, and of those that have ended (with the
// order of a RecordSink). Numbers may be provisional until the batch has been taken, see
// FlowNumbers. Used on the thread of a shard; lives as long as its table.
class FactSink : public RecordSink, public ExchangeSink {
 public:
  // A connection or conversation shows its first packet; `first` is the half that sent it.
  virtual void on_flow_start(const FlowInfo& flow, const HalfInfo& first) = 0;
};

}  // namespace tcpflow
