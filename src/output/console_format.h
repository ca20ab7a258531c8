// How bytes look on the console. Pure functions that append to `out`.
#pragma once

#include <string>

#include "base/bytes.h"
#include "flow/flow_info.h"

namespace tcpflow {

// Printable ASCII, LF and CR as they are, everything else as '.'.
void append_stripped(std::string& out, Bytes bytes);

// Lines of 32: offset, hex in pairs of bytes, the printable text.
void append_hex_dump(std::string& out, Bytes bytes);

// The object of -J up to its payload: `{"src_host":"10.1.2.3",...,"payload": `. The same for all
// records of a half. UDP is named in it, TCP is not.
std::string json_head(const HalfInfo& half);
// The object that tells of missing bytes: `{"src_host":"10.1.2.3",...,"gap": 1460}`.
std::string json_gap(const HalfInfo& half, uint64_t length);
// The payload of the object, and its end: `[65,66]}`.
void append_json_payload(std::string& out, Bytes bytes);

}  // namespace tcpflow
