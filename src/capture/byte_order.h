// The byte order of a capture file or section, told by its magic number.
#pragma once

#include "base/bytes.h"

namespace tcpflow {

// Loads numbers as the file's writer stored them: those of the file's own headers. What frames hold
// keeps the order of its protocol. A plain value. Does not check lengths, as the loads in bytes.h.
class ByteOrder {
 public:
  static constexpr ByteOrder big() { return ByteOrder(true); }
  static constexpr ByteOrder little() { return ByteOrder(false); }

  uint16_t u16(const uint8_t* p) const { return is_big_ ? load_be16(p) : load_le16(p); }
  uint32_t u32(const uint8_t* p) const { return is_big_ ? load_be32(p) : load_le32(p); }
  uint64_t u64(const uint8_t* p) const { return is_big_ ? load_be64(p) : load_le64(p); }

 private:
  explicit constexpr ByteOrder(bool is_big) : is_big_(is_big) {}
  bool is_big_;
};

}  // namespace tcpflow
