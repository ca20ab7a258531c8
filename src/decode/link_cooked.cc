// Link types that have a stand-in for a link header, or none.
#include "decode/link_walk.h"
#include "wire/ethertype.h"
#include "wire/nflog.h"
#include "wire/null.h"
#include "wire/sll.h"

namespace tcpflow {
namespace {

// What a cooked header announces: mostly an ethertype.
Drop walk_cooked(uint16_t device, uint16_t protocol, LinkWalk& walk) {
  if (device == sll::kNetlinkDevice) return Drop::not_ip;  // protocol is a netlink family there
  if (protocol == sll::kLlc) return walk_llc(walk);
  // Numbers of Linux's own (ETH_P_802_3 and others), none of which means IP.
  if (protocol < ethertype::kMin) return Drop::not_ip;
  return walk_ethertype(protocol, walk);
}

}  // namespace

Drop walk_sll(LinkWalk& walk) {
  const Result<SllView, Drop> header = SllView::parse(walk.rest.captured);
  if (!header) return header.error();
  walk.rest = walk.rest.after(SllView::kHeader);
  return walk_cooked(header->device(), header->protocol(), walk);
}

Drop walk_sll2(LinkWalk& walk) {
  const Result<Sll2View, Drop> header = Sll2View::parse(walk.rest.captured);
  if (!header) return header.error();
  walk.rest = walk.rest.after(Sll2View::kHeader);
  return walk_cooked(header->device(), header->protocol(), walk);
}

Drop walk_null(LinkWalk& walk) {
  const Result<NullView, Drop> header = NullView::parse(walk.rest.captured);
  if (!header) return header.error();
  walk.rest = walk.rest.after(NullView::kHeader);
  return header->is_ip() ? Drop::none : Drop::not_ip;
}

// OpenBSD's, of packets that IPsec has or will have in its hands (LINKTYPE_ENC): family, index,
// flags, four octets each in the order of that host. None is needed: the packet shows its version
// itself.
Drop walk_enc(LinkWalk& walk) {
  constexpr size_t kHeader = 12;
  if (walk.rest.captured.size() < kHeader) return Drop::truncated_link;
  walk.rest = walk.rest.after(kHeader);
  return walk_raw(walk);
}

Drop walk_nflog(LinkWalk& walk) {
  const Result<NflogView, Drop> message = NflogView::parse(walk.rest.captured);
  if (!message) return message.error();
  // Attributes may follow the packet, so its length ends it.
  walk.rest = walk.rest.after(message->packet_at()).up_to(message->packet_length());
  return walk_raw(walk);
}

// IP of either version, known by its first octet.
Drop walk_raw(LinkWalk& walk) {
  if (walk.rest.captured.empty()) return Drop::truncated_ip;
  const int version = walk.rest.captured[0] >> 4;
  return version == 4 || version == 6 ? Drop::none : Drop::not_ip;
}

}  // namespace tcpflow
