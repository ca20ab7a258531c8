// Command lines for tests.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/options.h"

namespace tcpflow::test {

inline Result<Options, UsageError> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "tcpflow");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return parse_options(arguments);
}

// Splits at spaces; for arguments without any.
inline Result<Options, UsageError> parse_line(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return parse(std::move(words));
}

inline Options options_of(const std::string& line) {
  const Result<Options, UsageError> options = parse_line(line);
  EXPECT_TRUE(options) << line << ": " << (options ? "" : options.error().message);
  return options ? *options : Options();
}

inline std::string error_of(const std::string& line) {
  const Result<Options, UsageError> options = parse_line(line);
  return options ? "" : options.error().message;
}

}  // namespace tcpflow::test
