// Flow files in a folder of their own, and flows that are fed by hand.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "output/flow_files.h"
#include "output/test_flows.h"
#include "tests/support/fake_flow.h"

namespace tcpflow::test {

// Flow files in a folder of their own, with everything they borrow.
struct FlowFilesFixture {
  explicit FlowFilesFixture(FlowFilesOptions options = {}, size_t max_open = 8,
                            const std::string& text = "", FileEvents* tells = nullptr)
      : budget(max_open),
        maker(names_in(folder, text)),
        files(options, {budget, errors, maker, now, tells}) {}

  std::string operator[](const std::string& name) const { return content(folder / name); }

  TemporaryFolder folder;
  FileBudget budget;
  FileMaker maker;
  Moment now;
  ErrorLog errors;
  FlowFiles files;
};

// One flow, both halves begun, fed by hand. Keeps what it was given until it goes, as a batch does.
class TestFlow {
 public:
  explicit TestFlow(FlowFilesFixture& fixture, uint16_t client_port = 40000)
      : files_(fixture.files), consumer_(fixture.files.create()) {
    HalfInfo client = client_half();
    HalfInfo server = server_half();
    client.source_port = server.destination_port = client_port;
    flow_ = FakeFlow(client, server);
    consumer_->on_start(flow_);
    consumer_->on_half_start(kClient, client);
    consumer_->on_half_start(kServer, server);
  }
  TestFlow& bytes(Direction from, uint64_t offset, const std::string& text) {
    texts_.push_back(text);
    const Timestamp time = make_time(1'500'000'000, 1'000'000 * static_cast<int64_t>(++packets_));
    consumer_->on_bytes(from, offset, as_bytes(texts_.back()), {packets_, time});
    return *this;
  }
  FlowRecord end() {
    consumer_->on_half_end(kClient, HalfEnd::fin);
    consumer_->on_half_end(kServer, HalfEnd::open);
    files_.on_batch_taken();
    FlowRecord record;
    consumer_->on_end(FlowEnd::closed, record);
    return record;
  }
  StreamConsumer& consumer() { return *consumer_; }

 private:
  FlowFiles& files_;
  FakeFlow flow_;
  std::deque<std::string> texts_;
  uint64_t packets_ = 0;
  std::unique_ptr<StreamConsumer> consumer_;
};

}  // namespace tcpflow::test
