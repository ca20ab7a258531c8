#include "capture/compression.h"

#include <array>
#include <string_view>

namespace tcpflow {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  Compression kind;
};

// Octets in the order of the file, whatever order the formats' own numbers have (gzip: RFC 1952,
// 2.3.1; zstd: RFC 8878, 3.1.1).
constexpr std::array kMagics = {
    Magic{"\x1f\x8b"sv, Compression::gzip},
    Magic{"\xfd"
          "7zXZ\0"sv,
          Compression::xz},
    Magic{"BZh"sv, Compression::bzip2},
    Magic{"\x28\xb5\x2f\xfd"sv, Compression::zstd},
    Magic{"\x04\x22\x4d\x18"sv, Compression::lz4},
    Magic{"\x02\x21\x4c\x18"sv, Compression::lz4},  // its older format
    Magic{"PK\x03\x04"sv, Compression::zip},
};

bool is_power_of_two(uint32_t n) { return n != 0 && (n & (n - 1)) == 0; }

// LZMA-alone has no magic number: properties, dictionary size, uncompressed size, and the first
// byte of the range coder, which is always 0. Writers use few of the possible values.
bool is_lzma_alone(Bytes head) {
  if (head.size() < kCompressionHead || head[13] != 0) return false;
  // One octet packs lc (0 to 8), lp (0 to 4) and pb (0 to 4).
  constexpr uint8_t kProperties = 9 * 5 * 5;
  const uint32_t dictionary = load_le32(head.data() + 1);
  const uint64_t size = load_le64(head.data() + 5);
  // 2^n and 2^n + 2^(n-1), or all ones, are the sizes that xz takes too.
  const bool is_usual_dictionary = is_power_of_two(dictionary) ||
                                   (dictionary % 3 == 0 && is_power_of_two(dictionary / 3)) ||
                                   dictionary == UINT32_MAX;
  // All ones: the size is not known, the end is marked. Above 256 GiB it is taken for chance.
  const bool is_usual_size = size == UINT64_MAX || (size > 0 && size < uint64_t{1} << 38);
  return head[0] < kProperties && dictionary >= 4096 && is_usual_dictionary && is_usual_size;
}

}  // namespace

Compression recognise_compression(Bytes head) {
  for (const Magic& magic : kMagics) {
    if (as_text(head).starts_with(magic.bytes)) return magic.kind;
  }
  return is_lzma_alone(head) ? Compression::lzma : Compression::none;
}

const char* compression_name(Compression kind) {
  switch (kind) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::xz:
      return "xz";
    case Compression::lzma:
      return "lzma";
    case Compression::bzip2:
      return "bzip2";
    case Compression::zstd:
      return "zstd";
    case Compression::lz4:
      return "lz4";
    case Compression::zip:
      return "zip";
  }
  return "";
}

}  // namespace tcpflow
