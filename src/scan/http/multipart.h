// Takes multipart bodies apart (RFC 2046, 5.1; forms: RFC 7578) while they pass.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "scan/http/delimiter_line.h"
#include "scan/http/part_header.h"

namespace tcpflow {

// Receives the parts of one body, one after the other: begin, bytes in order, end. Bytes die when
// the call returns.
class PartSink {
 public:
  virtual ~PartSink() = default;
  // `offset`: of the part's first octet of content, in the body.
  virtual void on_part_begin(const PartHeader& header, uint64_t offset) = 0;
  virtual void on_part_bytes(Bytes bytes) = 0;
  // False: the body ended, or was given up, before the next delimiter.
  virtual void on_part_end(bool is_whole) = 0;
};

// Reads one body, in pieces of any size; the calls do not depend on them, but for where
// on_part_bytes cuts. A part that is a multipart body itself is content like any other. Lines may
// end with CR LF or LF alone. A part is told of once its header is over; one with a header beyond
// the limit is told of with what was read of it. Owned by who reads the body, on its thread. Keeps
// no more than a header within its limit and a line that may become a delimiter; content is handed
// on without a copy, but for such lines.
class MultipartReader {
 public:
  static constexpr size_t kMostBoundary = 200;  // RFC 2046 has 70

  // `boundary` as in the Content-Type, without the dashes in front.
  MultipartReader(std::string_view boundary, const MultipartLimits& limits);

  // False: no body can be read with such a boundary. Then nothing is told.
  bool is_good() const { return is_good_; }
  void add(Bytes bytes, PartSink& sink);
  // The body is over; nothing may follow.
  void finish(PartSink& sink);
  // The limit of parts was reached: there are more, which are not told of.
  bool is_cut() const { return is_cut_; }

 private:
  enum class Place : uint8_t { preamble, header, content, over };

  // Each reads on until its place is left, or to the end, and returns how many octets that took.
  size_t read(Bytes bytes, PartSink& sink);
  size_t skip_preamble(Bytes bytes);
  size_t read_header(Bytes bytes, PartSink& sink);
  size_t read_content(Bytes bytes, PartSink& sink);

  void begin_header_line(uint64_t offset);
  void keep_header(Bytes bytes);
  void begin_part(uint64_t offset, PartSink& sink);
  void end_at_delimiter(uint64_t behind, PartSink& sink);
  void pass_delimiter(uint64_t behind);
  void tell_held(PartSink& sink);

  MultipartLimits limits_;
  DelimiterLine line_;  // reads the line that begins; not open within other lines
  Place place_ = Place::preamble;
  bool is_good_;
  bool is_cut_ = false;
  uint64_t offset_ = 0;  // in the body, of the octet that comes next
  size_t parts_ = 0;

  std::string header_;        // as much as the limit allows
  size_t header_line_ = 0;    // where its last line begins
  uint64_t line_offset_ = 0;  // and where in the body
  uint8_t header_octet_ = 0;  // the last one of that line
  std::string held_;  // content, if it does not turn out to be a delimiter with its line end before
};

}  // namespace tcpflow
