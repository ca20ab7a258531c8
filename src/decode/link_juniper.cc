// Captures made on Juniper's routers.
#include "decode/link_walk.h"
#include "wire/ethertype.h"
#include "wire/juniper.h"

namespace tcpflow {
namespace {

// The kinds of interface, and the same kind in different releases, have cookies of different
// lengths in front of the packet.
constexpr auto kBehindCookie = std::to_array<Guess>({
    {walk_raw, 0},         {walk_raw, 4},   {walk_raw, 8},         {walk_raw, 2},
    {walk_raw, 6},         {walk_raw, 10},  {walk_raw, 12},        {walk_ppp, 0},
    {walk_ppp, 2},         {walk_ppp, 4},   {walk_ppp, 8},         {walk_llc, 0},
    {walk_llc, 4},         {walk_llc, 8},   {walk_frame_relay, 0}, {walk_nlpid, 4},
    {walk_frame_relay, 4}, {walk_nlpid, 8}, {walk_ethernet, 0},    {walk_ethernet, 4},
    {walk_ethernet, 8},
});

Drop walk_juniper(LinkStep step, LinkWalk& walk) {
  const Result<JuniperView, Drop> header = JuniperView::parse(walk.rest.captured);
  if (!header) return header.error();
  walk.rest = walk.rest.after(header->header_length());
  if (!header->has_family_only()) return step(walk);
  // It need not be read: IP shows its version itself.
  constexpr size_t kFamily = 4;
  if (walk.rest.captured.size() < kFamily) return Drop::truncated_link;
  walk.rest = walk.rest.after(kFamily);
  return walk_raw(walk);
}

Drop walk_behind_cookie(LinkWalk& walk) {
  return try_guesses(kBehindCookie, walk) ? Drop::none : Drop::not_ip;
}

Drop walk_pppoe_atm(LinkWalk& walk) {
  if (walk.rest.captured.size() < 2) return Drop::truncated_link;
  // An ethertype alone, where a whole header of Ethernet would be.
  const uint16_t type = load_be16(walk.rest.captured.data());
  walk.rest = walk.rest.after(2);
  return type < ethertype::kMin ? Drop::not_ip : walk_ethertype(type, walk);
}

}  // namespace

Drop walk_juniper_ethernet(LinkWalk& walk) { return walk_juniper(walk_ethernet, walk); }
Drop walk_juniper_ppp(LinkWalk& walk) { return walk_juniper(walk_ppp, walk); }
Drop walk_juniper_frame_relay(LinkWalk& walk) { return walk_juniper(walk_frame_relay, walk); }
Drop walk_juniper_chdlc(LinkWalk& walk) { return walk_juniper(walk_chdlc, walk); }
Drop walk_juniper_pppoe_atm(LinkWalk& walk) { return walk_juniper(walk_pppoe_atm, walk); }
Drop walk_juniper_service(LinkWalk& walk) { return walk_juniper(walk_behind_cookie, walk); }

}  // namespace tcpflow
