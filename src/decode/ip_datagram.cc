#include "decode/ip_datagram.h"

#include <algorithm>
#include <iterator>

namespace tcpflow {

bool IpDatagram::agrees(DatagramRange range, bool last) const {
  if (is_end_known_) return last ? range.end == end_ : range.end <= end_;
  return !last || range.end >= end_;
}

std::vector<DatagramRange> IpDatagram::holes(DatagramRange range) const {
  std::vector<DatagramRange> found;
  auto piece = pieces_.upper_bound(range.begin);
  if (piece != pieces_.begin()) --piece;  // it may reach into the range
  uint32_t at = range.begin;
  for (; piece != pieces_.end() && piece->first < range.end; ++piece) {
    if (piece->first > at) found.push_back({at, piece->first});
    at = std::max(at, piece->first + static_cast<uint32_t>(piece->second.size()));
  }
  if (at < range.end) found.push_back({at, range.end});
  return found;
}

void IpDatagram::fill(DatagramRange range, bool last, Bytes bytes,
                      const std::vector<DatagramRange>& holes) {
  end_ = std::max(end_, range.end);
  is_end_known_ = is_end_known_ || last;
  for (const DatagramRange& hole : holes) {
    const Bytes part = bytes.subspan(hole.begin - range.begin, hole.end - hole.begin);
    pieces_.emplace(hole.begin, std::vector<uint8_t>(part.begin(), part.end()));
    filled_ += part.size();
  }
}

std::vector<uint8_t> IpDatagram::bytes() const {
  std::vector<uint8_t> all;
  all.reserve(end_);
  for (const auto& [offset, piece] : pieces_) all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

}  // namespace tcpflow
