#include "app/options_size.h"

#include <cstdint>

namespace tcpflow {
namespace {

constexpr std::string_view kUnits = "kMGT";
constexpr unsigned kBitsPerUnit = 10;

// How far the letter shifts a number; 0 for none. Either case will do.
unsigned shift_of(char letter) {
  const char other_case = static_cast<char>(letter ^ 0x20);
  for (size_t i = 0; i < kUnits.size(); ++i) {
    if (kUnits[i] == letter || kUnits[i] == other_case) {
      return kBitsPerUnit * static_cast<unsigned>(i + 1);
    }
  }
  return 0;
}

}  // namespace

void read_size(const NumberWord& word, ParseState& state, size_t& target) {
  std::string_view digits = word.text;
  const unsigned shift = digits.empty() ? 0 : shift_of(digits.back());
  if (shift != 0) digits.remove_suffix(1);
  const char* const end = digits.data() + digits.size();
  size_t value = 0;
  const auto [stopped, fault] = std::from_chars(digits.data(), end, value);
  const bool is_number = !digits.empty() && stopped == end && fault != std::errc::invalid_argument;
  std::string message(word.option);
  if (!is_number) {
    message.append(" needs a size such as 500k, 64M or 2G, not '").append(word.text).append("'");
    return state.fail(std::move(message));
  }
  if (value == 0 && fault == std::errc()) {
    return state.fail(message.append(" must be at least 1"));
  }
  if (fault != std::errc() || value > SIZE_MAX >> shift) {
    return state.fail(message.append(" is too large: ").append(word.text));
  }
  target = value << shift;
}

std::string size_text(size_t size) {
  size_t unit = 0;
  while (unit < kUnits.size() && size != 0 && size % (size_t{1} << kBitsPerUnit) == 0) {
    size >>= kBitsPerUnit;
    ++unit;
  }
  std::string text = std::to_string(size);
  if (unit != 0) text += kUnits[unit - 1];
  return text;
}

}  // namespace tcpflow
