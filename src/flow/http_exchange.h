// A request of HTTP and its response, as records tell of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "flow/flow_info.h"
#include "flow/object_record.h"

namespace tcpflow {

// One exchange. Either side may not have been seen. Texts are as in ObjectRecord.
struct HttpExchange {
  Direction client = Direction::originator;  // who sent the request, or got the response
  // Of the packet with the first octet behind the head's, or its last. Empty: it was not seen.
  std::optional<Timestamp> request_time;
  std::string method;
  std::string target;
  std::string host;
  uint64_t request_size = 0;  // octets of its body, as they were sent

  std::optional<Timestamp> response_time;  // the same of the response; empty: there was none
  Timestamp response_end;                  // of the packet with its last octet
  unsigned status = 0;
  std::string type;            // Content-Type
  std::string coding;          // Content-Encoding
  uint64_t response_wire = 0;  // octets of its body, without what frames it
  uint64_t response_size = 0;  // the same unpacked
  ObjectEnd end = ObjectEnd::complete;

  Timestamp end_time() const {
    return response_time ? response_end : request_time.value_or(Timestamp());
  }
};

}  // namespace tcpflow
