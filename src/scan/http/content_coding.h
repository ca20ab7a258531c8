// The codings of HTTP bodies (RFC 9110, 8.4) taken off while the bytes pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "scan/http/octet_room.h"

namespace tcpflow {

enum class ContentCoding : uint8_t { gzip, deflate, brotli, zstd };

// By its name in Content-Encoding or Transfer-Encoding, in any case: gzip, x-gzip, deflate, br,
// zstd. nullopt: not known.
std::optional<ContentCoding> content_coding_of(std::string_view name);

enum class DecodeState : uint8_t {
  more,       // wants more, or could take more
  corrupt,    // not what the coding says, or damaged; what came out before is good
  too_large,  // a limit of DecodeLimits was reached
  no_room,    // the decoders of all bodies may not take more memory
};

// Gets what was decoded, in order. The bytes die when the call returns.
class DecodedSink {
 public:
  virtual ~DecodedSink() = default;
  virtual void on_decoded(Bytes bytes) = 0;
};

class ContentDecoder;

// Undoes the codings of one body, given in pieces of any size. One owner, one thread.
//
// How much comes out depends on the bytes and not on the pieces, with two exceptions. Of brotli
// that is damaged, what stands for less than the last 256 octets before the damage may be lost. And
// where exactly most_ratio stops a body depends on how far ahead a library reads.
//
// What follows the end of a coding is ignored, but for further members of gzip and frames of zstd.
// Where a library gets no memory the body is corrupt.
//
// Memory: a few hundred octets for each coding until the first bytes come. From then on gzip and
// deflate have about 40 KiB; zstd about 100 KiB and, from the header of the first frame on, what
// it says to be its window (limits.window at most) and up to 512 KiB; brotli what it says to be its
// window, 16 MiB at most, and tables, which are one or two MiB where its encoder makes the most of
// them and cannot be more than four. Within add() besides 32 KiB for each coding.
class BodyDecoder {
 public:
  // `codings` in the order in which they were applied, which is the header's: the last is undone
  // first. `room`, which may be null, is what they take their memory from: brotli by each block
  // that its library asks for, the others by what they may come to. Null: they are more than
  // limits.codings.
  static std::unique_ptr<BodyDecoder> make(std::span<const ContentCoding> codings,
                                           const DecodeLimits& limits, OctetRoom* room = nullptr);
  // For make().
  BodyDecoder(std::vector<std::unique_ptr<ContentDecoder>> decoders, const DecodeLimits& limits);
  ~BodyDecoder();

  // Once the answer was not `more`, further bytes are ignored and the answer stays.
  DecodeState add(Bytes bytes, DecodedSink& sink);
  // No more bytes come. True: every coding ended where it should; false: it was cut short (also to
  // nothing at all), is corrupt or too large. No coding keeps anything back until here.
  bool finish(DecodedSink& sink);
  // So many were handed to sinks.
  uint64_t bytes_out() const { return bytes_out_; }

 private:
  struct Stage {
    std::unique_ptr<ContentDecoder> decoder;
    uint64_t produced = 0;
  };
  struct Call;

  DecodeState pass(size_t stage, Bytes in, Call& call);
  DecodeState run(size_t stage, Bytes& in, std::span<uint8_t> out, size_t& filled);
  bool is_over_limit(uint64_t produced) const;

  DecodeLimits limits_;
  std::vector<Stage> stages_;  // in the order in which they are undone
  uint64_t consumed_ = 0;      // of the body, by the first of them
  uint64_t bytes_out_ = 0;
  DecodeState state_ = DecodeState::more;
};

}  // namespace tcpflow
