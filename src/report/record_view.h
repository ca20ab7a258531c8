// What several kinds of records say of a flow. Pure functions.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "base/number_text.h"
#include "base/time.h"
#include "flow/flow_record.h"

namespace tcpflow {

// "client"; empty where it is not known.
inline const char* role_name(Role role) {
  switch (role) {
    case Role::client:
      return "client";
    case Role::server:
      return "server";
    case Role::unknown:
      break;
  }
  return "";
}

// The earliest and the latest packet of both halves.
struct Span {
  Timestamp first = Timestamp::max();
  Timestamp last = Timestamp::min();
};

inline Span span_of(const FlowRecord& record) {
  Span span;
  for (const HalfRecord& half : record.halves) {
    if (!half.exists) continue;
    span.first = std::min(span.first, half.info.start);
    span.last = std::max({span.last, half.info.start, half.last});
  }
  return span;
}

// The half of who sent the first packet, if that was seen.
inline const HalfInfo& any_half(const FlowRecord& record) {
  const bool has_originator = record.half(Direction::originator).exists;
  return record.half(has_originator ? Direction::originator : Direction::responder).info;
}

// "10.1.2.3:80", "[2001:db8::c]:80"
inline std::string endpoint_text(const IpAddress& address, uint16_t port) {
  const bool is_bracketed = address.family == Family::ipv6;
  std::string text = is_bracketed ? "[" : "";
  text.append(address.text()).append(is_bracketed ? "]:" : ":");
  append_number(text, port);
  return text;
}

inline double milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace tcpflow
