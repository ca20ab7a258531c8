#include "app/options_policies.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace tcpflow {
namespace {

std::string joined(std::span<const std::string_view> names) {
  std::string all;
  for (const std::string_view name : names) all.append(all.empty() ? "" : " ").append(name);
  return all;
}

// One kind of policy: its option, the names that it knows, and where its entries go.
template <typename Policy>
struct PolicyOption {
  std::string name;
  std::span<const std::string_view> known;
  std::optional<Policy> (*find)(std::string_view name);
  PolicySettings<Policy>& settings;
};

// "linux" or "linux=10.0.0.0/8".
template <typename Policy>
void add_entry(const PolicyOption<Policy>& option, const std::string& entry, ParseState& state) {
  const size_t equals = entry.find('=');
  const std::string name = entry.substr(0, equals);
  const std::optional<Policy> policy = option.find(name);
  if (!policy) {
    return state.fail(option.name + " knows no policy '" + name + "', only " +
                      joined(option.known));
  }
  if (equals == std::string::npos) {
    if (std::exchange(option.settings.has_default, true)) {
      return state.fail(option.name + " has two policies without a network");
    }
    return option.settings.table.set_default(*policy);
  }
  const Result<IpNetwork> network = IpNetwork::parse(entry.substr(equals + 1));
  if (!network) return state.fail(option.name + ": " + network.error().message);
  if (!option.settings.table.add(*network, *policy)) {
    state.fail(option.name + " has two policies for " + entry.substr(equals + 1));
  }
}

template <typename Policy>
void add_entries(const PolicyOption<Policy>& option, std::string_view text, ParseState& state) {
  for (size_t begin = 0; !state.fault && begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    add_entry(option, std::string(text.substr(begin, end - begin)), state);
    begin = end + 1;
  }
}

}  // namespace

void add_overlap_policies(ParseState& state, const char* text) {
  const PolicyOption<OverlapPolicy> option{"--overlap-policy", overlap_policy_names(),
                                           overlap_policy_named, state.options.flow.overlap};
  add_entries(option, text, state);
}

void add_fragment_policies(ParseState& state, const char* text) {
  const PolicyOption<FragmentPolicy> option{"--fragment-policy", fragment_policy_names(),
                                            fragment_policy_named, state.options.decode.fragments};
  add_entries(option, text, state);
}

std::string overlap_policy_list() { return joined(overlap_policy_names()); }
std::string fragment_policy_list() { return joined(fragment_policy_names()); }

}  // namespace tcpflow
