// Records of the console on their way into one order, some of which go on where another ended.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/lane.h"

namespace tcpflow {

// How a record belongs to a message that comes in several. A plain value.
struct Joint {
  const void* console = nullptr;  // whose message, which is numbered by it
  uint64_t message = 0;
  // Where in the record the text begins that stands there only if the record before was of the same
  // message, and behind it that which stands there only if not.
  size_t at = 0;
  size_t glue = 0;
  size_t lead = 0;
  bool has_newline = false;  // one ends what of the message is in one piece
  bool is_last = false;      // the message is over: the record is nothing but this

  bool is_with(const Joint& other) const {
    return console == other.console && message == other.message;
  }
};

// Takes records in order.
class ConsoleSink {
 public:
  virtual ~ConsoleSink() = default;
  // `joint` is null for a record by itself.
  virtual void on_record(std::string_view record, const Joint* joint) = 0;
};

// As a TextLane.
class ConsoleLane : public Lane {
 public:
  explicit ConsoleLane(ConsoleSink& sink) : sink_(sink) {}

  // Where the next record is to be appended.
  std::string& text() { return text_; }
  // The record is complete.
  void end_record(const Moment& at) {
    moments_.push_back(at);
    ends_.push_back(text_.size());
  }
  // The same, of a record that belongs to others.
  void end_record(const Moment& at, const Joint& joint) {
    joints_.emplace_back(moments_.size(), joint);
    end_record(at);
  }
  // Where the record that is appended begins.
  size_t record_begin() const { return ends_.empty() ? 0 : ends_.back(); }

  void sort() override {}
  void replay(size_t first, size_t last) override {
    auto joint = std::lower_bound(joints_.begin(), joints_.end(), first,
                                  [](const auto& one, size_t at) { return one.first < at; });
    for (size_t i = first; i < last; ++i) {
      const size_t begin = i == 0 ? 0 : ends_[i - 1];
      const bool is_joined = joint != joints_.end() && joint->first == i;
      sink_.on_record(std::string_view(text_).substr(begin, ends_[i] - begin),
                      is_joined ? &joint->second : nullptr);
      joint += is_joined;
    }
  }
  void clear() override {
    moments_.clear();
    ends_.clear();
    joints_.clear();
    text_.clear();
  }
  void exchange(Lane& other) override {
    ConsoleLane& same = static_cast<ConsoleLane&>(other);
    moments_.swap(same.moments_);
    ends_.swap(same.ends_);
    joints_.swap(same.joints_);
    text_.swap(same.text_);
  }
  size_t cost() const override {
    return text_.size() + moments_.size() * sizeof(Moment) + joints_.size() * sizeof(Joint);
  }

 private:
  ConsoleSink& sink_;
  std::string text_;
  std::vector<size_t> ends_;                      // of the records in it
  std::vector<std::pair<size_t, Joint>> joints_;  // of some, by their numbers
};

}  // namespace tcpflow
