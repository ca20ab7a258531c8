// Knows the lines that separate the parts of a multipart body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace tcpflow {

// Reads one line at a time, in pieces of any size: is it "--", the boundary, perhaps "--", blanks,
// and the line's end (RFC 2046, 5.1.1)? A value that its reader owns; keeps nothing of what it
// read.
class DelimiterLine {
 public:
  enum class Verdict : uint8_t { open, delimiter, last_delimiter, other };
  static constexpr size_t kMostPadding = 256;  // blanks; more make it another line

  explicit DelimiterLine(std::string_view boundary) : marker_("--") { marker_ += boundary; }

  // From here on begins a line.
  void restart();
  // Reads on while the verdict is open. Returns how many octets that took: all, or those up to the
  // verdict. The octet that makes the line another one is not taken, so a line feed never is.
  size_t add(Bytes bytes);
  Verdict verdict() const { return verdict_; }
  bool is_open() const { return verdict_ == Verdict::open; }
  bool is_delimiter() const {
    return verdict_ == Verdict::delimiter || verdict_ == Verdict::last_delimiter;
  }
  // The body is over, and so is this line. True if it was a delimiter.
  bool is_delimiter_at_end() const;

 private:
  bool take(uint8_t octet);
  bool take_after_marker(uint8_t octet);

  std::string marker_;
  size_t matched_ = 0;  // octets of the marker
  size_t dashes_ = 0;   // behind the marker
  size_t padding_ = 0;
  bool saw_cr_ = false;
  Verdict verdict_ = Verdict::open;
};

}  // namespace tcpflow
