#include "report/json_form.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "report/json_run.h"

namespace tcpflow {
namespace {

const uint8_t kClient[] = {10, 1, 2, 3};
const uint8_t kServer[] = {192, 0, 2, 80};

// Keeps lines as what a parser makes of them.
class Parsed : public LineSink {
 public:
  void add(std::string_view line) override {
    ASSERT_FALSE(line.empty());
    EXPECT_EQ(line.back(), '\n');
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    documents.emplace_back();
    documents.back().Parse<rapidjson::kParseValidateEncodingFlag>(line.data(), line.size());
    ASSERT_FALSE(documents.back().HasParseError()) << line;
  }
  std::string text(size_t line, const char* name) const {
    const auto& document = documents.at(line);
    return document.HasMember(name) ? document[name].GetString() : "(none)";
  }
  uint64_t number(size_t line, const char* name) const {
    return documents.at(line)[name].GetUint64();
  }
  std::vector<rapidjson::Document> documents;
};

HalfInfo client() {
  HalfInfo half;
  half.source = IpAddress::v4(kClient);
  half.destination = IpAddress::v4(kServer);
  half.source_port = 40000;
  half.destination_port = 80;
  half.start = make_time(1'500'000'000, 1'000'001);
  half.role = Role::client;
  return half;
}

FlowInfo flow() { return {17, 3}; }

TEST(JsonForm, TellsWhereAFlowBegins) {
  JsonForm form(true);
  Parsed lines;
  StartFact fact{flow(), client()};
  fact.first.encapsulation = "vxlan:7";
  form.start(fact, lines);
  ASSERT_EQ(lines.documents.size(), 1U);
  EXPECT_EQ(lines.text(0, "event"), "flow_start");
  EXPECT_EQ(lines.text(0, "ts"), "2017-07-14T02:40:00.001000001Z");
  EXPECT_EQ(lines.number(0, "stream"), 3U);
  EXPECT_EQ(lines.number(0, "id"), 17U);
  EXPECT_EQ(lines.text(0, "community_id"), "1:TFdsII3MC6Qk1T3PLlSNZJPbW+0=");
  EXPECT_EQ(lines.text(0, "src"), "10.1.2.3");
  EXPECT_EQ(lines.number(0, "dst_port"), 80U);
  EXPECT_EQ(lines.text(0, "encapsulation"), "vxlan:7");
}

HttpExchange exchange() {
  HttpExchange http;
  http.request_time = make_time(1'500'000'000, 0);
  http.method = "GET";
  http.target = "/a\xff\"b";
  http.host = "www.example";
  http.response_time = make_time(1'500'000'001, 0);
  http.response_end = make_time(1'500'000'001, 500'000);
  http.status = 200;
  http.type = "text/html";
  http.response_wire = 7;
  http.response_size = 20;
  return http;
}

TEST(JsonForm, TellsOfAnExchange) {
  JsonForm form(true);
  Parsed lines;
  form.exchange({flow(), client(), exchange()}, lines);
  EXPECT_EQ(lines.text(0, "event"), "http");
  EXPECT_EQ(lines.text(0, "target"), "/a%FF\"b");
  EXPECT_EQ(lines.text(0, "request_ts"), "2017-07-14T02:40:00.000000000Z");
  EXPECT_EQ(lines.text(0, "state"), "complete");
  EXPECT_EQ(lines.number(0, "response_wire_size"), 7U);
  EXPECT_EQ(lines.number(0, "response_size"), 20U);
  EXPECT_DOUBLE_EQ(lines.documents[0]["ms"].GetDouble(), 1000.5);
}

TEST(JsonForm, SaysNothingOfTheSideThatWasNotSeen) {
  JsonForm form(true);
  Parsed lines;
  HttpExchange unanswered = exchange();
  unanswered.response_time.reset();
  form.exchange({flow(), client(), unanswered}, lines);
  HttpExchange unasked = exchange();
  unasked.request_time.reset();
  form.exchange({flow(), client(), unasked}, lines);
  for (const char* name : {"status", "response_ts", "response_size", "ms", "state"}) {
    EXPECT_FALSE(lines.documents[0].HasMember(name)) << name;
  }
  for (const char* name : {"method", "request_ts", "target", "request_size", "ms"}) {
    EXPECT_FALSE(lines.documents[1].HasMember(name)) << name;
  }
  EXPECT_EQ(lines.text(1, "ts"), "2017-07-14T02:40:01.000000000Z");
}

FlowRecord record() {
  FlowRecord record;
  record.info = flow();
  record.end = FlowEnd::closed;
  HalfRecord& half = record.half(Direction::originator);
  half.exists = true;
  half.info = client();
  half.last = make_time(1'500'000'002, 0);
  half.packets = 4;
  half.gap_count = 1;
  half.gap_bytes = 5;
  half.gaps.push_back({10, 5, GapReason::not_captured});
  half.conflict_count = 1;
  half.conflicts.push_back({20, 2, 7, 8, {0xab}, {0x01}});
  half.suspects[static_cast<size_t>(Suspect::conflict)] = 1;
  half.end = HalfEnd::fin;
  half.output.file_name = "out/name";
  half.output.file_size = 99;
  half.output.digests = {{"MD5", "00ff"}};
  half.output.results.push_back({"python", "", "ValueError: no", false, GatherCut::none});
  ObjectRecord object;
  object.suffix = "-HTTPBODY-001.html";
  object.size = 12;
  object.status = 200;
  object.start = half.info.start;
  object.last = half.last;
  half.output.objects.objects.push_back(object);
  return record;
}

TEST(JsonForm, TellsOfGapsConflictsAndObjectsBeforeTheEndOfTheirFlow) {
  JsonForm form(true);
  Parsed lines;
  form.record(record(), lines);
  ASSERT_EQ(lines.documents.size(), 5U);
  EXPECT_EQ(lines.text(0, "event"), "gap");
  EXPECT_EQ(lines.number(0, "offset"), 10U);
  EXPECT_EQ(lines.text(0, "reason"), "not_captured");
  EXPECT_EQ(lines.text(1, "event"), "conflict");
  EXPECT_EQ(lines.text(1, "kept"), "ab");
  EXPECT_EQ(lines.text(2, "event"), "result");
  EXPECT_EQ(lines.text(2, "scanner"), "python");
  EXPECT_EQ(lines.text(2, "error"), "ValueError: no");
  EXPECT_EQ(lines.text(2, "text"), "(none)");
  EXPECT_EQ(lines.text(3, "event"), "object");
  EXPECT_EQ(lines.text(3, "file"), "out/name-HTTPBODY-001.html");
  EXPECT_EQ(lines.text(4, "event"), "flow_end");
  EXPECT_EQ(lines.text(4, "reason"), "closed");
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(lines.text(i, "community_id"), "1:TFdsII3MC6Qk1T3PLlSNZJPbW+0=") << i;
  }
  const auto& halves = lines.documents[4]["halves"];
  ASSERT_EQ(halves.Size(), 1U);
  EXPECT_EQ(halves[0]["packets"].GetUint64(), 4U);
  EXPECT_EQ(halves[0]["suspects"]["conflict"].GetUint64(), 1U);
  EXPECT_STREQ(halves[0]["file"].GetString(), "out/name");
  EXPECT_STREQ(halves[0]["md5"].GetString(), "00ff");
  EXPECT_STREQ(halves[0]["role"].GetString(), "client");
}

TEST(JsonForm, GoesByTheHalfThatWasSeen) {
  FlowRecord one = record();
  std::swap(one.halves[0], one.halves[1]);
  JsonForm form(true);
  Parsed lines;
  form.record(one, lines);
  EXPECT_EQ(lines.text(4, "src"), "10.1.2.3");
  EXPECT_EQ(lines.text(4, "start"), "2017-07-14T02:40:00.001000001Z");
}

TEST(JsonForm, PutsPayloadInBase64) {
  JsonForm form(true);
  Parsed lines;
  form.bytes({flow(), client(), Direction::originator, 5, as_bytes("foo"), make_time(1, 2)}, lines);
  EXPECT_EQ(lines.text(0, "event"), "data");
  EXPECT_EQ(lines.number(0, "offset"), 5U);
  EXPECT_EQ(lines.number(0, "length"), 3U);
  EXPECT_EQ(lines.text(0, "payload"), "Zm9v");
  EXPECT_EQ(lines.text(0, "ts"), "1970-01-01T00:00:01.000000002Z");
}

TEST(JsonRun, SaysWhichSchemaFollowsAndWhatTheRunCameTo) {
  Parsed lines;
  StartFacts start;
  start.version = "2.0.0";
  start.command_line = {"tcpflow", "-r", "caf\xe9"};
  lines.add(json_run_line(start));
  EXPECT_EQ(lines.number(0, "schema"), kJsonSchema);
  EXPECT_STREQ(lines.documents[0]["command_line"][2].GetString(), "caf%E9");

  RunFacts facts;
  facts.has_flows = true;
  facts.packets_read = 12;
  facts.drops.add(static_cast<Drop>(0), 4);
  facts.limits = {{"max_held", 2, "--max-held", "", false}, {"listed", 0, "", "", false}};
  facts.inputs.push_back({"a.pcap", 12, "cut short", false, 0, 0, 0});
  facts.signal = "SIGTERM";
  facts.errors = {"No space left on device"};
  lines.add(json_summary_line(facts, make_time(9, 0)));
  EXPECT_EQ(lines.text(1, "event"), "summary");
  EXPECT_EQ(lines.number(1, "packets"), 12U);
  EXPECT_EQ(lines.documents[1]["limits"]["max_held"].GetUint64(), 2U);
  EXPECT_FALSE(lines.documents[1]["limits"].HasMember("listed"));
  EXPECT_EQ(lines.documents[1]["drops"].MemberCount(), 1U);
  EXPECT_STREQ(lines.documents[1]["inputs"][0]["error"].GetString(), "cut short");
  EXPECT_EQ(lines.text(1, "signal"), "SIGTERM");
  EXPECT_STREQ(lines.documents[1]["errors"][0].GetString(), "No space left on device");
}

}  // namespace
}  // namespace tcpflow
