// What came of a half and nobody has said yet what it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace tcpflow {

// Pieces as they came, and gaps between them; octets count from the first that was added. Owned by
// its half's consumer, on its thread.
class UnreadStream {
 public:
  struct Piece {
    Bytes bytes;               // of the batch, or of `own`
    uint64_t gap = 0;          // then there are no bytes
    std::vector<uint8_t> own;  // once the batch is over
  };

  // The bytes stay good until keep() is called.
  void add(Bytes bytes);
  void add_gap(uint64_t length);
  // Copies what is not its own.
  void keep();
  // The next piece that lies before `upto`, or the part of it that does; a gap at `upto`, too.
  std::optional<Piece> next(uint64_t upto);
  // The same, but only whole pieces.
  std::optional<Piece> next_whole(uint64_t upto);

  bool is_empty() const { return first_ == pieces_.size(); }
  bool begins_with_gap() const { return !is_empty() && pieces_[first_].gap > 0; }
  uint64_t begin() const { return begin_; }
  uint64_t end() const { return end_; }
  // Octets that it keeps, about.
  size_t cost() const {
    return static_cast<size_t>(end_ - begin_) + (pieces_.size() - first_) * sizeof(Piece);
  }

 private:
  std::vector<Piece> pieces_;  // those before first_ are taken
  size_t first_ = 0;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
};

}  // namespace tcpflow
