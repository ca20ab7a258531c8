#include "app/messages.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace tcpflow {
namespace {

// Names come from captures, archives and other users: what a terminal would obey is shown as \xNN.
std::string printable(const std::string& text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto before = static_cast<unsigned char>(i == 0 ? 0 : text[i - 1]);
    const bool is_control = byte < 0x20 || byte == 0x7F;
    const bool is_c1 = before == 0xC2 && byte >= 0x80 && byte < 0xA0;  // U+0080 to U+009F in UTF-8
    if (is_control || is_c1) {
      shown.append("\\x").append({kDigits[byte >> 4], kDigits[byte & 15]});
    } else {
      shown += text[i];
    }
  }
  return shown;
}

}  // namespace

Messages::Messages(std::string prefix, int debug)
    : prefix_(std::move(prefix)), debug_(debug), status_line_(STDERR_FILENO) {}

void Messages::print(const std::string& text) const {
  const std::string line = printable(prefix_ + ": " + text) + "\n";
  status_line_.clear();
  std::fwrite(line.data(), 1, line.size(),
              stderr);  // one call, so that lines of programs do not mix
}

void Messages::show(const std::string& lines) const {
  std::string shown;
  for (size_t start = 0; start < lines.size();) {
    const size_t end = std::min(lines.find('\n', start), lines.size());
    shown.append(printable(lines.substr(start, end - start))).append("\n");
    start = end + 1;
  }
  status_line_.clear();
  std::fwrite(shown.data(), 1, shown.size(), stderr);
}

void Messages::error(const std::string& text) {
  print(text);
  errors_.push_back(text);
}

void Messages::on_output_error(const Error& problem) {
  if (++output_errors_ <= kOutputErrorsShown) error(problem.message);
}

void Messages::finish() {
  if (output_errors_ <= kOutputErrorsShown) return;
  error(std::to_string(output_errors_ - kOutputErrorsShown) +
        " more outputs or scripts failed; the report names each");
}

void Messages::note(const std::string& text, int level) const {
  if (debug_ >= level) print(text);
}

}  // namespace tcpflow
