// What scanners find inside a stream: bodies of messages and the like, each to be a file of its
// own, and what is known of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace tcpflow {

// Whether an object is all that was sent, or why not.
enum class ObjectEnd : uint8_t {
  complete,
  gap,        // bytes of it are missing
  open,       // the stream ends within it, without an end of its own
  reset,      // its sender reset the connection
  malformed,  // its message is none any more
  coding,     // it could not be unpacked, or not to its end
  limit,      // there is more of it than a limit allows
};
inline constexpr size_t kObjectEndCount = 7;
const char* object_end_name(ObjectEnd end);  // "complete"

// One object of a half. Texts are as they were sent, and no longer than kObjectText octets,
// or kTargetText; of longer ones the first characters are there.
struct ObjectRecord {
  std::string suffix;      // what its file's name has behind that of the flow's file
  uint64_t offset = 0;     // of its first octet in the flow's file
  uint64_t wire_size = 0;  // octets of it in the stream, without what frames it
  uint64_t size = 0;       // octets in its file
  ObjectEnd end = ObjectEnd::complete;
  Timestamp start;  // of the packet with its first octet, and with its last
  Timestamp last;
  std::string start_line;  // "GET /index.html HTTP/1.1": the request's, also for a response
  std::string host;
  unsigned status = 0;        // of the response; 0: it is a request's, or part of one
  std::string declared_type;  // Content-Type
  std::string found_type;     // by its content; empty: not looked at
  std::string coding;         // Content-Encoding
  std::string md5;            // empty: not computed
  std::string sha256;
};
inline constexpr size_t kObjectText = 1024;
// So long may the target of a request be, and the line with it: servers seldom take more.
inline constexpr size_t kTargetText = 8192;

// The objects of one half that are told of, in order of their first octets.
struct ObjectList {
  bool is_told = false;  // also where there are none: the half was understood
  std::vector<ObjectRecord> objects;
  uint64_t not_listed = 0;  // and so many more
};

}  // namespace tcpflow
