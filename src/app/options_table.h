// Every option in one place: how it is spelt, what the help says, what it does to Options.
#pragma once

#include <span>

#include "app/options.h"

namespace tcpflow {

// What reading the command line has come to so far. `fault` ends it.
struct ParseState {
  Options options;
  bool operands_are_files = false;  // -l
  std::optional<UsageError> fault;

  void warn(std::string text) { options.warnings.push_back(std::move(text)); }
  void fail(std::string text) { fault = UsageError{std::move(text)}; }
};

// The headings of the help, in its order.
enum class OptionGroup : uint8_t {
  input,
  live,
  files,
  names,
  console,
  flows,
  limits,
  scanners,
  report,
  security,
  messages,
};
inline constexpr size_t kOptionGroupCount = 11;
const char* group_title(OptionGroup group);

// Codes of options without a letter.
inline constexpr int kFirstLongOnly = 256;

// One option. Static life.
struct OptionSpec {
  int code = 0;                    // its letter, or from kFirstLongOnly on
  const char* long_name = "";      // without dashes; empty: none
  const char* argument = nullptr;  // name of its argument in the help; null: takes none
  OptionGroup group = OptionGroup::input;
  const char* help = "";  // may have several lines
  void (*apply)(ParseState& state, const char* argument) = nullptr;
};
std::span<const OptionSpec> option_table();

// "-b", or "--snaplen" for an option without a letter.
std::string option_spelling(const OptionSpec& spec);

}  // namespace tcpflow
