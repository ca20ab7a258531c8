// What --transcript shows of flows, on its way from a shard to the thread that writes it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "report/fact_texts.h"
#include "report/row_text.h"

namespace tcpflow {

// Bytes of one half, as they came. `text` and `encapsulation` live as the row does.
struct SpokenBytes {
  uint64_t session = 0;
  HalfInfo half;  // no more than who, to whom, over what, and in which role
  Direction from = Direction::originator;
  uint64_t offset = 0;
  Timestamp time;
  std::string_view encapsulation;
  std::string_view text;
};
// A flow is over.
struct SpokenEnd {
  uint64_t session = 0;
  std::array<uint64_t, 2> bytes{};  // of each half, by Direction; gaps included
  std::string_view reason;
};

// One per shard, used on its thread.
class TranscriptForm : public FactForm {
 public:
  // `byte_limit`: -b, of each half.
  explicit TranscriptForm(uint64_t byte_limit) : byte_limit_(byte_limit) {}
  FactChannel channel() const override { return FactChannel::transcript; }
  void start(const StartFact&, LineSink&) override {}
  void exchange(const ExchangeFact&, LineSink&) override {}
  void bytes(const BytesFact& fact, LineSink& lines) override;
  void record(const FlowRecord& record, LineSink& lines) override;

 private:
  uint64_t byte_limit_;
  std::string text_;
  RowText row_{text_};
};

// Takes what TranscriptForm made.
class SpokenSink {
 public:
  virtual ~SpokenSink() = default;
  virtual void on_bytes(const SpokenBytes& bytes) = 0;
  virtual void on_end(const SpokenEnd& end) = 0;
};
// `row`: one of TranscriptForm.
void read_spoken(std::string_view row, SpokenSink& sink);

}  // namespace tcpflow
