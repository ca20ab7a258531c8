// What the HTTP scanner's consumers of one thread have in common.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/gap.h"
#include "base/limits.h"
#include "flow/fact_sink.h"
#include "flow/message_screen.h"
#include "flow/object_output.h"
#include "scan/hash/digest.h"
#include "scan/http/found_type.h"
#include "scan/http/http_counters.h"
#include "scan/http/http_pair.h"
#include "scan/http/octet_room.h"

namespace tcpflow {

// Plain values.
struct HttpOptions {
  uint64_t byte_limit = UINT64_MAX;     // -b: what lies behind it in a flow's file is not looked at
  uint64_t most_per_half = UINT64_MAX;  // ScanLimits::per_half
  GapForm gap = GapForm::zero;          // how gaps stand in the flow's file
  bool keeps_packed = false;            // -Z
  bool has_own_names = false;           // --http-names
  bool wants_facts = true;              // digests and types: somebody reports them
  HttpLimits limits;
  DecodeLimits decode;
  MultipartLimits multipart;
};

// Outlives the consumers.
struct HttpShared {
  HttpOptions options;
  ObjectOutput* output = nullptr;     // null: no objects are stored
  ExchangeSink* exchanges = nullptr;  // null: nobody wants to know of them
  MessageScreen* screen = nullptr;    // null: no messages are shown
  SpareDigests md5{options.wants_facts ? fetch_digest("MD5") : DigestKind()};
  SpareDigests sha256{options.wants_facts ? fetch_digest("SHA256") : DigestKind()};
  TypeFinder types = {};
  size_t listed = 0;  // octets that the lists of all open flows take
  OctetRoom room = {options.limits.unpacking};
  OctetRoom heads = {options.limits.head_octets_total};
  RequestRoom requests = {options.limits.request_octets};
  Bytes reading = {};  // what a consumer was given just now: it stays good until the batch ends
  HttpCounters counters = {};
};

}  // namespace tcpflow
