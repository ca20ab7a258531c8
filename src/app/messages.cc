#include "app/messages.h"

#include <cstdio>

namespace tcpflow {

void Messages::print(const std::string& text) const {
  const std::string line = prefix_ + ": " + text + "\n";
  std::fwrite(line.data(), 1, line.size(),
              stderr);  // one call, so that lines of programs do not mix
}

void Messages::error(const std::string& text) {
  print(text);
  errors_.push_back(text);
}

void Messages::note(const std::string& text, int level) const {
  if (debug_ >= level) print(text);
}

}  // namespace tcpflow
