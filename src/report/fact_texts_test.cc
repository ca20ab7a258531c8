#include "report/fact_texts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

// Notes what comes, with its moment.
class Book : public FactLines {
 public:
  void note_fact(const Moment& at, FactChannel, std::string_view line) override {
    add("note ", at, line);
  }
  void tell_fact(const Moment& at, FactChannel, std::string_view line) override {
    add("tell ", at, line);
  }
  std::vector<std::string> lines;

 private:
  void add(std::string_view how, const Moment& at, std::string_view line) {
    lines.emplace_back(how);
    lines.back().append(std::to_string(at.packet)).append(" ").append(line);
  }
};

class PlainForm : public FactForm {
 public:
  FactChannel channel() const override { return FactChannel::json; }
  void start(const StartFact& fact, LineSink& lines) override {
    lines.add("start " + std::to_string(fact.flow.session) + " " +
              std::to_string(fact.first.flow_number));
  }
  void exchange(const ExchangeFact& fact, LineSink& lines) override {
    lines.add("http " + fact.exchange.method);
  }
  void bytes(const BytesFact& fact, LineSink& lines) override {
    lines.add("bytes " + std::to_string(fact.offset));
  }
  void record(const FlowRecord& record, LineSink& lines) override {
    lines.add("end " + std::to_string(record.info.id));
  }
};

class FactTextsTest : public ::testing::Test {
 protected:
  FactTextsTest() {
    texts_.add(std::make_unique<PlainForm>());
    texts_.go_by(numbers_);
  }
  void begin_flow(uint64_t packet, uint64_t session, uint64_t half) {
    now_.packet = packet;
    HalfInfo info;
    info.flow_number = half;
    texts_.on_flow_start({packet, session}, info);
  }

  Book book_;
  Moment now_;
  FlowNumbers numbers_;
  FactTexts texts_{book_, now_};
  test::FakeFlow flow_;
};

TEST_F(FactTextsTest, WaitsUntilNumbersAreKnown) {
  numbers_.share();
  const uint64_t session = numbers_.next(FlowNumbers::Kind::session, now_);
  const uint64_t half = numbers_.next(FlowNumbers::Kind::half, now_);
  begin_flow(4, session, half);
  EXPECT_TRUE(book_.lines.empty());
  numbers_.numbers() = {70, 80};
  texts_.on_batch_taken();
  EXPECT_EQ(book_.lines, std::vector<std::string>{"note 4 start 70 80"});
}

TEST_F(FactTextsTest, TellsAtOnceOfWhatEndedFlowsStillSay) {
  begin_flow(4, 1, 2);
  now_.packet = 9;
  HttpExchange exchange;
  exchange.method = "GET";
  texts_.on_exchange(flow_, exchange);
  texts_.on_batch_taken();
  now_.packet = 5;
  exchange.method = "PUT";
  texts_.on_exchange(flow_, exchange);
  FlowRecord record;
  record.info.id = 4;
  texts_.on_record(record);
  texts_.on_batch_end(false);
  const std::vector<std::string> wanted = {"note 4 start 1 2", "note 9 http GET", "tell 5 http PUT",
                                           "tell 5 end 4"};
  EXPECT_EQ(book_.lines, wanted);
}

TEST_F(FactTextsTest, KeepsTheNextBatchUntilItIsTaken) {
  texts_.on_batch_taken();
  texts_.on_batch_end(false);
  begin_flow(4, 1, 2);
  EXPECT_TRUE(book_.lines.empty());
  texts_.on_batch_taken();
  EXPECT_EQ(book_.lines.size(), 1U);
}

TEST_F(FactTextsTest, HearsThePayloadOfItsConsumers) {
  PayloadFacts payload(texts_);
  const std::unique_ptr<StreamConsumer> consumer = payload.create();
  consumer->on_start(flow_);
  consumer->on_half_start(Direction::originator, {});
  now_.packet = 2;
  consumer->on_bytes(Direction::originator, 5, as_bytes("foo"), {});
  texts_.on_batch_taken();
  EXPECT_EQ(book_.lines, std::vector<std::string>{"note 2 bytes 5"});
}

}  // namespace
}  // namespace tcpflow
