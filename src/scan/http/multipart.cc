#include "scan/http/multipart.h"

#include <algorithm>
#include <cstring>

namespace tcpflow {
namespace {

// Where the first line feed stands in `bytes`; their size if there is none.
size_t find_line_feed(Bytes bytes) {
  const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
  if (found == nullptr) return bytes.size();
  return static_cast<size_t>(static_cast<const uint8_t*>(found) - bytes.data());
}

bool is_usable(std::string_view boundary) {
  return !boundary.empty() && boundary.size() <= MultipartReader::kMostBoundary &&
         boundary.find_first_of("\r\n") == std::string_view::npos;
}

}  // namespace

MultipartReader::MultipartReader(std::string_view boundary, const MultipartLimits& limits)
    : limits_(limits), line_(boundary.substr(0, kMostBoundary)), is_good_(is_usable(boundary)) {
  if (!is_good_) place_ = Place::over;
}

void MultipartReader::add(Bytes bytes, PartSink& sink) {
  while (!bytes.empty() && place_ != Place::over) {
    const size_t count = read(bytes, sink);
    bytes = bytes.subspan(count);
    offset_ += count;
  }
}

size_t MultipartReader::read(Bytes bytes, PartSink& sink) {
  if (place_ == Place::preamble) return skip_preamble(bytes);
  return place_ == Place::header ? read_header(bytes, sink) : read_content(bytes, sink);
}

void MultipartReader::finish(PartSink& sink) {
  const bool is_whole = line_.is_delimiter_at_end();
  if (place_ == Place::header && is_whole) {
    header_.resize(header_line_);
    begin_part(line_offset_, sink);
  }
  if (place_ == Place::content) {
    if (!is_whole) tell_held(sink);
    sink.on_part_end(is_whole);
  }
  place_ = Place::over;
}

size_t MultipartReader::skip_preamble(Bytes bytes) {
  size_t at = 0;
  while (true) {
    at += line_.add(bytes.subspan(at));
    if (line_.is_delimiter()) {
      pass_delimiter(offset_ + at);
      return at;
    }
    if (line_.is_open()) return at;
    at += find_line_feed(bytes.subspan(at));
    if (at == bytes.size()) return at;
    ++at;
    line_.restart();
  }
}

size_t MultipartReader::read_header(Bytes bytes, PartSink& sink) {
  size_t at = 0;
  while (true) {
    const size_t begin = at;
    at += line_.add(bytes.subspan(at));
    if (line_.is_delimiter()) {
      header_.resize(header_line_);
      begin_part(line_offset_, sink);
      end_at_delimiter(offset_ + at, sink);
      return at;
    }
    if (!line_.is_open()) at += find_line_feed(bytes.subspan(at));
    keep_header(bytes.subspan(begin, at - begin));
    if (at == bytes.size()) return at;
    const uint64_t length = offset_ + at - line_offset_;
    ++at;
    if (length == 0 || (length == 1 && header_octet_ == '\r')) {
      begin_part(offset_ + at, sink);
      line_.restart();  // the delimiter may come at once
      return at;
    }
    keep_header(bytes.subspan(at - 1, 1));
    begin_header_line(offset_ + at);
  }
}

// Every octet is looked for once by memchr; octets that may be a delimiter's are compared once
// more.
size_t MultipartReader::read_content(Bytes bytes, PartSink& sink) {
  if (!line_.is_open() && bytes[0] != '\n') tell_held(sink);  // a CR, but no line end
  size_t at = 0;
  size_t kept_from = 0;  // from here on, or from held_ on, it may be a delimiter
  while (true) {
    if (line_.is_open()) {
      at += line_.add(bytes.subspan(at));
      if (line_.is_open() || line_.is_delimiter()) break;
      tell_held(sink);
    }
    at += find_line_feed(bytes.subspan(at));
    const bool is_after_cr = at > 0 && bytes[at - 1] == '\r';
    kept_from = is_after_cr ? at - 1 : at;
    if (at == bytes.size()) break;
    ++at;
    line_.restart();
  }
  if (kept_from > 0) sink.on_part_bytes(bytes.first(kept_from));
  if (line_.is_delimiter()) {
    end_at_delimiter(offset_ + at, sink);
  } else {
    held_.append(as_text(bytes.subspan(kept_from)));
  }
  return at;
}

void MultipartReader::begin_header_line(uint64_t offset) {
  line_.restart();
  header_line_ = header_.size();
  line_offset_ = offset;
  header_octet_ = 0;
}

void MultipartReader::keep_header(Bytes bytes) {
  if (bytes.empty()) return;
  header_octet_ = bytes.back();
  const size_t room = limits_.header_octets - header_.size();
  header_.append(as_text(bytes.first(std::min(room, bytes.size()))));
}

void MultipartReader::begin_part(uint64_t offset, PartSink& sink) {
  place_ = Place::content;
  sink.on_part_begin(parse_part_header(header_), offset);
}

void MultipartReader::end_at_delimiter(uint64_t behind, PartSink& sink) {
  held_.clear();
  sink.on_part_end(true);
  pass_delimiter(behind);
}

// From here on the lines of the next header are read, or the body is over.
void MultipartReader::pass_delimiter(uint64_t behind) {
  const bool is_last = line_.verdict() == DelimiterLine::Verdict::last_delimiter;
  is_cut_ = !is_last && parts_ == limits_.parts;
  if (is_last || is_cut_) {
    place_ = Place::over;
    return;
  }
  ++parts_;
  place_ = Place::header;
  header_.clear();
  begin_header_line(behind);
}

void MultipartReader::tell_held(PartSink& sink) {
  if (!held_.empty()) sink.on_part_bytes(as_bytes(held_));
  held_.clear();
}

}  // namespace tcpflow
