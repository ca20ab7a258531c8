#include "output/unread_stream.h"

#include <utility>

namespace tcpflow {

void UnreadStream::add(Bytes bytes) {
  if (bytes.empty()) return;
  constexpr size_t kMany = 64;
  if (first_ >= kMany && first_ >= pieces_.size() / 2) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  pieces_.push_back({bytes, 0, {}});
  end_ += bytes.size();
}

void UnreadStream::add_gap(uint64_t length) { pieces_.push_back({{}, length, {}}); }

void UnreadStream::keep() {
  for (size_t i = first_; i < pieces_.size(); ++i) {
    Piece& piece = pieces_[i];
    if (!piece.own.empty() || piece.bytes.empty()) continue;
    piece.own.assign(piece.bytes.begin(), piece.bytes.end());
    piece.bytes = piece.own;
  }
}

std::optional<UnreadStream::Piece> UnreadStream::next_whole(uint64_t upto) {
  if (is_empty() || begin_ + pieces_[first_].bytes.size() > upto) return std::nullopt;
  Piece piece = std::move(pieces_[first_++]);
  begin_ += piece.bytes.size();
  if (is_empty()) {
    pieces_.clear();
    first_ = 0;
  }
  return piece;
}

std::optional<UnreadStream::Piece> UnreadStream::next(uint64_t upto) {
  if (std::optional<Piece> whole = next_whole(upto)) return whole;
  if (is_empty() || begin_ >= upto) return std::nullopt;
  Piece& rest = pieces_[first_];
  Piece part{rest.bytes.first(static_cast<size_t>(upto - begin_)), 0, {}};
  rest.bytes = rest.bytes.subspan(part.bytes.size());
  begin_ = upto;
  if (rest.own.empty()) return part;
  part.own.assign(part.bytes.begin(), part.bytes.end());
  part.bytes = part.own;
  return part;
}

}  // namespace tcpflow
