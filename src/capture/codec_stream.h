// What a codec makes of a compressed stream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/byte_stream.h"
#include "capture/codec.h"

namespace tcpflow {

// Decompresses as bytes come: all that the compressed bytes so far determine is handed out before
// more are waited for. Owned by its reader.
class CodecStream : public ByteStream {
 public:
  CodecStream(std::unique_ptr<ByteStream> raw, std::unique_ptr<Codec> codec);

  Result<StreamRead> read(std::span<uint8_t> into) override;
  const std::string& name() const override { return raw_->name(); }
  bool is_prompt() const override { return raw_->is_prompt(); }
  ReadPosition position() const override { return raw_->position(); }
  std::vector<std::string> notes() const override;

 private:
  Result<StreamState> refill();
  Error cut() const;
  Error damaged(const Damage& damage) const;

  std::unique_ptr<ByteStream> raw_;
  std::unique_ptr<Codec> codec_;
  std::vector<uint8_t> buffer_;
  Bytes in_;  // compressed bytes in buffer_ still to be used
  uint64_t raw_bytes_ = 0;
  bool raw_ended_ = false;
  bool is_finished_ = false;
  size_t given_back_ = 0;  // see CodecStep
};

}  // namespace tcpflow
