#include "scan/http/start_line.h"

#include <llhttp.h>

#include <algorithm>

namespace tcpflow {

// Those of HTTP are numbered from 0 to SOURCE; behind it come those of RTSP.
bool is_http_method(std::string_view word) {
  for (int i = 0; i <= HTTP_SOURCE; ++i) {
    if (word == llhttp_method_name(static_cast<llhttp_method_t>(i))) return true;
  }
  return false;
}

namespace {

constexpr std::string_view kVersion = "HTTP/1.";
constexpr size_t kMostBlanks = 16;  // behind the version of a request line
constexpr size_t kMostMethod = 16;  // octets of a method

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

enum class Verdict : uint8_t { no, yes, unknown };

// `text` begins with kVersion.
Verdict judge_status_line(std::string_view text) {
  const std::string_view rest = text.substr(kVersion.size());
  constexpr std::string_view kForm = "0 000";
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (i == rest.size()) return Verdict::unknown;
    if (kForm[i] == ' ' ? !is_blank(rest[i]) : !is_digit(rest[i])) return Verdict::no;
  }
  return Verdict::yes;
}

// What stands behind kVersion in a request line.
Verdict judge_line_end(std::string_view rest) {
  if (rest.empty()) return Verdict::unknown;
  if (!is_digit(rest.front())) return Verdict::no;
  rest.remove_prefix(1);
  for (size_t i = 0; i < kMostBlanks && !rest.empty() && is_blank(rest.front()); ++i) {
    rest.remove_prefix(1);
  }
  if (!rest.empty() && rest.front() == '\r') rest.remove_prefix(1);
  if (rest.empty()) return Verdict::unknown;
  return rest.front() == '\n' ? Verdict::yes : Verdict::no;
}

bool begins_with_method(std::string_view line) {
  return is_http_method(line.substr(0, line.substr(0, kMostMethod).find(' ')));
}

// A method that is none of HTTP, as far as such have been seen ("RPC_IN_DATA").
bool is_own_octet(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// What so begins may become a request line with such a method.
bool may_begin_own(std::string_view line) {
  const std::string_view word = line.substr(0, std::min(line.find(' '), kMostOwnMethod + 1));
  return !word.empty() && word.size() <= kMostOwnMethod && word.front() >= 'A' &&
         word.front() <= 'Z' && std::all_of(word.begin(), word.end(), is_own_octet);
}

// It does, and has a target. `line` has all up to the version.
bool begins_with_own_method(std::string_view line) {
  const size_t blank = line.find(' ');
  return may_begin_own(line) && line.find_first_not_of(' ', blank) != std::string_view::npos;
}

// Less may be kept of what so begins than may_begin() says, where it matters to look closely.
bool is_beginning(std::string_view line) {
  if (kVersion.starts_with(line)) return !line.empty();
  if (line.substr(0, kMostMethod).find(' ') != std::string_view::npos) {
    return begins_with_method(line);
  }
  for (int i = 0; i <= HTTP_SOURCE; ++i) {
    const std::string_view method = llhttp_method_name(static_cast<llhttp_method_t>(i));
    if (method.starts_with(line)) return true;
  }
  return false;
}

// What so begins may become a request line or a status line.
bool may_begin(std::string_view line) {
  const size_t most = std::min(line.size(), kMostMethod);
  for (size_t i = 0; i < most; ++i) {
    if (is_blank(line[i]) || line[i] == '/') return i > 0;
    if ((line[i] < 'A' || line[i] > 'Z') && line[i] != '-') return false;
  }
  return line.size() < kMostMethod;
}

}  // namespace

std::optional<StartLineSeeker::Found> StartLineSeeker::add(Bytes bytes) {
  const std::string_view piece = as_text(bytes);
  size_t joined = 0;
  if (!carry_.empty()) {
    const size_t before = carry_.size();
    joined = std::min(piece.size(), kMostCarried);
    carry_.append(piece.substr(0, joined));
    if (const std::optional<Hit> hit = search(carry_)) {
      const bool is_new = hit->at >= before;
      carry_.resize(before);
      return Found{hit->is_response, is_new ? 0 : before - hit->at, is_new ? hit->at - before : 0};
    }
    carry_.erase(0, first_kept(carry_));
    if (joined == piece.size()) return std::nullopt;
    // What is kept is the end of what was joined: it is shorter.
    joined -= carry_.size();
    carry_.clear();
  }
  const std::string_view rest = piece.substr(joined);
  if (const std::optional<Hit> hit = search(rest)) {
    return Found{hit->is_response, 0, joined + hit->at};
  }
  carry_ = rest.substr(first_kept(rest));
  return std::nullopt;
}

size_t StartLineSeeker::undecided() const {
  const std::string_view text = carry_;
  size_t first = text.size();
  const std::string_view line = text.substr(std::min(line_, text.size()));
  if (is_beginning(line) || (is_first_line() && may_begin_own(line)))
    first = text.size() - line.size();
  if (waiting_ != kNowhere) first = std::min(first, waiting_);
  const size_t longest = mid_line_ ? std::min(kVersion.size() - 1, text.size()) : 0;
  for (size_t length = longest; length > 0; --length) {
    if (!text.ends_with(kVersion.substr(0, length))) continue;
    first = std::min(first, text.size() - length);
    break;
  }
  return text.size() - first;
}

// Where a message begins in `text`, all that is known but for what was found to be nothing.
std::optional<StartLineSeeker::Hit> StartLineSeeker::search(std::string_view text) {
  waiting_ = kNowhere;
  while (true) {
    const size_t version = text.find(kVersion, from_);
    const size_t upto = std::min(version, text.size());
    const size_t newline = text.substr(from_, upto - from_).rfind('\n');
    if (newline != std::string_view::npos) line_ = from_ + newline + 1;
    // A part of kVersion may stand at the end.
    const size_t overlap = std::min(kVersion.size() - 1, upto - from_);
    from_ = version == std::string_view::npos ? upto - overlap : version;
    if (version == std::string_view::npos) return std::nullopt;
    if (const std::optional<Hit> hit = judge(text, version)) return hit;
    if (waiting_ != kNowhere) return std::nullopt;
    from_ = version + kVersion.size();
  }
}

std::optional<StartLineSeeker::Hit> StartLineSeeker::judge(std::string_view text, size_t version) {
  if (version == line_ || mid_line_) {
    const Verdict verdict = judge_status_line(text.substr(version));
    if (verdict == Verdict::yes) return Hit{true, version};
    if (verdict == Verdict::unknown) waiting_ = version;
  }
  const bool is_behind_blank = version > 0 && text[version - 1] == ' ';
  const bool has_line = line_ < version && version - line_ < kMostCarried;
  if (!is_behind_blank || !has_line) return std::nullopt;
  const std::string_view line = text.substr(line_, version - line_);
  const bool is_own = is_first_line() && begins_with_own_method(line);
  if (!is_own && !begins_with_method(line)) return std::nullopt;
  const Verdict verdict = judge_line_end(text.substr(version + kVersion.size()));
  if (verdict == Verdict::yes) return Hit{false, line_};
  if (verdict == Verdict::unknown) waiting_ = line_;
  return std::nullopt;
}

// Behind a search without a hit: from here on it must be seen again with what comes.
size_t StartLineSeeker::first_kept(std::string_view text) {
  size_t first = text.size();
  const std::string_view line = text.substr(std::min(line_, text.size()));
  const bool has_line =
      line_ <= text.size() && (may_begin(line) || (is_first_line() && may_begin_own(line)));
  if (has_line) first = line_;
  if (waiting_ != kNowhere) first = std::min(first, waiting_);
  if (mid_line_) first = std::min(first, from_);
  if (text.size() - first >= kMostCarried) first = text.size();
  if (first > 0) is_at_start_ = false;
  const bool ends_line = !text.empty() && text.back() == '\n';
  if (line_ < first) line_ = first == text.size() && ends_line ? first : kNowhere;
  if (line_ != kNowhere) line_ -= first;
  if (waiting_ != kNowhere) waiting_ = waiting_ < first ? kNowhere : waiting_ - first;
  from_ = std::max(from_, first) - first;
  return first;
}

}  // namespace tcpflow
