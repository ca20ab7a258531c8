#include "capture/decompress.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/free_memory.h"
#include "capture/archive_stream.h"
#include "capture/codec.h"
#include "capture/codec_stream.h"
#include "capture/compression.h"

namespace tcpflow {
namespace {

// A stream whose first bytes were already read.
class PrefixedStream : public ByteStream {
 public:
  PrefixedStream(std::vector<uint8_t> head, std::unique_ptr<ByteStream> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  Result<StreamRead> read(std::span<uint8_t> into) override {
    if (head_.empty()) return rest_->read(into);
    const size_t count = std::min(into.size(), head_.size() - given_);
    std::memcpy(into.data(), head_.data() + given_, count);
    given_ += count;
    if (given_ == head_.size()) free_memory(head_);
    return StreamRead{count, StreamState::data};
  }
  const std::string& name() const override { return rest_->name(); }
  bool is_prompt() const override { return rest_->is_prompt(); }
  ReadPosition position() const override { return rest_->position(); }
  std::vector<std::string> notes() const override { return rest_->notes(); }

 private:
  std::vector<uint8_t> head_;
  size_t given_ = 0;
  std::unique_ptr<ByteStream> rest_;
};

std::unique_ptr<Codec> make_codec(Compression kind) {
  if (kind == Compression::gzip) return make_gzip_codec();
  return kind == Compression::xz ? make_xz_codec() : make_lzma_codec();
}

// Reads the head of the stream, then is what that head asks for.
class DecompressStream : public ByteStream {
 public:
  explicit DecompressStream(std::unique_ptr<ByteStream> raw) : stream_(std::move(raw)) {}

  Result<StreamRead> read(std::span<uint8_t> into) override {
    while (!is_decided_) {
      const Result<StreamRead> got = stream_->read(into);
      if (!got || got->state == StreamState::idle || got->state == StreamState::stopped) return got;
      const std::span<uint8_t> fresh = into.first(got->count);
      head_.insert(head_.end(), fresh.begin(), fresh.end());
      const bool is_whole = got->state == StreamState::end;
      if (!is_whole && head_.size() < kCompressionHead) continue;
      if (!decide()) return errno_error(name(), ENOMEM);
    }
    return stream_->read(into);
  }
  const std::string& name() const override { return stream_->name(); }
  bool is_prompt() const override { return stream_->is_prompt(); }
  ReadPosition position() const override { return stream_->position(); }
  std::vector<std::string> notes() const override { return stream_->notes(); }

 private:
  bool decide() {
    is_decided_ = true;
    const Compression kind = recognise_compression(head_);
    stream_ = std::make_unique<PrefixedStream>(std::move(head_), std::move(stream_));
    switch (kind) {
      case Compression::none:
        return true;
      case Compression::gzip:
      case Compression::xz:
      case Compression::lzma:
        return add_codec(make_codec(kind));
      default:
        stream_ = std::make_unique<ArchiveStream>(std::move(stream_), kind);
        return true;
    }
  }

  bool add_codec(std::unique_ptr<Codec> codec) {
    if (!codec) return false;
    stream_ = std::make_unique<CodecStream>(std::move(stream_), std::move(codec));
    return true;
  }

  std::unique_ptr<ByteStream> stream_;
  std::vector<uint8_t> head_;
  bool is_decided_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> decompress(std::unique_ptr<ByteStream> raw) {
  return std::make_unique<DecompressStream>(std::move(raw));
}

}  // namespace tcpflow
