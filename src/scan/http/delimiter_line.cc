#include "scan/http/delimiter_line.h"

namespace tcpflow {

void DelimiterLine::restart() {
  matched_ = 0;
  dashes_ = 0;
  padding_ = 0;
  saw_cr_ = false;
  verdict_ = Verdict::open;
}

size_t DelimiterLine::add(Bytes bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && is_open()) {
    if (take(bytes[taken])) {
      ++taken;
    } else {
      verdict_ = Verdict::other;
    }
  }
  return taken;
}

bool DelimiterLine::take(uint8_t octet) {
  if (matched_ == marker_.size()) return take_after_marker(octet);
  if (octet != static_cast<uint8_t>(marker_[matched_])) return false;
  ++matched_;
  return true;
}

bool DelimiterLine::take_after_marker(uint8_t octet) {
  const bool is_dash_whole = dashes_ != 1;
  if (octet == '\n' && is_dash_whole) {
    verdict_ = dashes_ == 0 ? Verdict::delimiter : Verdict::last_delimiter;
    return true;
  }
  if (saw_cr_) return false;
  if (octet == '-' && dashes_ < 2 && padding_ == 0) {
    ++dashes_;
    return true;
  }
  if (octet == '\r' && is_dash_whole) {
    saw_cr_ = true;
    return true;
  }
  const bool is_padding = (octet == ' ' || octet == '\t') && is_dash_whole;
  return is_padding && ++padding_ <= kMostPadding;
}

bool DelimiterLine::is_delimiter_at_end() const {
  return is_open() && matched_ == marker_.size() && dashes_ != 1;
}

}  // namespace tcpflow
