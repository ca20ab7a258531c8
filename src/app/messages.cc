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

void Messages::on_output_error(const Error& problem) {
  if (++output_errors_ <= kOutputErrorsShown) error(problem.message);
}

void Messages::finish() {
  if (output_errors_ <= kOutputErrorsShown) return;
  error(std::to_string(output_errors_ - kOutputErrorsShown) +
        " more outputs failed; the report names each file");
}

void Messages::note(const std::string& text, int level) const {
  if (debug_ >= level) print(text);
}

}  // namespace tcpflow
