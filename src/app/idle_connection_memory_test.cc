// What an idle connection takes with all that serves it: there may be a million of them.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "decode/decoder.h"
#include "flow/flow_table.h"
#include "output/flow_files.h"
#include "output/object_files.h"
#include "output/test_flows.h"
#include "scan/http/http_scanner.h"
#include "tests/support/conversation.h"
#include "tests/support/counted_new.h"

namespace tcpflow {
namespace {

using test::Conversation;
using test::ConversationParams;
using test::Side;

constexpr uint16_t kFirstPort = 1024;
constexpr uint16_t kConnections = 3000;
constexpr uint16_t kInABatch = 100;
// Few, so that the files that may be open do not count.
constexpr size_t kOpenFiles = 20;

// A decoder, a table, and flow files in a folder of their own.
class FlowFilesRun {
 public:
  explicit FlowFilesRun(bool has_http = false, Duration linger = FlowLimits().linger)
      : has_http_(has_http), linger_(linger) {}
  // A batch ends behind so many frames.
  void decode(const Conversation& talk, size_t in_first_batch = SIZE_MAX) {
    for (const test::TimedFrame& timed : talk.frames()) {
      if (in_first_batch-- == 0) end_batch(false);
      Frame frame;
      frame.number = ++packets_;
      frame.time = timed.time;
      frame.bytes = batch_.copies.copy(timed.bytes);
      frame.original_length = static_cast<uint32_t>(timed.bytes.size());
      batch_.frames.push_back(frame);
      decoder_.decode(batch_.frames.back(), batch_);
    }
  }
  // A batch has kInABatch of them.
  void decode_among_others(const Conversation& talk) {
    decode(talk);
    if (++conversations_ % kInABatch == 0) end_batch();
  }
  void end_batch(bool idle = true) {
    files_.on_batch_taken();
    table_.on_batch_end();
    files_.on_batch_end(idle);
    objects_.on_batch_end(idle);
    batch_.clear();
  }
  size_t open_flows() const { return table_.open_flows(); }
  size_t files_in_memory() const { return files_.files_in_memory(); }
  std::string file(const std::string& name) const { return test::content(folder_ / name); }
  void finish() {
    table_.end_all();
    end_batch();
  }

 private:
  static FlowFilesOptions options(bool has_http) {
    FlowFilesOptions options;
    options.is_asked_for_names = has_http;
    return options;
  }
  static FlowOptions flow_options(Duration linger) {
    FlowOptions options;
    options.flow.linger = linger;
    return options;
  }
  std::vector<ConsumerFactory*> consumers() {
    if (!has_http_) return {&files_};
    return {&files_, &http_};
  }

  uint64_t packets_ = 0;
  size_t conversations_ = 0;
  test::TemporaryFolder folder_;
  test::ErrorLog errors_;
  Moment now_;
  FileBudget budget_{kOpenFiles};
  bool has_http_;
  Duration linger_;
  FileMaker maker_{*NameTemplateBuilder().build(folder_.path())};
  FlowFiles files_{options(has_http_), {budget_, errors_, maker_, now_, nullptr}};
  ObjectFiles objects_{{budget_, files_, errors_, now_}, size_t{1} << 20};
  HttpScanner http_{HttpOptions{}, &objects_};
  FlowTable table_{flow_options(linger_), {consumers(), nullptr, nullptr, &now_}};
  Decoder decoder_{DecodeOptions{}, table_, nullptr};
  FrameBatch batch_;
};

// What each of `count` connections takes that speak alike. From the end of the first batch on what
// all of them share is as large as it gets.
size_t octets_each(uint16_t count, const std::function<void(Conversation&)>& speak,
                   const std::function<void(const Conversation&)>& decode) {
  ConversationParams params;
  size_t before = 0;
  for (uint16_t i = 0; i < count; ++i) {
    if (i == kInABatch) before = test::octets_allocated();
    params.client_port = static_cast<uint16_t>(kFirstPort + i);
    Conversation talk(params);
    speak(talk);
    params.start = talk.now();
    decode(talk);
  }
  return (test::octets_allocated() - before) / (count - kInABatch);
}

TEST(IdleConnection, TakesAtMost512OctetsWithTheFilesOfBothHalves) {
  FlowFilesRun run;
  const size_t octets = octets_each(
      kConnections,
      [](Conversation& talk) {
        talk.syn().client("a request").server("an answer").ack(Side::client);
      },
      [&](const Conversation& talk) { run.decode_among_others(talk); });
  EXPECT_EQ(run.open_flows(), kConnections);
  EXPECT_EQ(run.files_in_memory(), kOpenFiles);
  EXPECT_LE(octets, 512u);
  run.finish();
  EXPECT_EQ(run.file("010.001.002.003.01024-192.000.002.080.00080"), "a request");
}

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: www.example\r\n\r\n";

// What one takes that said so, all of them alike, with the scanner http.
size_t octets_with_http(const std::string& answer) {
  FlowFilesRun run(true);
  return octets_each(
      kConnections,
      [&](Conversation& talk) { talk.syn().client(kGet).server(answer).ack(Side::client); },
      [&](const Conversation& talk) { run.decode_among_others(talk); });
}

// As memory_limit.cc has it, but for what libraries allocate by
// themselves: above all the states of two digests.
constexpr size_t kMostWithHttp = 6500;

TEST(IdleConnection, TakesWhatTheMemoryLimitReckonsWithWhereHttpIsRead) {
  const size_t idle = octets_with_http("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_LE(idle, kMostWithHttp);
  EXPECT_LE(octets_with_http("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n"
                             "Content-Type: text/html\r\n\r\nbody"),
            kMostWithHttp);
}

// What one takes that has sent so much and is over, while it lingers.
size_t octets_while_it_lingers(bool has_http, size_t segments) {
  constexpr uint16_t kOver = 300;
  FlowFilesRun run(has_http, std::chrono::hours(1));
  const std::string length = std::to_string(segments * 1000);
  const size_t octets = octets_each(
      kOver,
      [&](Conversation& talk) {
        talk.syn().client(kGet);
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
        for (size_t sent = 0; sent < segments; ++sent) talk.server(std::string(1000, 'x'));
        talk.fin();
      },
      [&](const Conversation& talk) {
        run.decode(talk, segments);
        run.end_batch(false);
      });
  EXPECT_EQ(run.open_flows(), kOver);
  return octets;
}

// A batch that ends in the midst of it leaves bytes to be kept until there are more.
TEST(LingeringConnection, KeepsNothingOfWhatItSent) {
  EXPECT_LE(octets_while_it_lingers(false, 20), octets_while_it_lingers(false, 1) + 64);
  EXPECT_LE(octets_while_it_lingers(true, 20), octets_while_it_lingers(true, 1) + 64);
}

}  // namespace
}  // namespace tcpflow
