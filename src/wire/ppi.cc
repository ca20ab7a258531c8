#include "wire/ppi.h"

namespace tcpflow {
namespace {

constexpr size_t kFieldHeader = 4;
// "802.11-Common": an 8-octet time stamp, 2 octets of flags, then what the radio measured.
constexpr uint16_t kRadioCommon = 2;
constexpr size_t kFlagsInCommon = 8;

}  // namespace

std::optional<uint16_t> PpiView::radio_flags() const {
  Bytes fields = frame_.first(header_length()).subspan(kMinHeader);
  while (fields.size() >= kFieldHeader) {
    const uint16_t type = load_le16(fields.data());
    const size_t length = load_le16(fields.data() + 2);
    fields = fields.subspan(kFieldHeader);
    if (length > fields.size()) return std::nullopt;
    if (type == kRadioCommon && length >= kFlagsInCommon + 2)
      return load_le16(fields.data() + kFlagsInCommon);
    fields = fields.subspan(length);
  }
  return std::nullopt;
}

}  // namespace tcpflow
