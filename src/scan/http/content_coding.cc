#include "scan/http/content_coding.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "scan/http/content_decoder.h"

namespace tcpflow {
namespace {

constexpr size_t kBuffer = size_t{32} << 10;

struct NamedCoding {
  std::string_view name;
  ContentCoding coding;
};
constexpr std::array<NamedCoding, 5> kNames{{{"gzip", ContentCoding::gzip},
                                             {"x-gzip", ContentCoding::gzip},
                                             {"deflate", ContentCoding::deflate},
                                             {"br", ContentCoding::brotli},
                                             {"zstd", ContentCoding::zstd}}};

// Of ASCII, whatever the locale.
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same_name(std::string_view name, std::string_view lower) {
  return std::equal(name.begin(), name.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return to_lower(a) == b; });
}

std::unique_ptr<ContentDecoder> make_decoder(ContentCoding coding, const DecodeLimits& limits,
                                             OctetRoom* room) {
  switch (coding) {
    case ContentCoding::gzip:
      return make_gzip_decoder(room);
    case ContentCoding::deflate:
      return make_deflate_decoder(room);
    case ContentCoding::brotli:
      return make_brotli_decoder(room);
    case ContentCoding::zstd:
      break;
  }
  return make_zstd_decoder(limits.window, room);
}

}  // namespace

std::optional<ContentCoding> content_coding_of(std::string_view name) {
  for (const NamedCoding& known : kNames) {
    if (is_same_name(name, known.name)) return known.coding;
  }
  return std::nullopt;
}

// What one add() needs: a buffer behind every stage, so that none is kept for idle bodies.
struct BodyDecoder::Call {
  Call(size_t stages, DecodedSink& to)
      : buffers(std::make_unique_for_overwrite<uint8_t[]>(stages * kBuffer)), sink(to) {}
  std::span<uint8_t> buffer(size_t stage) { return {buffers.get() + stage * kBuffer, kBuffer}; }

  std::unique_ptr<uint8_t[]> buffers;
  DecodedSink& sink;
};

std::unique_ptr<BodyDecoder> BodyDecoder::make(std::span<const ContentCoding> codings,
                                               const DecodeLimits& limits, OctetRoom* room) {
  if (codings.size() > limits.codings) return nullptr;
  std::vector<std::unique_ptr<ContentDecoder>> decoders;
  for (size_t i = codings.size(); i > 0; --i)
    decoders.push_back(make_decoder(codings[i - 1], limits, room));
  return std::make_unique<BodyDecoder>(std::move(decoders), limits);
}

BodyDecoder::BodyDecoder(std::vector<std::unique_ptr<ContentDecoder>> decoders,
                         const DecodeLimits& limits)
    : limits_(limits) {
  for (std::unique_ptr<ContentDecoder>& decoder : decoders)
    stages_.push_back({std::move(decoder), 0});
}

BodyDecoder::~BodyDecoder() = default;

DecodeState BodyDecoder::add(Bytes bytes, DecodedSink& sink) {
  if (state_ != DecodeState::more || bytes.empty()) return state_;
  Call call(stages_.size(), sink);
  state_ = pass(0, bytes, call);
  return state_;
}

bool BodyDecoder::finish(DecodedSink& /*sink*/) {
  if (state_ != DecodeState::more) return false;
  return std::all_of(stages_.begin(), stages_.end(),
                     [](const Stage& stage) { return stage.decoder->is_whole(); });
}

// Gives `in` to a stage and what comes out to the next. Its depth is the number of codings.
DecodeState BodyDecoder::pass(size_t stage, Bytes in, Call& call) {
  if (stage == stages_.size()) {
    bytes_out_ += in.size();
    call.sink.on_decoded(in);
    return DecodeState::more;
  }
  const std::span<uint8_t> buffer = call.buffer(stage);
  while (true) {
    size_t filled = 0;
    const DecodeState state = run(stage, in, buffer, filled);
    // The next stage comes first, as it does if the bytes come one by one.
    const DecodeState next =
        filled == 0 ? DecodeState::more : pass(stage + 1, buffer.first(filled), call);
    if (next != DecodeState::more) return next;
    if (state != DecodeState::more) return state;
    if (in.empty() && filled < buffer.size()) return DecodeState::more;
  }
}

// Until `out` is full, `in` is used up or a limit is reached.
DecodeState BodyDecoder::run(size_t stage, Bytes& in, std::span<uint8_t> out, size_t& filled) {
  Stage& one = stages_[stage];
  while (filled < out.size()) {
    // One more than is allowed, for a body of exactly so many octets is not too large.
    const uint64_t allowed = limits_.most_bytes - one.produced;
    const size_t free = out.size() - filled;
    const size_t room = allowed < free ? static_cast<size_t>(allowed) + 1 : free;
    const DecodeStep step = one.decoder->run(in, out.subspan(filled, room));
    assert(step.consumed <= in.size() && step.produced <= room);
    const bool is_stuck = step.consumed == 0 && step.produced == 0 && !in.empty();
    in = in.subspan(step.consumed);
    if (stage == 0) consumed_ += step.consumed;
    if (step.produced > allowed) {
      filled += static_cast<size_t>(allowed);
      return DecodeState::too_large;
    }
    filled += step.produced;
    one.produced += step.produced;
    if (step.state != DecodeState::more) return step.state;
    if (is_over_limit(one.produced)) return DecodeState::too_large;
    if (is_stuck) return DecodeState::corrupt;  // no library does that; it would never end
    if (in.empty() && step.produced < room) break;
  }
  return DecodeState::more;
}

bool BodyDecoder::is_over_limit(uint64_t produced) const {
  return produced > limits_.ratio_from && produced > limits_.most_ratio * consumed_;
}

}  // namespace tcpflow
