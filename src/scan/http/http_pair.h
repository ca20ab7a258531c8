// What the two halves of an HTTP connection know of each other.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/time.h"
#include "flow/flow.h"

namespace tcpflow {

// What a response must know of its request.
struct HttpRequest {
  Timestamp time;          // of the packet with its first octet
  uint64_t body_size = 0;  // octets of its body so far, as they were sent
  std::string line;        // "GET /index.html HTTP/1.1"
  std::string host;
  std::string target;
  bool is_head = false;
  bool is_connect = false;
};

// What the requests of all connections of one thread may take that wait. Outlives them.
struct RequestRoom {
  size_t most = SIZE_MAX;  // octets
  size_t held = 0;
  uint64_t lost = 0;  // requests that found no room
};

// Requests that wait for their responses, in order. One owner, one thread.
class RequestQueue {
 public:
  RequestQueue(const HttpLimits& limits, RequestRoom& room) : limits_(limits), room_(room) {}
  ~RequestQueue() { room_.held -= held_; }
  RequestQueue(const RequestQueue&) = delete;
  RequestQueue& operator=(const RequestQueue&) = delete;

  // How far packets of both sides may be from their order.
  static constexpr Duration kMostDisorder = std::chrono::milliseconds(100);

  // A request was read that was sent at `time`. A hole, the order of the packets or the start of
  // the capture may have held it back, so that its response came before it; a response that is
  // older answered something else, or nobody asked for it. If nothing is lost (`is_whole`) it may
  // be older by kMostDisorder. False: its response came, so it waits for nothing and was not taken.
  bool add(HttpRequest& request, Timestamp time, bool is_whole) {
    is_last_open_ = false;
    const Duration slack = is_whole ? kMostDisorder : Duration(0);
    while (!answered_.empty() && elapsed(answered_.front(), time) > slack) answered_.pop_front();
    if (!answered_.empty()) {
      answered_.pop_front();
      return false;
    } else if (has_room(request)) {
      take(octets_of(request));
      waiting_.push_back(std::move(request));
      is_last_open_ = true;
    } else {
      ++untold_;
      ++room_.lost;
    }
    return true;
  }
  // So many octets have come of the body of the request that was added last.
  void add_to_body(uint64_t octets) {
    if (is_last_open_ && !waiting_.empty()) waiting_.back().body_size += octets;
  }
  // The request of the next response; null: it is not known. It stays until done().
  const HttpRequest* next() const { return waiting_.empty() ? nullptr : &waiting_.front(); }
  // The response came at `time`.
  void done(Timestamp time) {
    if (!waiting_.empty()) {
      take(size_t{0} - octets_of(waiting_.front()));
      waiting_.pop_front();
    } else if (untold_ > 0) {
      --untold_;
    } else if (answered_.size() < limits_.requests) {
      answered_.push_back(time);
    }
  }
  // Bytes of requests are missing, or of responses: who belongs to whom is not known any more. Or
  // nothing comes any more. Returns those that wait.
  std::list<HttpRequest> forget() {
    std::list<HttpRequest> waiting = std::exchange(waiting_, {});
    take(size_t{0} - held_);
    answered_.clear();
    untold_ = 0;
    return waiting;
  }

 private:
  static size_t octets_of(const HttpRequest& request) {
    return sizeof request + request.line.size() + request.host.size() + request.target.size();
  }
  bool has_room(const HttpRequest& request) const {
    return waiting_.size() < limits_.requests && untold_ == 0 &&
           octets_of(request) <= room_.most - std::min(room_.most, room_.held);
  }
  // More; modulo 2^64 also less.
  void take(size_t octets) {
    held_ += octets;
    room_.held += octets;
  }

  const HttpLimits& limits_;
  RequestRoom& room_;
  size_t held_ = 0;
  // Lists, for nearly all connections have none or one of each: those that are empty take nothing.
  std::list<HttpRequest> waiting_;
  bool is_last_open_ = false;      // the request that was added last is the last of these
  uint64_t untold_ = 0;            // that came behind these, without room
  std::list<Timestamp> answered_;  // responses whose requests have not come
};

// Shared by the halves of one connection.
struct HttpPair {
  HttpPair(const HttpLimits& limits, RequestRoom& room) : requests(limits, room) {}

  RequestQueue requests;
  const Flow* flow = nullptr;
  Direction client = Direction::originator;  // who sent the last request
  bool is_tunnel = false;                    // a 101: what follows on either side is no HTTP
  bool is_http = false;                      // a message was seen
  bool has_requests = false;
  bool is_whole = true;  // all that both have sent was read as messages, or has still to come
};

}  // namespace tcpflow
