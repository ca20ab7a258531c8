// What is told of flows, put into the forms of all records that are wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/moment.h"
#include "flow/consumer.h"
#include "flow/fact_sink.h"
#include "flow/flow_numbers.h"

namespace tcpflow {

// The kinds of records, each with a place of its own where its lines go.
enum class FactChannel : uint8_t { json, http_log, sqlite, transcript };

// Takes lines, each whole and with its end, on their way into the order of all threads.
class FactLines {
 public:
  virtual ~FactLines() = default;
  // Of what happened in the batch at hand: in order.
  virtual void note_fact(const Moment& at, FactChannel channel, std::string_view line) = 0;
  // Of flows that have ended: in order among themselves, and with the records of these flows.
  virtual void tell_fact(const Moment& at, FactChannel channel, std::string_view line) = 0;
};

// Where one kind of record puts its lines.
class LineSink {
 public:
  virtual ~LineSink() = default;
  virtual void add(std::string_view line) = 0;
};

// Facts with what they are about. Plain values.
struct StartFact {
  FlowInfo flow;
  HalfInfo first;  // the half that sent its first packet
};
struct ExchangeFact {
  FlowInfo flow;
  HalfInfo client;
  HttpExchange exchange;
};
struct BytesFact {
  FlowInfo flow;
  HalfInfo half;
  Direction from = Direction::originator;
  uint64_t offset = 0;
  Bytes bytes;
  Timestamp time;
};

// One kind of record. Makes no line, one, or several of a fact. One per shard, used on its thread.
class FactForm {
 public:
  virtual ~FactForm() = default;
  virtual FactChannel channel() const = 0;
  virtual void start(const StartFact& fact, LineSink& lines) = 0;
  virtual void exchange(const ExchangeFact& fact, LineSink& lines) = 0;
  virtual void bytes(const BytesFact& fact, LineSink& lines) = 0;
  virtual void record(const FlowRecord& record, LineSink& lines) = 0;
};

// One per shard, used on its thread; outlives its flows. What happens in a batch is kept until the
// batch has been taken, for only then numbers are known.
class FactTexts : public FactSink, public BatchListener {
 public:
  // Borrows both for its life.
  FactTexts(FactLines& lines, const Moment& now) : lines_(lines), now_(now) {}
  void add(std::unique_ptr<FactForm> form) { forms_.push_back(std::move(form)); }
  // Where numbers are settled; before the first fact.
  void go_by(const FlowNumbers& numbers) { numbers_ = &numbers; }

  void on_flow_start(const FlowInfo& flow, const HalfInfo& first) override;
  void on_exchange(const Flow& flow, const HttpExchange& exchange) override;
  // `bytes` must stay good until the batch has been taken.
  void on_payload(const Flow& flow, BytesFact fact);
  void on_record(const FlowRecord& record) override;
  void on_batch_taken() override;
  void on_batch_end(bool idle) override;

 private:
  struct Pending {
    Moment at;
    std::variant<StartFact, ExchangeFact, BytesFact> fact;
  };
  void note(Pending pending);
  void write(Pending& pending);

  FactLines& lines_;
  const Moment& now_;
  const FlowNumbers* numbers_ = nullptr;
  std::vector<std::unique_ptr<FactForm>> forms_;
  std::vector<Pending> pending_;  // of this batch
  bool is_taken_ = false;         // ended flows are told of
};

// Hands the bytes of all flows to FactTexts.
class PayloadFacts : public ConsumerFactory {
 public:
  explicit PayloadFacts(FactTexts& texts) : texts_(texts) {}
  std::unique_ptr<StreamConsumer> create() override;

 private:
  FactTexts& texts_;
};

}  // namespace tcpflow
