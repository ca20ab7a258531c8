// A line on standard error that says how things stand.
#pragma once

#include <cstddef>
#include <string>

namespace tcpflow {

// Rewritten in place on a terminal, or one line below the other elsewhere. Never waits: where the
// reader takes nothing just now (a terminal that was stopped, a full pipe), it is left out. Owned
// by Messages, which takes it off the screen before it prints anything.
class StatusLine {
 public:
  explicit StatusLine(int fd) : fd_(fd) {}

  // On a terminal: puts `text`, printable ASCII, where the last one was, cut to the terminal's
  // width. Does nothing while another program has the terminal (this one is in the background).
  void rewrite(const std::string& text);
  // Takes off the screen what rewrite() put there.
  void clear();
  // Writes `text` as a line to stay.
  void append(const std::string& text);

 private:
  bool takes_octets() const;
  size_t width() const;
  void write(const std::string& text) const;

  int fd_;
  size_t shown_ = 0;  // columns
};

}  // namespace tcpflow
