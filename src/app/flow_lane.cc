#include "app/flow_lane.h"

#include <algorithm>
#include <utility>

namespace tcpflow {
namespace {

constexpr size_t kItemCost = 128;  // of what is kept beside its text or bytes
constexpr size_t kSmall = 4096;    // octets of an entry that is copied

}  // namespace

void FlowLane::end_record(const Moment& at, const RecordSpans& spans) {
  take_waiting(at);
  const size_t begin = records_.empty() ? 0 : records_.back().end;
  cost_ += kItemCost + (text_.size() - begin);
  moments_.push_back(at);
  items_.push_back({Kind::record, records_.size()});
  records_.push_back({text_.size(), spans});
}

// An entry is late only where its half ends with the flow, while flows are told of.
void FlowLane::on_entry(const Moment& at, ArchiveEntry& entry) {
  Waiting waiting;
  waiting.at = at;
  const bool is_alone = !entry.index && !entry.alternatives && entry.bytes.is_plain();
  if (is_alone && entry.bytes.size() <= kSmall) {
    waiting.kind = Kind::small_entry;
    waiting.begin = waiting_text_.size();
    waiting_text_ += entry.name;
    waiting.small = {waiting_text_.size(), 0, entry.flow_number, entry.time, entry.is_object};
    waiting_text_ += as_text(entry.bytes.plain());
    waiting.small.end = waiting_text_.size();
  } else {
    waiting.begin = waiting_entries_.size();
    ArchiveEntry& kept = waiting_entries_.emplace_back();
    std::swap(kept, entry);
    entry.name = kept.name;
  }
  auto place = waiting_.end();
  const auto first = waiting_.begin() + static_cast<ptrdiff_t>(waiting_taken_);
  while (place != first && at < std::prev(place)->at) --place;
  waiting_.insert(place, waiting);
}

void FlowLane::note_fact(const Moment& at, FactChannel channel, std::string_view line) {
  waiting_fact_text_ += line;
  waiting_facts_.push_back({at, {waiting_fact_text_.size(), channel}});
}

void FlowLane::tell_fact(const Moment& at, FactChannel channel, std::string_view line) {
  take_waiting(at);
  add_fact(at, channel, line);
}

void FlowLane::add_fact(const Moment& at, FactChannel channel, std::string_view line) {
  moments_.push_back(at);
  items_.push_back({Kind::fact, facts_.size()});
  fact_text_ += line;
  facts_.push_back({fact_text_.size(), channel});
  cost_ += kItemCost + line.size();
}

// What waits and does not come later, entries before facts.
void FlowLane::take_waiting(const Moment& upto) {
  for (;;) {
    const bool has_entry = waiting_taken_ < waiting_.size() && waiting_[waiting_taken_].at <= upto;
    const bool has_fact = waiting_facts_taken_ < waiting_facts_.size() &&
                          waiting_facts_[waiting_facts_taken_].at <= upto;
    if (!has_entry && !has_fact) return;
    const bool is_entry = has_entry && (!has_fact || waiting_[waiting_taken_].at <=
                                                         waiting_facts_[waiting_facts_taken_].at);
    is_entry ? take_entry() : take_fact();
  }
}

void FlowLane::take_entry() {
  const Waiting& waiting = waiting_[waiting_taken_];
  moments_.push_back(waiting.at);
  if (waiting.kind == Kind::small_entry) {
    take_small(waiting);
  } else {
    take_large(waiting_entries_[waiting.begin]);
  }
  if (++waiting_taken_ < waiting_.size()) return;
  waiting_.clear();
  waiting_taken_ = 0;
  waiting_text_.clear();
  waiting_entries_.clear();
}

void FlowLane::take_fact() {
  const size_t at = waiting_facts_taken_++;
  const size_t begin = at == 0 ? 0 : waiting_facts_[at - 1].fact.end;
  const WaitingFact& waiting = waiting_facts_[at];
  const std::string_view text = waiting_fact_text_;
  add_fact(waiting.at, waiting.fact.channel, text.substr(begin, waiting.fact.end - begin));
  if (waiting_facts_taken_ < waiting_facts_.size()) return;
  waiting_facts_.clear();
  waiting_facts_taken_ = 0;
  waiting_fact_text_.clear();
}

void FlowLane::take_small(const Waiting& waiting) {
  const size_t begin = small_text_.size();
  const size_t length = waiting.small.end - waiting.begin;
  small_text_.append(waiting_text_, waiting.begin, length);
  items_.push_back({Kind::small_entry, small_.size()});
  small_.push_back(waiting.small);
  small_.back().name_end += begin - waiting.begin;
  small_.back().end = begin + length;
  cost_ += kItemCost + length;
}

void FlowLane::take_large(ArchiveEntry& entry) {
  cost_ += kItemCost + entry.held();
  items_.push_back({Kind::entry, entries_.size()});
  entries_.push_back(std::move(entry));
}

void FlowLane::replay(size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) {
    const size_t index = items_[i].index;
    switch (items_[i].kind) {
      case Kind::record:
        replay_record(index);
        break;
      case Kind::small_entry:
        replay_small(index);
        break;
      case Kind::entry:
        sink_.on_entry(entries_[index]);
        entries_[index] = {};  // it may be large
        break;
      case Kind::fact:
        replay_fact(index);
        break;
    }
  }
}

void FlowLane::replay_record(size_t index) {
  const size_t begin = index == 0 ? 0 : records_[index - 1].end;
  const size_t length = records_[index].end - begin;
  sink_.on_record(std::string_view(text_).substr(begin, length), records_[index].spans);
}

void FlowLane::replay_small(size_t index) {
  const size_t begin = index == 0 ? 0 : small_[index - 1].end;
  const Small& small = small_[index];
  const std::string_view all = small_text_;
  scratch_.name = all.substr(begin, small.name_end - begin);
  scratch_.flow_number = small.flow_number;
  scratch_.time = small.time;
  scratch_.is_object = small.is_object;
  scratch_.bytes.set_plain(as_bytes(all.substr(small.name_end, small.end - small.name_end)));
  sink_.on_entry(scratch_);
}

void FlowLane::replay_fact(size_t index) {
  const size_t begin = index == 0 ? 0 : facts_[index - 1].end;
  const std::string_view all = fact_text_;
  sink_.on_fact(facts_[index].channel, all.substr(begin, facts_[index].end - begin));
}

void FlowLane::clear() {
  moments_.clear();
  items_.clear();
  text_.clear();
  records_.clear();
  entries_.clear();
  small_.clear();
  small_text_.clear();
  facts_.clear();
  fact_text_.clear();
  cost_ = 0;
}

void FlowLane::exchange(Lane& other) {
  FlowLane& same = static_cast<FlowLane&>(other);
  moments_.swap(same.moments_);
  items_.swap(same.items_);
  text_.swap(same.text_);
  records_.swap(same.records_);
  entries_.swap(same.entries_);
  small_.swap(same.small_);
  small_text_.swap(same.small_text_);
  facts_.swap(same.facts_);
  fact_text_.swap(same.fact_text_);
  std::swap(cost_, same.cost_);
}

}  // namespace tcpflow
