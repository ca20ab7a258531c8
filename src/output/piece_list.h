// Spans of a batch that wait to be written, chained per file.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace tcpflow {

inline constexpr uint32_t kNoPiece = UINT32_MAX;

struct Piece {
  uint64_t offset = 0;
  Bytes bytes;  // good until the batch ends
  uint32_t next = kNoPiece;
};

// One file's pieces, in stream order; they lie in a PieceArena. A value.
struct PieceList {
  uint32_t first = kNoPiece;
  uint32_t last = kNoPiece;
  uint64_t bytes = 0;
  bool has_holes = false;

  bool empty() const { return first == kNoPiece; }
};

// The pieces of all files of one thread, one storage for all, so that nothing is allocated per
// segment once the first batches are through. Cleared when the batch ends.
class PieceArena {
 public:
  void append(PieceList& list, uint64_t offset, Bytes bytes) {
    const uint32_t at = static_cast<uint32_t>(pieces_.size());
    pieces_.push_back({offset, bytes, kNoPiece});
    if (list.empty()) {
      list.first = at;
    } else {
      Piece& before = pieces_[list.last];
      before.next = at;
      list.has_holes |= before.offset + before.bytes.size() != offset;
    }
    list.last = at;
    list.bytes += bytes.size();
  }
  const Piece& operator[](uint32_t at) const { return pieces_[at]; }
  void clear() { pieces_.clear(); }

 private:
  std::vector<Piece> pieces_;
};

}  // namespace tcpflow
