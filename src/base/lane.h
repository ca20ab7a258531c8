// Things that one of several threads made during a batch, on their way into one order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/moment.h"

namespace tcpflow {

// Entries of one kind with the moment of each. Filled by one thread while a batch lasts; then
// handed over, and replayed on another thread in the order of all threads' moments. A lane does not
// know where its entries go: who makes it says so.
class Lane {
 public:
  virtual ~Lane() = default;
  const std::vector<Moment>& moments() const { return moments_; }
  // Of entries that were not added in order.
  virtual void sort() = 0;
  // Hands the entries from `first` to before `last` on to where they belong.
  virtual void replay(size_t first, size_t last) = 0;
  virtual void clear() = 0;
  // Swaps contents with a lane of the same kind.
  virtual void exchange(Lane& other) = 0;
  // Octets that it keeps, about.
  virtual size_t cost() const = 0;

 protected:
  std::vector<Moment> moments_;
};

// Where text goes once it is in order.
class TextSink {
 public:
  virtual ~TextSink() = default;
  // A whole record.
  virtual void on_text(std::string_view text) = 0;
};

// Records of text, written one behind the other. They must be added in order.
class TextLane : public Lane {
 public:
  explicit TextLane(TextSink& sink) : sink_(sink) {}

  // Where the next record is to be appended.
  std::string& text() { return text_; }
  // The record is complete.
  void end_record(const Moment& at) {
    moments_.push_back(at);
    ends_.push_back(text_.size());
  }

  void sort() override {}
  void replay(size_t first, size_t last) override {
    for (size_t i = first; i < last; ++i) {
      const size_t begin = i == 0 ? 0 : ends_[i - 1];
      sink_.on_text(std::string_view(text_).substr(begin, ends_[i] - begin));
    }
  }
  void clear() override {
    moments_.clear();
    ends_.clear();
    text_.clear();
  }
  void exchange(Lane& other) override {
    TextLane& same = static_cast<TextLane&>(other);
    moments_.swap(same.moments_);
    ends_.swap(same.ends_);
    text_.swap(same.text_);
  }
  size_t cost() const override { return text_.size() + moments_.size() * sizeof(Moment); }

 private:
  TextSink& sink_;
  std::string text_;
  std::vector<size_t> ends_;  // of the records in it
};

// Where entries go once they are in order.
template <typename Entry>
class EntrySink {
 public:
  virtual ~EntrySink() = default;
  virtual void on_entry(Entry& entry) = 0;
};

// Entries of any movable type.
template <typename Entry>
class EntryLane : public Lane {
 public:
  explicit EntryLane(EntrySink<Entry>& sink) : sink_(sink) {}

  void add(const Moment& at, Entry entry) {
    is_sorted_ = is_sorted_ && (moments_.empty() || moments_.back() <= at);
    moments_.push_back(at);
    entries_.push_back(std::move(entry));
  }

  // Puts `other` in the place of an entry.
  void replace(const Entry& entry, const Entry& other) {
    std::replace(entries_.begin(), entries_.end(), entry, other);
  }
  bool is_empty() const { return entries_.empty(); }

  // Those of one moment stay in the order in which they came.
  void sort() override {
    if (std::exchange(is_sorted_, true)) return;
    std::vector<size_t> order(entries_.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [this](size_t a, size_t b) { return moments_[a] < moments_[b]; });
    std::vector<Moment> moments;
    std::vector<Entry> entries;
    for (const size_t i : order) {
      moments.push_back(moments_[i]);
      entries.push_back(std::move(entries_[i]));
    }
    moments_ = std::move(moments);
    entries_ = std::move(entries);
  }
  void replay(size_t first, size_t last) override {
    for (size_t i = first; i < last; ++i) sink_.on_entry(entries_[i]);
  }
  void clear() override {
    moments_.clear();
    entries_.clear();
    is_sorted_ = true;
  }
  void exchange(Lane& other) override {
    EntryLane& same = static_cast<EntryLane&>(other);
    moments_.swap(same.moments_);
    entries_.swap(same.entries_);
    std::swap(is_sorted_, same.is_sorted_);
  }
  size_t cost() const override { return entries_.size() * sizeof(std::pair<Moment, Entry>); }

 private:
  EntrySink<Entry>& sink_;
  std::vector<Entry> entries_;
  bool is_sorted_ = true;
};

}  // namespace tcpflow
