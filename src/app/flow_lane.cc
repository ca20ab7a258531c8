#include "app/flow_lane.h"

#include <algorithm>

namespace tcpflow {
namespace {

constexpr size_t kItemCost = 128;  // of what is kept beside its text or bytes

}  // namespace

void FlowLane::end_record(const Moment& at, const RecordSpans& spans) {
  const auto comes_later = [](const Moment& moment, const auto& entry) {
    return moment < entry.first;
  };
  const auto first = waiting_.begin() + static_cast<ptrdiff_t>(waiting_taken_);
  const auto upto = std::upper_bound(first, waiting_.end(), at, comes_later);
  take_entries(static_cast<size_t>(upto - waiting_.begin()));
  const size_t begin = records_.empty() ? 0 : records_.back().end;
  cost_ += kItemCost + (text_.size() - begin);
  moments_.push_back(at);
  items_.push_back({false, records_.size()});
  records_.push_back({text_.size(), spans});
}

// An entry is late only where its half ends with the flow, while flows are told of.
void FlowLane::on_entry(const Moment& at, ArchiveEntry entry) {
  auto place = waiting_.end();
  const auto first = waiting_.begin() + static_cast<ptrdiff_t>(waiting_taken_);
  while (place != first && at < std::prev(place)->first) --place;
  waiting_.emplace(place, at, std::move(entry));
}

void FlowLane::take_entries(size_t upto) {
  for (; waiting_taken_ < upto; ++waiting_taken_) {
    auto& [at, entry] = waiting_[waiting_taken_];
    cost_ += kItemCost + entry.held();
    moments_.push_back(at);
    items_.push_back({true, entries_.size()});
    entries_.push_back(std::move(entry));
  }
  if (waiting_taken_ < waiting_.size()) return;
  waiting_.clear();
  waiting_taken_ = 0;
}

void FlowLane::replay(size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) {
    const size_t index = items_[i].index;
    if (items_[i].is_entry) {
      sink_.on_entry(entries_[index]);
      continue;
    }
    const size_t begin = index == 0 ? 0 : records_[index - 1].end;
    const size_t length = records_[index].end - begin;
    sink_.on_record(std::string_view(text_).substr(begin, length), records_[index].spans);
  }
}

void FlowLane::clear() {
  moments_.clear();
  items_.clear();
  text_.clear();
  records_.clear();
  entries_.clear();
  cost_ = 0;
}

void FlowLane::exchange(Lane& other) {
  FlowLane& same = static_cast<FlowLane&>(other);
  moments_.swap(same.moments_);
  items_.swap(same.items_);
  text_.swap(same.text_);
  records_.swap(same.records_);
  entries_.swap(same.entries_);
  std::swap(cost_, same.cost_);
}

}  // namespace tcpflow
