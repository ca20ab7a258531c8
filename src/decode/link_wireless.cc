// 802.11, bare and behind what radios say of a frame.
#include <optional>

#include "decode/link_walk.h"
#include "wire/avs.h"
#include "wire/crc32.h"
#include "wire/ieee80211.h"
#include "wire/ppi.h"
#include "wire/radiotap.h"

#include "capture/dlt.h"

namespace tcpflow {
namespace {

// What stands in front of an 802.11 frame says of it.
struct RadioFacts {
  bool has_fcs = false;  // false: it says no, or nothing
  bool is_bad = false;
  bool is_padded = false;
};

// Takes a frame check sequence off the end, if one is there.
void take_fcs(const RadioFacts& radio, LinkWalk& walk) {
  // A CRC that is right is one, whatever was said: it comes by chance once in 2^32 frames. One that
  // is not right counts as there only if something says that it is there.
  const bool is_stated = radio.has_fcs || walk.packet.fcs_length == kFcsLength;
  const bool is_cut = walk.rest.is_cut();
  const bool is_right = !is_cut && has_right_fcs(walk.rest.captured);
  if (radio.is_bad) {
    walk.packet.fcs = FcsState::wrong;
  } else if (is_right) {
    walk.packet.fcs = FcsState::right;
  } else if (!is_cut) {
    walk.packet.fcs = is_stated ? FcsState::wrong : FcsState::doubtful;
  }
  const size_t length = walk.rest.on_wire;
  const bool is_there = is_right || is_stated;
  // Counted from the end on the wire, so a frame that the snap length cut loses no more than is
  // needed.
  if (is_there && length >= kFcsLength) walk.rest = walk.rest.up_to(length - kFcsLength);
}

Drop walk_body(const Ieee80211View& frame, LinkWalk& walk) {
  // Each subframe has addresses of its own; those of the frame are of no interest then.
  if (frame.is_aggregate()) {
    walk.packet.aggregate = walk.rest;
    return walk_subframe(walk);
  }
  walk.facts.source_mac = frame.source();
  walk.facts.destination_mac = frame.destination();
  return walk_llc(walk);
}

Drop walk_radio(const RadioFacts& radio, LinkWalk& walk) {
  take_fcs(radio, walk);
  const Result<Ieee80211View, Drop> frame = Ieee80211View::parse(walk.rest.captured);
  if (!frame) return frame.error();
  if (frame->is_later_fragment()) return Drop::fragment_incomplete;
  // Some radios align the body to 4 octets and say so; the padding is not part of the 802.11 frame.
  size_t header = frame->header_length();
  if (radio.is_padded) header = (header + 3) / 4 * 4;
  if (header > walk.rest.captured.size()) return Drop::truncated_link;
  walk.rest = walk.rest.after(header);
  return walk_body(*frame, walk);
}

}  // namespace

Drop walk_80211(LinkWalk& walk) { return walk_radio({}, walk); }

Drop walk_radiotap(LinkWalk& walk) {
  const Result<RadiotapView, Drop> header = RadiotapView::parse(walk.rest.captured);
  if (!header) return header.error();
  const uint8_t flags = header->flags().value_or(0);
  RadioFacts radio;
  radio.has_fcs = (flags & RadiotapView::kHasFcs) != 0;
  radio.is_bad = (flags & RadiotapView::kBadFcs) != 0;
  radio.is_padded = (flags & RadiotapView::kIsPadded) != 0;
  walk.rest = walk.rest.after(header->header_length());
  return walk_radio(radio, walk);
}

Drop walk_prism(LinkWalk& walk) {
  if (AvsView::is_at(walk.rest.captured)) return walk_avs(walk);
  if (walk.rest.captured.size() < kPrismHeader) return Drop::truncated_link;
  walk.rest = walk.rest.after(kPrismHeader);
  return walk_radio({}, walk);
}

Drop walk_avs(LinkWalk& walk) {
  const Result<AvsView, Drop> header = AvsView::parse(walk.rest.captured);
  if (!header) return header.error();
  walk.rest = walk.rest.after(header->header_length());
  return walk_radio({}, walk);
}

Drop walk_ppi(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<PpiView, Drop> header = PpiView::parse(walk.rest.captured);
  if (!header) return header.error();
  const LinkType link = link_type_of_dlt(static_cast<int>(header->dlt() & 0xffff));
  walk.rest = walk.rest.after(header->header_length());
  if (link != LinkType::ieee802_11) {
    const LinkStep step = link_step_of(link);
    return step != nullptr ? step(walk) : Drop::unknown_link_type;
  }
  const uint16_t flags = header->radio_flags().value_or(0);
  RadioFacts radio;
  radio.has_fcs = (flags & PpiView::kHasFcs) != 0;
  radio.is_bad = (flags & PpiView::kBadFcs) != 0;
  return walk_radio(radio, walk);
}

Drop walk_subframe(LinkWalk& walk) {
  WireBytes& aggregate = walk.packet.aggregate;
  const Result<SubframeView, Drop> frame = SubframeView::parse(aggregate.captured);
  if (!frame) {
    // Where no header fits there is no other subframe: whoever walks on must come to an end.
    aggregate = {};
    return frame.error();
  }
  // The next subframe is found before this one is looked into: one that is of no use hides no
  // other.
  const size_t length = frame->length();
  const size_t whole = SubframeView::kHeader + length;
  const size_t padded =
      (whole + SubframeView::kUnit - 1) / SubframeView::kUnit * SubframeView::kUnit;
  walk.facts.source_mac = frame->source();
  walk.facts.destination_mac = frame->destination();
  walk.rest = aggregate.after(SubframeView::kHeader).up_to(length);
  aggregate = padded < aggregate.captured.size() ? aggregate.after(padded) : WireBytes{};
  return walk_llc(walk);
}

}  // namespace tcpflow
