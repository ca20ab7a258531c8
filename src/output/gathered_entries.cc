#include "output/gathered_entries.h"

#include <algorithm>
#include <utility>

namespace tcpflow {

GatheredEntry::~GatheredEntry() {
  all_.set(*this, 0);
  all_.drop_finished(*this);
}

void GatheredEntries::set(GatheredEntry& entry, size_t octets) {
  if (entry.counted_ != 0) unlink(entry);
  total_ += octets;
  total_ -= entry.counted_;
  entry.counted_ = octets;
  if (octets != 0) link(entry);
}

void GatheredEntries::weigh() {
  while (total_ > most_) {
    GatheredEntry& oldest = *first_;
    oldest.move_out();
    set(oldest, 0);
  }
}

void GatheredEntries::link(GatheredEntry& entry) {
  entry.before_ = last_;
  entry.behind_ = nullptr;
  (last_ == nullptr ? first_ : last_->behind_) = &entry;
  last_ = &entry;
}

void GatheredEntries::unlink(GatheredEntry& entry) {
  GatheredEntry* const before = entry.before_;
  GatheredEntry* const behind = entry.behind_;
  (before == nullptr ? first_ : before->behind_) = behind;
  (behind == nullptr ? last_ : behind->before_) = before;
}

void GatheredEntries::add_finished(GatheredEntry& entry, const Moment& at) {
  entry.turn_ = finished_.size();
  finished_.push_back({at, &entry});
}

// A million flows may end with the capture, each before the batch does.
void GatheredEntries::drop_finished(GatheredEntry& entry) {
  const size_t turn = std::exchange(entry.turn_, GatheredEntry::kNone);
  if (turn == GatheredEntry::kNone) return;
  finished_[turn].entry = nullptr;
  while (!finished_.empty() && finished_.back().entry == nullptr) finished_.pop_back();
}

void GatheredEntries::hand_over_finished(Moment& now) {
  const Moment before = now;
  std::vector<Finished> finished = std::exchange(finished_, {});
  std::erase_if(finished, [](const Finished& one) { return one.entry == nullptr; });
  for (const Finished& one : finished) one.entry->turn_ = GatheredEntry::kNone;
  std::stable_sort(finished.begin(), finished.end(),
                   [](const Finished& a, const Finished& b) { return a.at < b.at; });
  for (const Finished& one : finished) {
    now = one.at;
    one.entry->hand_over();
  }
  now = before;
  finished.clear();
  if (finished_.empty()) finished_ = std::move(finished);  // keeps its room
}

}  // namespace tcpflow
