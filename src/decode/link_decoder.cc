#include "decode/link_decoder.h"

#include <algorithm>
#include <array>

#include "decode/link_walk.h"

namespace tcpflow {
namespace {

struct LinkRow {
  LinkType link;
  LinkStep walk;
};

// The most usual first: the table is searched from the top.
constexpr std::array<LinkRow, 15> kLinks = {{
    {LinkType::ethernet, walk_ethernet},
    {LinkType::linux_sll, walk_sll},
    {LinkType::linux_sll2, walk_sll2},
    {LinkType::raw, walk_raw},
    {LinkType::null, walk_null},
    {LinkType::loop, walk_null},
    {LinkType::raw_12, walk_raw},
    {LinkType::raw_14, walk_raw},
    {LinkType::ipv4, walk_raw},
    {LinkType::ipv6, walk_raw},
    {LinkType::ppp, walk_ppp},
    {LinkType::ppp_serial, walk_ppp_serial},
    {LinkType::ppp_ether, walk_pppoe},
    {LinkType::c_hdlc, walk_chdlc},
    {LinkType::ieee802, walk_ethernet},  // as writers that mean Ethernet use it
}};

LinkStep step_of(LinkType link) {
  for (const LinkRow& row : kLinks) {
    if (row.link == link) return row.walk;
  }
  return nullptr;
}

}  // namespace

bool is_known_link(LinkType link) { return step_of(link) != nullptr; }

Drop strip_link(const Frame& frame, LinkPacket& packet) {
  const LinkStep step = step_of(frame.link);
  if (step == nullptr) return Drop::unknown_link_type;
  packet.ip = {frame.bytes, std::max<size_t>(frame.original_length, frame.bytes.size())};
  packet.fcs_length = frame.fcs_length == kFcsUnknown ? uint8_t{0} : frame.fcs_length;
  LinkWalk walk{packet.ip, packet.facts};
  const Drop why = step(walk);
  if (why != Drop::none) return why;
  return packet.ip.captured.empty() ? Drop::truncated_ip : Drop::none;
}

Result<Bytes, Drop> find_ip_packet(const Frame& frame) {
  LinkPacket packet;
  const Drop why = strip_link(frame, packet);
  if (why != Drop::none) return why;
  return packet.ip.captured;
}

}  // namespace tcpflow
