// Borrowed bytes, and loads from them. A load does not check: the caller has compared the length
// first (wire/ views do that once).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tcpflow {

// How the headers in wire/ describe what they read. Fields are listed by the octets that they fill,
// counted from 0 at the start of that header: "4-7" is four octets. Numbers are in network order,
// the highest octet first, and lengths are in octets, unless it is said otherwise. Bits are given
// as masks of their octet: 0x80 is the first on the wire. What stands in [brackets] may be missing.
//
// A parse() looks at lengths once: truncated_... means that octets are not there, bad_... that the
// header contradicts itself. What parse() let through its view reads without further checks. Views
// are plain values without state, good on any thread; one that borrows is good as long as the
// octets that it was given.

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
