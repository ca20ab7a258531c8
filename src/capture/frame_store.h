// Room for copies of frames.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "base/bytes.h"

namespace tcpflow {

// Copies frames into chunks that are used again after clear(); what was copied does not move until
// then. Owned by a FrameBatch.
class FrameStore {
 public:
  Bytes copy(Bytes bytes) {
    if (used_ < chunks_.size() && chunks_[used_].size() - filled_ < bytes.size()) next_chunk();
    if (used_ == chunks_.size()) chunks_.emplace_back(std::max(kChunk, bytes.size()));
    // A chunk that is used again may be smaller than a frame that is longer than usual.
    if (chunks_[used_].size() < bytes.size()) chunks_[used_].resize(bytes.size());
    uint8_t* at = chunks_[used_].data() + filled_;
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    filled_ += bytes.size();
    return {at, bytes.size()};
  }
  void clear() {
    used_ = 0;
    filled_ = 0;
  }

 private:
  static constexpr size_t kChunk = size_t{1} << 20;

  void next_chunk() {
    ++used_;
    filled_ = 0;
  }

  std::vector<std::vector<uint8_t>> chunks_;
  size_t used_ = 0;    // chunks before the one that is being filled
  size_t filled_ = 0;  // of that one
};

}  // namespace tcpflow
