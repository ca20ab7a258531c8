// Options that name a policy for each network: NAME[=NETWORK],...
#pragma once

#include <string>

#include "app/options_table.h"

namespace tcpflow {

void add_overlap_policies(ParseState& state, const char* text);
void add_fragment_policies(ParseState& state, const char* text);

// For the help: the names that each of the two knows.
std::string overlap_policy_list();
std::string fragment_policy_list();

}  // namespace tcpflow
