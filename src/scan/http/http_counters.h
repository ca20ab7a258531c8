// What the HTTP scanner of one thread has come to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "flow/object_record.h"

namespace tcpflow {

// Plain values, to be added up.
struct HttpCounters {
  std::array<uint64_t, kObjectEndCount> objects{};  // by ObjectEnd, those with content
  uint64_t not_listed = 0;                          // of these, for a limit on lists
  uint64_t no_room = 0;                             // bodies that found no room to be unpacked
  uint64_t too_large = 0;                           // bodies that unpack to too much
  uint64_t parts_cut = 0;                           // bodies with more parts than are told of
  uint64_t requests_lost = 0;                       // requests that no response will be told of
  uint64_t heads_lost = 0;                          // heads that found no room until they are whole
  uint64_t not_shown = 0;                           // bodies that are not all on the screen

  HttpCounters& operator+=(const HttpCounters& other) {
    for (size_t i = 0; i < objects.size(); ++i) objects[i] += other.objects[i];
    not_listed += other.not_listed;
    no_room += other.no_room;
    too_large += other.too_large;
    parts_cut += other.parts_cut;
    requests_lost += other.requests_lost;
    heads_lost += other.heads_lost;
    not_shown += other.not_shown;
    return *this;
  }
};

}  // namespace tcpflow
