// Telling what lies in a format that does not say.
#include "decode/link_walk.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace tcpflow {
namespace {

// Beyond it no length field reaches.
constexpr size_t kMostStated = 0xffff;

// The version and the lengths are asked, not the checksum, which a card may have been about to fill
// in.
bool is_plausible_ipv4(const WireBytes& ip) {
  const Result<Ipv4View, Drop> header = Ipv4View::parse(ip.captured);
  if (!header) return false;
  const size_t total = header->total_length();
  return total != 0 ? total <= ip.on_wire : ip.on_wire > kMostStated;
}

bool is_plausible_ipv6(const WireBytes& ip) {
  const Result<Ipv6View, Drop> header = Ipv6View::parse(ip.captured);
  if (!header) return false;
  const size_t length = header->payload_length();
  return length != 0 ? Ipv6View::kHeader + length <= ip.on_wire : ip.on_wire > kMostStated;
}

}  // namespace

bool is_plausible_ip(const WireBytes& ip) { return is_plausible_ipv4(ip) || is_plausible_ipv6(ip); }

bool try_step(LinkStep step, LinkWalk& walk, size_t skip) {
  const WireBytes rest = walk.rest;
  if (skip > rest.captured.size()) return false;
  const LinkFacts facts = walk.facts;
  const size_t tunnels = walk.path.size();
  const bool is_tagged = walk.is_tagged;
  walk.rest = rest.after(skip);
  // A step that fails may have noted VLANs, addresses and tunnels on its way; all of that is
  // undone.
  if (step(walk) == Drop::none && is_plausible_ip(walk.rest)) return true;
  walk.rest = rest;
  walk.facts = facts;
  walk.path.truncate(tunnels);
  walk.is_tagged = is_tagged;
  return false;
}

}  // namespace tcpflow
