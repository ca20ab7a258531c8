#include "wire/radiotap.h"

namespace tcpflow {
namespace {

// Bits of the first word of what is present, in the order in which the fields follow.
constexpr uint32_t kHasTime = 1u << 0;
constexpr uint32_t kHasFlags = 1u << 1;
constexpr uint32_t kHasMoreWords = 1u << 31;

constexpr size_t kFirstWord = 4;
constexpr size_t kTime = 8;  // octets, and aligned so

}  // namespace

std::optional<uint8_t> RadiotapView::flags() const {
  const uint32_t present = load_le32(frame_.data() + kFirstWord);
  if ((present & kHasFlags) == 0) return std::nullopt;
  const size_t end = header_length();
  size_t at = kFirstWord + 4;
  // The fields begin behind the last word. Both fields that matter belong to the first word, and
  // those of the other words come behind them, so what these say can stay unread.
  for (uint32_t word = present; (word & kHasMoreWords) != 0; at += 4) {
    if (at + 4 > end) return std::nullopt;
    word = load_le32(frame_.data() + at);
  }
  // Only the time stamp comes before the flags, which are one octet and need no alignment.
  if ((present & kHasTime) != 0) at = (at + kTime - 1) / kTime * kTime + kTime;
  if (at >= end) return std::nullopt;
  return frame_[at];
}

}  // namespace tcpflow
