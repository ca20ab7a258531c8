#include "wire/crc32.h"

#include <array>

namespace tcpflow {
namespace {

// The polynomial 0x04c11db7 with its bits reversed: Ethernet sends the lowest bit of an octet
// first, so the register is shifted to the right and no octet need be turned around.
constexpr uint32_t kPolynomial = 0xedb88320;

// What eight steps of the shift register make of each octet, so that frames take one step an octet.
constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t octet = 0; octet < table.size(); ++octet) {
    uint32_t remainder = octet;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? kPolynomial : 0);
    }
    table[octet] = remainder;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = make_table();

}  // namespace

uint32_t crc32(Bytes bytes) {
  uint32_t remainder = 0xffffffff;
  for (const uint8_t octet : bytes) {
    remainder = remainder >> 8 ^ kTable[(remainder ^ octet) & 0xff];
  }
  return ~remainder;
}

bool has_right_fcs(Bytes frame) {
  if (frame.size() < kFcsLength) return false;
  const Bytes checked = frame.first(frame.size() - kFcsLength);
  return crc32(checked) == load_le32(frame.data() + checked.size());
}

}  // namespace tcpflow
