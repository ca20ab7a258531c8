// Codings of HTTP bodies, one or more, in pieces of any size. Input: a mode, a size of pieces, then
// the rest. Either the rest is the plain body, which is encoded, perhaps cut, and must come back;
// or it is what the first coding should be, as it stands, perhaps with other codings that are well
// around it, and must come out the same whatever the pieces.
#include <algorithm>
#include <string>
#include <vector>

#include "scan/http/content_coding.h"
#include "scan/http/test_encodings.h"
#include "tests/support/require.h"

namespace tcpflow {
namespace {

using test::require;
using Codings = std::vector<ContentCoding>;

// Small, so that inputs reach them.
constexpr DecodeLimits kLimits{.most_bytes = uint64_t{1} << 20,
                               .most_ratio = 2000,
                               .ratio_from = uint64_t{128} << 10,
                               .codings = 3,
                               .window = size_t{1} << 20};

struct Decoded : DecodedSink {
  void on_decoded(Bytes some) override {
    require(!some.empty());
    bytes.append(as_text(some));
    require(bytes.size() <= kLimits.most_bytes);
  }
  std::string bytes;
  DecodeState state = DecodeState::more;
  bool is_whole = false;
};

// Pieces of two sizes by turns, from 1 to 16 and from 1 to 241; 0: all at once.
Decoded decode(const Codings& codings, const std::string& body, uint8_t pieces) {
  const std::unique_ptr<BodyDecoder> decoder = BodyDecoder::make(codings, kLimits);
  Decoded decoded;
  Bytes rest = as_bytes(body);
  bool is_odd = false;
  while (!rest.empty()) {
    const size_t size = is_odd ? 1u + (pieces & 15u) : 1u + (pieces >> 4) * 16u;
    const Bytes piece = rest.first(pieces == 0 ? rest.size() : std::min(rest.size(), size));
    const DecodeState before = decoded.state;
    decoded.state = decoder->add(piece, decoded);
    require(before == DecodeState::more || decoded.state == before);
    rest = rest.subspan(piece.size());
    is_odd = !is_odd;
  }
  decoded.is_whole = decoder->finish(decoded);
  require(decoder->bytes_out() == decoded.bytes.size());
  require(!decoded.is_whole || decoded.state == DecodeState::more);
  return decoded;
}

std::string encode_from(const Codings& codings, size_t first, std::string body) {
  for (size_t i = first; i < codings.size(); ++i) body = testing::encode(codings[i], body);
  return body;
}

void check_round_trip(const Codings& codings, const std::string& plain, uint8_t pieces) {
  const std::string body = encode_from(codings, 0, plain);
  const Decoded all = decode(codings, body, pieces);
  require(all.is_whole && all.bytes == plain);
  const size_t cut = plain.empty() ? 0 : as_bytes(plain)[0] * body.size() / 256;
  const Decoded some = decode(codings, body.substr(0, cut), pieces);
  require(!some.is_whole && some.state == DecodeState::more && plain.starts_with(some.bytes));
}

void check_pieces(const Codings& codings, const std::string& rest, uint8_t pieces) {
  const std::string body = encode_from(codings, 1, rest);
  const Decoded at_once = decode(codings, body, 0);
  const Decoded other = decode(codings, body, pieces);
  require(at_once.bytes.starts_with(other.bytes) || other.bytes.starts_with(at_once.bytes));
  // The ratio is looked at where a library has read so far; and of brotli some may be lost.
  if (at_once.state == DecodeState::too_large || other.state == DecodeState::too_large) return;
  require(at_once.state == other.state && at_once.is_whole == other.is_whole);
  const bool has_brotli =
      std::find(codings.begin(), codings.end(), ContentCoding::brotli) != codings.end();
  if (has_brotli && at_once.state == DecodeState::corrupt) return;
  require(at_once.bytes == other.bytes);
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tcpflow;
  if (size < 2) return 0;
  // Mode: two bits for each of three codings, and which of them are used on what.
  Codings codings = {static_cast<ContentCoding>(data[0] & 3)};
  if ((data[0] & 0x80) != 0) codings.push_back(static_cast<ContentCoding>(data[0] >> 2 & 3));
  if ((data[0] & 0xc0) == 0xc0) codings.push_back(static_cast<ContentCoding>(data[0] >> 4 & 3));
  const std::string rest(as_text(Bytes(data + 2, size - 2)));
  const bool is_plain = (data[0] & 0xc0) == 0x40;
  if (is_plain) {
    check_round_trip({codings[0], static_cast<ContentCoding>(data[0] >> 2 & 3)}, rest, data[1]);
  } else {
    check_pieces(codings, rest, data[1]);
  }
  return 0;
}
