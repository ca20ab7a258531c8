// Where in a stream an HTTP/1 message begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace tcpflow {

// True for a method that the parser knows.
bool is_http_method(std::string_view word);

// So long may a method be that the parser does not know.
inline constexpr size_t kMostOwnMethod = 32;

// Finds the next start line (RFC 9112, 3 and 4) in bytes that come piece by piece: a request line
// with a method that is known, at the beginning of a line, or a status line. The first line of a
// stream may have any method in capitals. One owner, one thread; keeps kMostCarried octets at most,
// and takes linear time whatever comes.
class StartLineSeeker {
 public:
  static constexpr size_t kMostCarried = size_t{16} << 10;  // the longest request line found

  struct Found {
    bool is_response = false;
    // Octets of the message that came in earlier pieces, still in carried(), and how many octets of
    // this piece come before the rest of it.
    size_t carried = 0;
    size_t at = 0;
  };

  // `mid_line`: what comes next may be the middle of something, behind a gap or before the first
  // packet of the capture. There a status line is one wherever it begins.
  explicit StartLineSeeker(bool mid_line) : mid_line_(mid_line), is_at_start_(!mid_line) {}

  std::optional<Found> add(Bytes bytes);
  // The last octets that came, of which the last Found::carried begin the message.
  std::string_view carried() const { return carry_; }
  // Of these so many, the last, may be the beginning of a message.
  size_t undecided() const;

 private:
  static constexpr size_t kNowhere = SIZE_MAX;

  struct Hit {
    bool is_response = false;
    size_t at = 0;
  };
  std::optional<Hit> search(std::string_view text);
  std::optional<Hit> judge(std::string_view text, size_t version);
  size_t first_kept(std::string_view text);
  bool is_first_line() const { return is_at_start_ && line_ == 0; }

  bool mid_line_;
  bool is_at_start_;  // carry_ has all that has come
  // All of these count from the first octet of carry_.
  size_t line_ = 0;            // where the last line begins, if it may be a start line
  size_t from_ = 0;            // up to here there is nothing
  size_t waiting_ = kNowhere;  // a start line that is not complete
  std::string carry_;
};

}  // namespace tcpflow
