#include "app/status_line.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace tcpflow {
namespace {

constexpr size_t kUsualWidth = 80;
constexpr size_t kEchoOfInterrupt = 2;  // "^C", which the terminal itself puts behind the text

// A job in the background that writes would spoil what its user types. Not to be found out where
// the terminal is not the one that controls us; then it is ours.
bool is_in_background(int fd) {
  const pid_t foreground = ::tcgetpgrp(fd);
  return foreground > 0 && foreground != ::getpgrp();
}

}  // namespace

void StatusLine::rewrite(const std::string& text) {
  if (!takes_octets() || is_in_background(fd_)) return;
  const size_t columns = width();
  const size_t shown = std::min(text.size(), columns);
  // Spaces over the rest of the last one, for not every terminal knows how to erase.
  const size_t rest = std::min(shown_, columns) - std::min({shown_, columns, shown});
  std::string line("\r");
  write(line.append(text, 0, shown).append(rest, ' '));
  shown_ = shown;
}

void StatusLine::clear() {
  if (shown_ == 0) return;
  const size_t columns = std::min(shown_ + kEchoOfInterrupt, width());
  shown_ = 0;
  std::string line("\r");
  write(line.append(columns, ' ').append("\r"));
}

void StatusLine::append(const std::string& text) {
  if (takes_octets()) write(text + "\n");
}

bool StatusLine::takes_octets() const {
  pollfd waited{fd_, POLLOUT, 0};
  return ::poll(&waited, 1, 0) == 1 && (waited.revents & POLLOUT) != 0;
}

// One column less than there are, or some terminals go to the next line.
size_t StatusLine::width() const {
  winsize size{};
  const bool known = ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return (known ? size.ws_col : kUsualWidth) - 1;
}

void StatusLine::write(const std::string& text) const {
  // Nobody can be told that telling failed.
  [[maybe_unused]] const ssize_t written = ::write(fd_, text.data(), text.size());
}

}  // namespace tcpflow
