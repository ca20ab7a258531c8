#include "capture/read_buffer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace tcpflow {

ReadBuffer::ReadBuffer(std::unique_ptr<ByteStream> stream, size_t size)
    : stream_(std::move(stream)), size_(std::max<size_t>(size, 64)), data_(size_) {}

void ReadBuffer::make_room(size_t wanted) {
  const size_t kept = end_ - begin_;
  if (kept > 0 && begin_ > 0) std::memmove(data_.data(), data_.data() + begin_, kept);
  begin_ = 0;
  end_ = kept;
  if (end_ < data_.size()) return;
  // Full, and still not enough: only then it grows, by no more than what has come already.
  assert(wanted > data_.size());
  data_.resize(std::min(wanted, 2 * data_.size()));
}

void ReadBuffer::leave_to(FrameBatch& batch) {
  const Bytes left = rest();
  std::vector<uint8_t> old = std::move(data_);
  data_ = batch.take_spare();
  if (data_.size() < size_ || data_.size() < left.size())
    data_.resize(std::max(size_, left.size()));
  if (!left.empty()) std::memcpy(data_.data(), left.data(), left.size());
  begin_ = 0;
  end_ = left.size();
  batch.keep_chunk(std::move(old));
}

Result<StreamState> ReadBuffer::fill(size_t wanted) {
  assert(wanted > end_ - begin_);
  make_room(wanted);
  const Result<StreamRead> got = stream_->read(std::span(data_).subspan(end_));
  if (!got) return got.error();
  end_ += got->count;
  return got->state;
}

}  // namespace tcpflow
