// A stream over bytes in memory, for tests and fuzzing.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "capture/byte_stream.h"

namespace tcpflow {

// Hands out at most `piece` bytes a read. Borrows `bytes`.
class MemoryStream : public ByteStream {
 public:
  explicit MemoryStream(Bytes bytes, size_t piece = SIZE_MAX, std::string name = "memory")
      : rest_(bytes), size_(bytes.size()), piece_(piece), name_(std::move(name)) {}

  Result<StreamRead> read(std::span<uint8_t> into) override {
    if (rest_.empty()) return StreamRead{0, StreamState::end};
    const size_t count = std::min({rest_.size(), piece_, into.size()});
    std::memcpy(into.data(), rest_.data(), count);
    rest_ = rest_.subspan(count);
    return StreamRead{count, StreamState::data};
  }
  const std::string& name() const override { return name_; }
  ReadPosition position() const override { return {size_ - rest_.size(), size_}; }

 private:
  Bytes rest_;
  size_t size_;
  size_t piece_;
  std::string name_;
};

}  // namespace tcpflow
