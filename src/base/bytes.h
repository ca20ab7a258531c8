// Borrowed bytes, and loads from them. A load does not check: the caller has compared the length
// first (wire/ views do that once).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tcpflow {

// A borrowed run of octets. Good until the call returns unless the API that hands it over says
// otherwise.
using Bytes = std::span<const uint8_t>;

inline uint16_t load_be16(const uint8_t* p) { return static_cast<uint16_t>(p[0] << 8 | p[1]); }
inline uint16_t load_le16(const uint8_t* p) { return static_cast<uint16_t>(p[1] << 8 | p[0]); }
inline uint32_t load_be32(const uint8_t* p) {
  return uint32_t{load_be16(p)} << 16 | load_be16(p + 2);
}
inline uint32_t load_le32(const uint8_t* p) {
  return uint32_t{load_le16(p + 2)} << 16 | load_le16(p);
}
inline uint64_t load_be64(const uint8_t* p) {
  return uint64_t{load_be32(p)} << 32 | load_be32(p + 4);
}
inline uint64_t load_le64(const uint8_t* p) {
  return uint64_t{load_le32(p + 4)} << 32 | load_le32(p);
}

// The text of `bytes`, borrowed alike.
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
// The octets of `text`, borrowed alike.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace tcpflow
