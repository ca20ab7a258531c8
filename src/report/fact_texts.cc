#include "report/fact_texts.h"

namespace tcpflow {
namespace {

// Adds to one channel at one moment.
class Adder : public LineSink {
 public:
  struct Place {
    Moment at;
    FactChannel channel;
    bool is_taken;
  };
  Adder(FactLines& lines, const Place& place) : lines_(lines), place_(place) {}
  void add(std::string_view line) override {
    if (place_.is_taken) return lines_.tell_fact(place_.at, place_.channel, line);
    lines_.note_fact(place_.at, place_.channel, line);
  }

 private:
  FactLines& lines_;
  Place place_;
};

void settle(const FlowNumbers& numbers, FlowInfo& flow, HalfInfo& half) {
  flow.session = numbers.settled(flow.session);
  half.flow_number = numbers.settled(half.flow_number);
}

void settle(const FlowNumbers& numbers, StartFact& fact) { settle(numbers, fact.flow, fact.first); }
void settle(const FlowNumbers& numbers, ExchangeFact& fact) {
  settle(numbers, fact.flow, fact.client);
}
void settle(const FlowNumbers& numbers, BytesFact& fact) { settle(numbers, fact.flow, fact.half); }

void put(FactForm& form, const StartFact& fact, LineSink& lines) { form.start(fact, lines); }
void put(FactForm& form, const ExchangeFact& fact, LineSink& lines) { form.exchange(fact, lines); }
void put(FactForm& form, const BytesFact& fact, LineSink& lines) { form.bytes(fact, lines); }

class PayloadConsumer : public StreamConsumer {
 public:
  explicit PayloadConsumer(FactTexts& texts) : texts_(texts) {}
  void on_start(const Flow& flow) override { flow_ = &flow; }
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override {
    texts_.on_payload(*flow_, {{}, {}, from, offset, bytes, packet.time});
  }
  void on_gap(Direction, uint64_t, uint64_t, GapReason) override {}
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord&) override {}

 private:
  FactTexts& texts_;
  const Flow* flow_ = nullptr;
};

}  // namespace

void FactTexts::on_flow_start(const FlowInfo& flow, const HalfInfo& first) {
  note({now_, StartFact{flow, first}});
}

void FactTexts::on_exchange(const Flow& flow, const HttpExchange& exchange) {
  note({now_, ExchangeFact{flow.info(), flow.half_info(exchange.client), exchange}});
}

void FactTexts::on_payload(const Flow& flow, BytesFact fact) {
  fact.flow = flow.info();
  fact.half = flow.half_info(fact.from);
  note({now_, std::move(fact)});
}

// Behind on_batch_taken() numbers are known.
void FactTexts::note(Pending pending) {
  if (is_taken_) return write(pending);
  pending_.push_back(std::move(pending));
}

void FactTexts::write(Pending& pending) {
  const auto put_all = [&](auto& fact) {
    settle(*numbers_, fact);
    for (const auto& form : forms_) {
      Adder lines(lines_, {pending.at, form->channel(), is_taken_});
      put(*form, fact, lines);
    }
  };
  std::visit(put_all, pending.fact);
}

void FactTexts::on_batch_taken() {
  for (Pending& pending : pending_) write(pending);
  pending_.clear();
  is_taken_ = true;
}

void FactTexts::on_record(const FlowRecord& record) {
  for (const auto& form : forms_) {
    Adder lines(lines_, {now_, form->channel(), true});
    form->record(record, lines);
  }
}

void FactTexts::on_batch_end(bool /*idle*/) { is_taken_ = false; }

std::unique_ptr<StreamConsumer> PayloadFacts::create() {
  return std::make_unique<PayloadConsumer>(texts_);
}

}  // namespace tcpflow
