// The names of -S.
#pragma once

#include <span>
#include <string_view>

#include "app/options_table.h"

namespace tcpflow {

// One parameter. Static life.
struct ParameterSpec {
  std::string_view name;
  std::string_view default_text;
  std::string_view help;
  // Null: belongs to a scanner that is not in this version yet.
  void (*apply)(ParseState& state, std::string_view value) = nullptr;
};
std::span<const ParameterSpec> parameter_table();

// Applies "NAME=VALUE"; the value may hold more '='. An unknown name only earns a warning, as
// scripts may be older or newer than the program.
void apply_parameter(ParseState& state, std::string_view assignment);

}  // namespace tcpflow
