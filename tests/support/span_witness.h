// Watches over the bytes that consumers are handed.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flow/consumer.h"

namespace tcpflow::test {

// Remembers every span that it is handed and tells, when the batch ends, whether all still read the
// same: what a consumer that gathers its writes relies on.
class SpanWitness : public ConsumerFactory {
 public:
  std::unique_ptr<StreamConsumer> create() override { return std::make_unique<Consumer>(*this); }
  // False if a span has changed.
  [[nodiscard]] bool end_batch() {
    bool is_same = true;
    for (const auto& [span, text] : seen_) is_same = is_same && text_of(span) == text;
    seen_.clear();
    return is_same;
  }

 private:
  class Consumer : public StreamConsumer {
   public:
    explicit Consumer(SpanWitness& owner) : owner_(owner) {}
    void on_start(const Flow&) override {}
    void on_half_start(Direction, const HalfInfo&) override {}
    void on_bytes(Direction, uint64_t, Bytes bytes, PacketRef) override {
      owner_.seen_.emplace_back(bytes, text_of(bytes));
    }
    void on_gap(Direction, uint64_t, uint64_t, GapReason) override {}
    void on_half_end(Direction, HalfEnd) override {}
    void on_end(FlowEnd, FlowRecord&) override {}

   private:
    SpanWitness& owner_;
  };
  static std::string text_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

  std::vector<std::pair<Bytes, std::string>> seen_;
};

}  // namespace tcpflow::test
