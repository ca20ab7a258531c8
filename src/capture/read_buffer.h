// The window of a stream in which records are parsed in place.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "capture/byte_stream.h"
#include "capture/frame.h"

namespace tcpflow {

// Owned by a capture reader. Spans into rest() stay good until the next fill(), also past
// consume(); behind leave_to() those that lie before rest() belong to the batch.
class ReadBuffer {
 public:
  static constexpr size_t kDefaultSize = size_t{1} << 20;

  explicit ReadBuffer(std::unique_ptr<ByteStream> stream, size_t size = kDefaultSize);

  // What was read and not yet consumed.
  Bytes rest() const { return {data_.data() + begin_, end_ - begin_}; }
  void consume(size_t count) {
    begin_ += count;
    offset_ += count;
  }
  // Position of rest() in the stream.
  uint64_t offset() const { return offset_; }

  // Moves rest() to the front and reads once behind it. `wanted`: the bytes that the caller needs
  // in one piece. The buffer grows for that only as fast as bytes arrive, so that a length which
  // lies costs no memory.
  Result<StreamState> fill(size_t wanted);

  // The batch has frames in the buffer: leaves it to the batch, and goes on in another with a copy
  // of rest(), which is less than a record.
  void leave_to(FrameBatch& batch);

  const ByteStream& stream() const { return *stream_; }

 private:
  void make_room(size_t wanted);

  std::unique_ptr<ByteStream> stream_;
  size_t size_;  // of a buffer where records are not longer
  std::vector<uint8_t> data_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace tcpflow
