// Compressed input of every kind, in pieces of any size. Input: a mode, a size of pieces, a place
// of two octets, then the rest. Either the rest is plain text, which is compressed, perhaps cut at
// the place, and must come back as far as the cut; or it follows the kind's magic number as it is,
// and must come out the same whatever the pieces.
#include <algorithm>
#include <string>
#include <vector>

#include "capture/decompress.h"
#include "capture/memory_stream.h"
#include "capture/test_compress.h"
#include "tests/support/require.h"

namespace tcpflow {
namespace {

using test::require;

// A few octets can stand for gigabytes, so reading ends here.
constexpr size_t kMostPlain = size_t{1} << 20;

struct Plain {
  std::string bytes;
  bool is_whole = false;  // to the end, without an error
};

Plain expand(const std::string& file, size_t piece, size_t room) {
  const auto stream = decompress(std::make_unique<MemoryStream>(as_bytes(file), piece));
  std::vector<uint8_t> into(room);
  Plain plain;
  while (plain.bytes.size() < kMostPlain) {
    const Result<StreamRead> got = stream->read(into);
    if (!got) break;
    plain.is_whole = got->state == StreamState::end;
    if (plain.is_whole) break;
    require(got->state == StreamState::data && got->count > 0 && got->count <= room);
    plain.bytes.append(as_text(Bytes(into).first(got->count)));
  }
  plain.bytes.resize(std::min(plain.bytes.size(), kMostPlain));
  stream->notes();
  return plain;
}

constexpr Compression kKinds[] = {Compression::gzip,  Compression::xz,   Compression::lzma,
                                  Compression::bzip2, Compression::zstd, Compression::lz4,
                                  Compression::zip,   Compression::none};

// Their magic numbers and as much after them as a mutation hardly finds.
std::string head_of(Compression kind) {
  const std::string whole = testing::compress(kind, "plain");
  return whole.substr(0, kind == Compression::lzma ? 13 : 10);
}

void check_round_trip(Compression kind, const std::string& plain, size_t piece, size_t cut) {
  const std::string file = testing::compress(kind, plain);
  const Plain all = expand(file, piece, 4096);
  require(all.is_whole && all.bytes == plain);
  if (cut < kCompressionHead || cut >= file.size()) return;
  const Plain some = expand(file.substr(0, cut), piece, 300);
  require(plain.starts_with(some.bytes));
}

void check_pieces(Compression kind, const std::string& rest, size_t piece) {
  const std::string file = head_of(kind) + rest;
  const Plain at_once = expand(file, SIZE_MAX, 65536);
  const Plain pieces = expand(file, piece, 257);
  // libarchive may keep back the last block before damage, depending on how it was fed.
  require(at_once.bytes.starts_with(pieces.bytes) || pieces.bytes.starts_with(at_once.bytes));
  require(at_once.is_whole == pieces.is_whole || at_once.bytes.size() >= kMostPlain);
  if (at_once.is_whole) require(at_once.bytes == pieces.bytes);
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tcpflow;
  if (size < 4) return 0;
  const Compression kind = kKinds[data[0] & 7];
  const size_t piece = data[1] == 0 ? SIZE_MAX : data[1];
  const std::string rest(as_text(Bytes(data + 4, size - 4)));
  if ((data[0] & 8) != 0 && kind != Compression::none && !rest.empty()) {
    // Text that looks compressed itself is expanded twice by libarchive; no capture begins so.
    check_round_trip(kind, "text " + rest, piece, load_be16(data + 2));
  } else {
    check_pieces(kind, rest, piece);
  }
  return 0;
}
