// Networks of IP addresses, and values that hold for them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace tcpflow {

// The addresses that share their first `prefix` bits with `address`, whose others are 0. A value.
struct IpNetwork {
  IpAddress address;
  uint8_t prefix = 0;

  // "10.0.0.0/8", "2001:db8::/32"; without a prefix a single host. The error is a sentence about
  // `text`.
  static Result<IpNetwork> parse(const std::string& text);

  bool contains(const IpAddress& other) const;
  bool operator==(const IpNetwork&) const = default;
};

// A value for each network, and one for all other addresses. Of several networks that hold an
// address the smallest counts. Plain value, made before the run and then only read; with nothing
// but a default, find() costs a comparison.
template <typename Value>
class NetworkTable {
 public:
  NetworkTable() = default;
  explicit NetworkTable(Value otherwise) : otherwise_(otherwise) {}

  // False if the network has a value already.
  bool add(const IpNetwork& network, Value value) {
    const auto is_same = [&](const Entry& entry) { return entry.network == network; };
    if (std::any_of(entries_.begin(), entries_.end(), is_same)) return false;
    const auto is_wider = [&](const Entry& entry) { return entry.network.prefix < network.prefix; };
    entries_.insert(std::find_if(entries_.begin(), entries_.end(), is_wider), {network, value});
    return true;
  }
  void set_default(Value value) { otherwise_ = value; }

  Value find(const IpAddress& address) const {
    for (const Entry& entry : entries_) {
      if (entry.network.contains(address)) return entry.value;
    }
    return otherwise_;
  }
  // True if all addresses have the value `value`.
  bool is_only(Value value) const { return entries_.empty() && otherwise_ == value; }

 private:
  struct Entry {
    IpNetwork network;
    Value value;
  };
  std::vector<Entry> entries_;  // the longest prefix first
  Value otherwise_{};
};

}  // namespace tcpflow
