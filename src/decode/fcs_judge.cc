#include "decode/fcs_judge.h"

#include <optional>

#include "decode/ip_packet.h"
#include "wire/crc32.h"

namespace tcpflow {
namespace {

// Octets behind the IP packet. 802.11 has no padding, so they tell whether something was added.
std::optional<size_t> octets_behind(const WireBytes& ip) {
  IpPacket packet;
  if (read_ip(ip, 0, packet) != Drop::none) return std::nullopt;
  const Bytes payload = packet.payload.captured;
  const uint8_t* end = ip.captured.data() + ip.captured.size();
  return static_cast<size_t>(end - (payload.data() + payload.size()));
}

}  // namespace

bool FcsJudge::accepts(uint32_t interface, const LinkPacket& packet, Drop why) {
  if (packet.fcs == FcsState::wrong) return false;
  Seen& seen = seen_[interface];
  ++(packet.fcs == FcsState::right ? seen.right : seen.doubtful);
  if (packet.fcs == FcsState::right || why != Drop::none) return true;
  if (packet.aggregate.captured.empty()) {
    const std::optional<size_t> behind = octets_behind(packet.ip);
    // The packet fills the frame: nothing was delivered behind it. Four octets more are a check
    // sequence that was delivered, and the look at the frame has found it wrong.
    if (behind == size_t{0}) return true;
    if (behind == kFcsLength) return false;
  }
  // The frame alone does not tell. A few that look right are chance, or somebody's trick.
  return seen.right <= seen.doubtful;
}

}  // namespace tcpflow
