// From a frame to the IP packet in it.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"
#include "capture/frame.h"
#include "decode/encapsulation.h"
#include "decode/segment.h"
#include "decode/wire_bytes.h"

namespace tcpflow {

// What a look at the end of an 802.11 frame tells of its frame check sequence.
enum class FcsState : uint8_t {
  unknown,   // not looked at: another link, or the end was not captured
  right,     // there, and right
  wrong,     // said to be there, and wrong; or the radio says so
  doubtful,  // the last octets are none, or a wrong one
};

// What is left of a frame without its link headers. Borrows from the frame.
struct LinkPacket {
  WireBytes ip;  // from the IP header to the end of the frame, padding and trailers included
  uint8_t fcs_length = 0;  // octets of frame check sequence at its end on the wire, where known
  FcsState fcs = FcsState::unknown;
  LinkFacts facts;
  WireBytes aggregate;  // frames in the same 802.11 frame that were not looked at yet
};

// Fills `packet`, which is fresh; in place because copies of what was just written byte by byte are
// the dearest part of decoding. Tunnels of the link layer are added to `path`. Pure: knows nothing
// of other frames. If none is returned, `ip` has at least one captured octet.
Drop strip_link(const Frame& frame, LinkPacket& packet, Encapsulation& path);
// The same with the next frame of `aggregate`, as long as that is not empty.
Drop strip_next(LinkPacket& packet, Encapsulation& path);

// True if frames of this type can be stripped.
bool is_known_link(LinkType link);

// The IP packet of a frame with all that follows it, for who looks at IP whatever the link is (a
// filter that libpcap's compiler cannot make for the link type).
Result<Bytes, Drop> find_ip_packet(const Frame& frame);

}  // namespace tcpflow
