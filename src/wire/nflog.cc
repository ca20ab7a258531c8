#include "wire/nflog.h"

#include <algorithm>

namespace tcpflow {
namespace {

constexpr size_t kHeader = 4;
constexpr size_t kAttributeHeader = 4;
constexpr size_t kUnit = 4;
// NFULA_PAYLOAD of linux/netfilter/nfnetlink_log.h.
constexpr uint16_t kPayload = 9;

using Load = uint16_t (*)(const uint8_t* p);

// The attributes are in the byte order of the host that wrote them, which nothing tells. An
// attribute is shorter than 2^15, and only in its own order is the first one short.
Load order_of(const uint8_t* attribute) {
  return load_le16(attribute) <= load_be16(attribute) ? load_le16 : load_be16;
}

}  // namespace

Result<NflogView, Drop> NflogView::parse(Bytes message) {
  if (message.size() < kHeader + kAttributeHeader) return Drop::truncated_link;
  if (message[1] != 0) return Drop::bad_link;  // of another version
  const Load load = order_of(message.data() + kHeader);
  size_t at = kHeader;
  while (message.size() - at >= kAttributeHeader) {
    const size_t length = load(message.data() + at);
    if (length < kAttributeHeader) return Drop::bad_link;
    // The top bit only says that the value holds attributes itself (NLA_F_NESTED).
    const uint16_t type = load(message.data() + at + 2) & 0x7fff;
    if (type == kPayload) return NflogView(at + kAttributeHeader, length - kAttributeHeader);
    // The last attribute may lack its padding, or be cut: then the message ends here, without a
    // packet.
    const size_t padded = (length + kUnit - 1) / kUnit * kUnit;
    at += std::min(padded, message.size() - at);
  }
  return at == message.size() ? Drop::not_ip : Drop::truncated_link;
}

}  // namespace tcpflow
