#include "capture/codec_stream.h"

#include <cassert>

namespace tcpflow {
namespace {

constexpr size_t kBufferSize = size_t{256} << 10;

}  // namespace

CodecStream::CodecStream(std::unique_ptr<ByteStream> raw, std::unique_ptr<Codec> codec)
    : raw_(std::move(raw)), codec_(std::move(codec)), buffer_(kBufferSize) {}

Result<StreamState> CodecStream::refill() {
  const Result<StreamRead> got = raw_->read(buffer_);
  if (!got) return got.error();
  in_ = Bytes(buffer_).first(got->count);
  raw_bytes_ += got->count;
  raw_ended_ = got->state == StreamState::end;
  return got->state;
}

Result<StreamRead> CodecStream::read(std::span<uint8_t> into) {
  while (!is_finished_) {
    const Result<CodecStep, Damage> step = codec_->run(in_, into, raw_ended_);
    if (!step) return damaged(step.error());
    in_ = in_.subspan(step->consumed);
    is_finished_ = step->is_finished;
    given_back_ = step->given_back;
    if (step->produced > 0) return StreamRead{step->produced, StreamState::data};
    if (is_finished_ || step->consumed > 0) continue;

    assert(in_.empty());  // a codec that has input makes progress
    if (raw_ended_) return cut();
    const Result<StreamState> state = refill();
    if (!state) return state.error();
    if (*state == StreamState::idle || *state == StreamState::stopped) return StreamRead{0, *state};
  }
  return StreamRead{0, StreamState::end};
}

Error CodecStream::cut() const {
  return {name() + ": compressed input ends early at byte " + std::to_string(raw_bytes_), 0};
}

Error CodecStream::damaged(const Damage& damage) const {
  return {name() + ": compressed input is damaged at byte " +
              std::to_string(raw_bytes_ - in_.size()) + " (" + damage.text + ")",
          0};
}

std::vector<std::string> CodecStream::notes() const {
  const size_t ignored = in_.size() + given_back_;
  if (!is_finished_ || ignored == 0) return {};
  return {"bytes after the compressed data, from byte " + std::to_string(raw_bytes_ - ignored) +
          ", were ignored"};
}

}  // namespace tcpflow
