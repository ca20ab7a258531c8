#include "decode/encapsulation.h"

#include <algorithm>
#include <utility>

#include "base/mix.h"

namespace tcpflow {
namespace {

struct KindWords {
  const char* name;
  const char* id;   // what its number is called; null: it has none
  bool shows_zero;  // 0 is a number like any other
  bool has_ends;
};

// In the order of TunnelKind.
constexpr std::array<KindWords, 15> kWords = {{
    {"etherip", nullptr, false, true},
    {"erspan", nullptr, false, true},
    {"geneve", "vni", true, true},
    {"gre", "key", false, true},
    {"gtp-u", nullptr, false, true},
    {"ipip", nullptr, false, true},
    {"l2tp", nullptr, false, true},
    {"mpls", nullptr, false, true},
    {"nsh", nullptr, false, false},
    {"nvgre", "vsid", true, true},
    {"pbb", "isid", true, false},
    {"pptp", nullptr, false, true},
    {"teredo", nullptr, false, true},
    {"vxlan", "vni", true, true},
    {"vxlan-gpe", "vni", true, true},
}};

void append_layer(std::string& text, const TunnelLayer& layer) {
  const KindWords& words = kWords[static_cast<size_t>(layer.kind)];
  text += words.name;
  // A pseudo-wire over a link has no ends in IP.
  if (words.has_ends && layer.high != IpAddress{}) {
    text.append(" ").append(layer.low.text()).append("-").append(layer.high.text());
  }
  if (words.id == nullptr || (layer.id == 0 && !words.shows_zero && !layer.has_key)) {
    return;
  }
  text.append(" ").append(words.id).append(" ").append(std::to_string(layer.id));
}

}  // namespace

bool Encapsulation::add(TunnelLayer layer) {
  if (is_full()) return false;
  if (layer.high < layer.low) std::swap(layer.low, layer.high);
  layers_[size_++] = layer;
  return true;
}

bool Encapsulation::operator==(const Encapsulation& other) const {
  return std::equal(layers_.begin(), layers_.begin() + size_, other.layers_.begin(),
                    other.layers_.begin() + other.size_);
}

std::string Encapsulation::text() const {
  std::string text;
  for (size_t i = 0; i < size_; ++i) {
    if (i != 0) text += ", ";
    append_layer(text, layers_[i]);
  }
  return text;
}

PathHasher::PathHasher(uint64_t seed) {
  for (uint64_t& secret : secrets_) secret = next_secret(seed);
}

uint64_t PathHasher::hash_of(const IpAddress& address) const {
  return mix64(load_host64(address.octets.data()) ^ secrets_[0],
               load_host64(address.octets.data() + 8) ^ secrets_[1]);
}

// Each place has a secret of its own, so that the same two addresses the other way round, or the
// same tunnels in another order, come to other numbers.
uint64_t PathHasher::operator()(const Encapsulation& path) const {
  uint64_t all = secrets_[2];
  for (size_t i = 0; i < path.size(); ++i) {
    const TunnelLayer& layer = path[i];
    const uint64_t facts = uint64_t{layer.id} << 32 | uint64_t{static_cast<uint8_t>(layer.kind)} |
                           uint64_t{static_cast<uint8_t>(layer.low.family)} << 8 |
                           uint64_t{layer.has_key} << 16;
    const uint64_t ends =
        mix64(hash_of(layer.low) ^ secrets_[3], hash_of(layer.high) ^ secrets_[4]);
    all = mix64(all ^ facts, ends ^ secrets_[5]);
  }
  return all | 1;
}

}  // namespace tcpflow
