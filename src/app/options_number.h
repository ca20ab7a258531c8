// Numbers of the command line, read strictly: the whole word, within its range.
#pragma once

#include <charconv>
#include <limits>
#include <string>
#include <string_view>

#include "app/options_table.h"

namespace tcpflow {

// An option's name, for messages, and the word it was given.
struct NumberWord {
  std::string_view option;
  std::string_view text;
};

template <typename Number>
struct NumberRange {
  Number least = std::numeric_limits<Number>::min();
  Number most = std::numeric_limits<Number>::max();
};

// Sets `target`, or leaves it alone and puts the reason into `state`.
template <typename Number>
void read_number(const NumberWord& word, NumberRange<Number> range, ParseState& state,
                 Number& target) {
  const std::string_view digits = word.text.starts_with('+') ? word.text.substr(1) : word.text;
  const char* const end = digits.data() + digits.size();
  Number value{};
  const auto [stopped, fault] = std::from_chars(digits.data(), end, value);
  const bool is_number = !digits.empty() && stopped == end && fault != std::errc::invalid_argument;
  std::string message(word.option);
  if (!is_number) {
    return state.fail(message.append(" needs a number, not '").append(word.text).append("'"));
  }
  if (fault == std::errc() && value >= range.least && value <= range.most) {
    target = value;
    return;
  }
  message.append(" must be from ").append(std::to_string(range.least)).append(" to ");
  message.append(std::to_string(range.most)).append(", not ").append(word.text);
  state.fail(std::move(message));
}

}  // namespace tcpflow
