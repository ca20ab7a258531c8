// Objects out of HTTP/1 connections.
#pragma once

#include <memory>

#include "base/limits.h"
#include "flow/consumer.h"
#include "scan/http/http_shared.h"

namespace tcpflow {

// Makes a consumer for each flow, which reads both halves as HTTP/1 (RFC 9112) while they stream:
// from the start, from the middle where the capture begins there, and again behind gaps and what is
// no HTTP. Bodies go to the object output, one object each (parts of a request's multipart body
// besides); the record of the flow says what they are. One per thread that has flows, used on that
// thread; outlives its consumers.
class HttpScanner : public ConsumerFactory {
 public:
  // Borrows both. Without `output` objects are described and not stored.
  HttpScanner(const HttpOptions& options, ObjectOutput* output, ExchangeSink* exchanges = nullptr);

  std::unique_ptr<StreamConsumer> create() override;
  HttpCounters counters() const {
    HttpCounters counters = shared_.counters;
    counters.requests_lost = shared_.requests.lost;
    return counters;
  }

 private:
  HttpShared shared_;
};

}  // namespace tcpflow
