#include "decode/checksum_judge.h"

#include <algorithm>

namespace tcpflow {
namespace {

// What fits into a packet of Ethernet. A longer segment may be one that a card was to cut, or that
// was put together from several on its way up.
constexpr uint32_t kPlainLength = 1480;
// A sender fills its checksums in if they were right, and wrong in fewer than so many times as many
// packets: one that is right by chance condemns but a few, and a few wrong ones prove nothing.
constexpr uint64_t kMostWrong = 8;

}  // namespace

void ChecksumJudge::Tally::take_right(uint32_t length, bool tells) {
  right += tells;
  longest_right = std::max(longest_right, length);
}

bool ChecksumJudge::Tally::accepts_wrong(uint32_t length, bool tells) {
  // Not counted as wrong: what is long for another reason says nothing of the sender's short ones.
  if (length > kPlainLength && length > longest_right) return true;
  const bool is_trusted = right > 0 && wrong < kMostWrong * right;
  wrong += tells;
  return !is_trusted;
}

bool ChecksumJudge::accepts_header(const PacketSender& sender, SumState sum, uint32_t length) {
  Tally& seen = known(sender).headers;
  if (sum == SumState::unfinished) return true;
  if (sum == SumState::wrong) return seen.accepts_wrong(length, true);
  seen.take_right(length, true);
  return true;
}

bool ChecksumJudge::accepts_segment(const PacketSender& sender, SumState sum, uint32_t length,
                                    bool tells) {
  Tally& seen = known(sender).segments;
  // Merged segments keep an unfinished sum, so it says nothing of the host that sent them.
  if (sum == SumState::unfinished) return true;
  if (sum == SumState::wrong) return seen.accepts_wrong(length, tells);
  seen.take_right(length, tells);
  return true;
}

void ChecksumJudge::forget() {
  by_sender_.clear();
  by_age_.clear();
}

ChecksumJudge::Known& ChecksumJudge::known(const PacketSender& sender) {
  const auto found = by_sender_.find(sender);
  if (found != by_sender_.end()) {
    by_age_.splice(by_age_.end(), by_age_, found->second);
    return by_age_.back();
  }
  // An address costs a forger one packet, so who was not heard of for longest makes room.
  if (by_age_.size() >= limits_.hosts) {
    by_sender_.erase(by_age_.front().sender);
    by_age_.pop_front();
    ++forgotten_;
  }
  by_age_.push_back({sender, {}, {}});
  by_sender_.emplace(sender, std::prev(by_age_.end()));
  return by_age_.back();
}

}  // namespace tcpflow
