#include "flow/udp_table.h"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/conversation.h"
#include "tests/support/memory_consumer.h"

namespace tcpflow {
namespace {

using namespace test;

using Texts = std::vector<std::string>;

// A datagram as a test states it.
struct Said {
  std::string text;
  int64_t at = 0;  // milliseconds
  bool is_reply = false;
  uint32_t missing = 0;
  uint16_t client_port = 40000;
  uint64_t path_key = 0;
  std::vector<uint16_t> vlans = {};
  const FragmentConflicts* conflicts = nullptr;  // of its fragments
};

// Both tables with all they talk to.
struct UdpRun {
  explicit UdpRun(const FlowOptions& options = {})
      : table(options, {{&files}, &records, nullptr}), udp(table) {}

  UdpRun& say(const Said& said) {
    kept.push_back({said, {}});
    Kept& made = kept.back();
    made.frame.number = ++number;
    made.frame.time = at_ms(said.at);
    made.frame.original_length = static_cast<uint32_t>(42 + said.text.size() + said.missing);
    made.frame.bytes = as_bytes(made.said.text);
    Datagram datagram;
    datagram.frame = &made.frame;
    datagram.source = said.is_reply ? server : client;
    datagram.destination = said.is_reply ? client : server;
    datagram.source_port = said.is_reply ? uint16_t{53} : said.client_port;
    datagram.destination_port = said.is_reply ? said.client_port : uint16_t{53};
    datagram.payload = as_bytes(made.said.text);
    datagram.missing = said.missing;
    datagram.path_key = said.path_key;
    datagram.conflicts = {said.conflicts, 8};
    for (const uint16_t id : said.vlans) datagram.link.vlans.add(id);
    udp.on_datagram(datagram);
    table.on_batch_end();
    return *this;
  }
  UdpRun& feed(Conversation& talk) {
    for (SegmentParams params : talk.segments()) {
      params.number = ++number;
      table.on_segment(segments.make(params));
    }
    table.on_batch_end();
    return *this;
  }
  // Time moves on with a packet of something else.
  void tick(Timestamp time) {
    udp.tick(time, ++number);
    table.on_batch_end();
  }
  UdpRun& finish() {
    table.end_all();
    udp.end_all();
    table.on_batch_end();
    for (const auto& flow : files.flows) EXPECT_TRUE(flow.faults.empty()) << flow.faults.front();
    EXPECT_EQ(table.counters().halves_open, 0u);
    EXPECT_EQ(udp.open_conversations(), 0u);
    return *this;
  }
  // "session:originator/responder" of each flow that showed bytes, in the order of their start.
  Texts texts() const {
    Texts all;
    for (const MemoryFlow& flow : files.flows) {
      all.push_back(std::to_string(flow.info.session) + ":" +
                    flow.half(Direction::originator).marked + "/" +
                    flow.half(Direction::responder).marked);
    }
    return all;
  }
  const HalfRecord& half(size_t record, Direction d = Direction::originator) const {
    return records.records.at(record).half(d);
  }

  struct Kept {
    Said said;
    Frame frame;
  };
  IpAddress client = ip("10.1.2.3");
  IpAddress server = ip("192.0.2.80");
  uint64_t number = 0;
  std::deque<Kept> kept;
  SegmentStore segments;
  MemoryFlows files;
  MemoryRecords records;
  FlowTable table;
  UdpTable udp;
};

// The first octet of a datagram's payload was 'a' in one fragment and 'b' in another.
FragmentConflicts conflict_of_first_octet() {
  FragmentConflicts found;
  FragmentConflict place;
  place.offset = 8;
  place.kept_by.number = 7;
  found.compare(place, as_bytes("a"), as_bytes("b"));
  return found;
}

FlowOptions with_idle(Duration idle) {
  FlowOptions options;
  options.flow.udp_idle = idle;
  return options;
}

TEST(UdpTable, ListsWhatFragmentsDisagreedAbout) {
  const FragmentConflicts found = conflict_of_first_octet();
  Said twofold{"abc", 2};
  twofold.conflicts = &found;
  UdpRun run;
  run.say({"who?", 1}).say(twofold).finish();
  const HalfRecord& half = run.half(0);
  EXPECT_EQ(half.conflict_count, 1u);
  EXPECT_EQ(half.conflict_bytes, 1u);
  EXPECT_EQ(half.suspects[static_cast<size_t>(Suspect::fragment_conflict)], 1u);
  ASSERT_EQ(half.conflicts.size(), 1u);
  EXPECT_EQ(half.conflicts[0].offset, 4u);
  EXPECT_EQ(half.conflicts[0].kept_packet, 7u);
  EXPECT_EQ(run.table.counters().conflict_bytes, 1u);
}

TEST(UdpTable, GivesEachDatagramAsOneCallInTheOrderOfThePackets) {
  UdpRun run;
  run.say({"who?", 1}).say({"me", 2, true}).say({"really?", 3}).say({"yes", 4, true}).finish();
  ASSERT_EQ(run.files.flows.size(), 1u);
  const MemoryFlow& flow = run.files.flows[0];
  EXPECT_EQ(flow.calls, (Texts{"start", "start 0", "bytes 0 0 who?", "start 1", "bytes 1 0 me",
                               "bytes 0 4 really?", "bytes 1 2 yes", "end 0", "end 1", "end"}));
  EXPECT_EQ(flow.half(Direction::originator).end, HalfEnd::open);
  EXPECT_EQ(flow.half(Direction::responder).packets[1].number, 4u);
}

TEST(UdpTable, TellsWhoIsWhoByTheFirstDatagram) {
  UdpRun run;
  run.say({"first", 1, true}).say({"second", 2}).finish();
  const HalfInfo& first = run.half(0).info;
  EXPECT_EQ(first.source, run.server);
  EXPECT_EQ(first.source_port, 53);
  EXPECT_EQ(first.destination_port, 40000);
  EXPECT_EQ(first.role, Role::client);
  EXPECT_EQ(first.transport, Transport::udp);
  EXPECT_EQ(run.half(0, Direction::responder).info.source, run.client);
  EXPECT_EQ(run.half(0, Direction::responder).info.role, Role::server);
}

TEST(UdpTable, CountsPacketsAndFramesOfBothHalves) {
  UdpRun run;
  run.say({"abc", 1}).say({"", 5}).say({"de", 9}).say({"reply", 10, true}).finish();
  const HalfRecord& half = run.half(0);
  EXPECT_TRUE(half.exists);
  EXPECT_EQ(half.packets, 3u);
  EXPECT_EQ(half.wire_bytes, 3 * 42 + 5u);
  EXPECT_EQ(half.captured_bytes, 5u);
  EXPECT_EQ(half.stream_bytes, 5u);
  EXPECT_EQ(half.info.start, at_ms(1));
  EXPECT_EQ(half.last, at_ms(9));
  EXPECT_EQ(half.end, HalfEnd::open);
  EXPECT_EQ(run.table.counters().packets, 4u);
  EXPECT_EQ(run.table.counters().halves, 2u);
  EXPECT_EQ(run.table.counters().most_halves_open, 2u);
  EXPECT_EQ(run.table.counters().udp_conversations, 1u);
}

TEST(UdpTable, HasARecordButNoConsumersForEmptyDatagrams) {
  UdpRun run;
  run.say({"", 1}).say({"", 2}).finish();
  EXPECT_TRUE(run.files.flows.empty());
  ASSERT_EQ(run.records.records.size(), 1u);
  EXPECT_EQ(run.half(0).packets, 2u);
  EXPECT_FALSE(run.half(0, Direction::responder).exists);
}

TEST(UdpTable, ListsGapsOfOpenConversationsWithinABudgetOfAll) {
  FlowOptions options;
  options.flow.listed = 3 * ListBudget::kGapCost;
  UdpRun run(options);
  run.say({"a", 1, false, 7}).say({"b", 2, false, 7});
  for (int64_t at = 3; at < 6; ++at) run.say({"c", at, false, 7, 40001});
  EXPECT_EQ(run.table.listed_bytes(), options.flow.listed);
  EXPECT_EQ(run.table.counters().lists_cut, 1u);
  run.finish();
  EXPECT_EQ(run.table.listed_bytes(), 0u);
  EXPECT_EQ(run.half(0).gaps.size(), 2u);
  EXPECT_EQ(run.half(1).gaps.size(), 1u);
  EXPECT_EQ(run.half(1).gap_count, 3u);
}

TEST(UdpTable, MakesAGapOfWhatTheSnapLengthCutOff) {
  UdpRun run;
  run.say({"abc", 1, false, 7}).say({"def", 2}).say({"", 3, false, 2}).finish();
  EXPECT_EQ(run.texts(), Texts{"0:abc[7 snap length]def[2 snap length]/"});
  ASSERT_EQ(run.half(0).gaps.size(), 2u);
  EXPECT_EQ(run.half(0).gaps[0].offset, 3u);
  EXPECT_EQ(run.half(0).gaps[0].length, 7u);
  EXPECT_EQ(run.half(0).gaps[0].why, GapReason::snap_length);
  EXPECT_EQ(run.half(0).gap_count, 2u);
  EXPECT_EQ(run.half(0).gap_bytes, 9u);
  EXPECT_EQ(run.half(0).stream_bytes, 15u);
  EXPECT_EQ(run.table.counters().streams_with_gaps, 1u);
}

TEST(UdpTable, ListsOnlySoManyGaps) {
  FlowOptions options;
  options.flow.gaps_recorded = 2;
  UdpRun run(options);
  for (int i = 0; i < 5; ++i) run.say({"x", i, false, 1});
  run.finish();
  EXPECT_EQ(run.half(0).gaps.size(), 2u);
  EXPECT_EQ(run.half(0).gap_count, 5u);
}

TEST(UdpTable, EndsAConversationThatWasIdleForLongerThanTheLimit) {
  UdpRun run(with_idle(std::chrono::seconds(10)));
  run.say({"one", 0}).say({" more", 10'000});
  EXPECT_EQ(run.udp.open_conversations(), 1u);
  run.tick(at_ms(20'000));
  EXPECT_EQ(run.udp.open_conversations(), 1u) << "exactly the limit is not over it";
  run.tick(at_ms(20'001));
  EXPECT_EQ(run.udp.open_conversations(), 0u);
  ASSERT_EQ(run.records.records.size(), 1u) << "at once";
  EXPECT_EQ(run.records.records[0].end, FlowEnd::timeout);
  run.say({"two", 20'002}).finish();
  EXPECT_EQ(run.texts(), (Texts{"0:one more/", "1:two/"}));
}

TEST(UdpTable, BeginsAnewWithADatagramThatComesTooLateAlsoWhereNothingCameBetween) {
  UdpRun run(with_idle(std::chrono::seconds(10)));
  run.say({"one", 0}).say({"two", 10'001, true}).finish();
  EXPECT_EQ(run.texts(), (Texts{"0:one/", "1:two/"}));
  EXPECT_EQ(run.records.records[0].end, FlowEnd::timeout);
  EXPECT_EQ(run.records.records[1].end, FlowEnd::capture_end);
}

TEST(UdpTable, GoesByThePacketsOfTheConversationWhereTheClockHasGoneBack) {
  UdpRun run(with_idle(std::chrono::seconds(10)));
  run.say({"future", 900'000, false, 0, 40001});
  run.say({"one", 0}).say({" more", 10'000}).say({"two", 30'000}).finish();
  EXPECT_EQ(run.texts(), (Texts{"0:future/", "1:one more/", "2:two/"}));
}

TEST(UdpTable, NeverEndsOneForBeingIdleWhereTheLimitIsZero) {
  UdpRun run(with_idle(Duration(0)));
  run.say({"one", 0}).say({" more", 1'000'000'000}).finish();
  EXPECT_EQ(run.texts(), Texts{"0:one more/"});
}

TEST(UdpTable, EndsTheLongestIdleWhereThereAreTooMany) {
  FlowOptions options;
  options.flow.udp_conversations = 2;
  UdpRun run(options);
  run.say({"a", 1, false, 0, 1}).say({"b", 2, false, 0, 2}).say({"A", 3, false, 0, 1});
  run.say({"c", 4, false, 0, 3});
  ASSERT_EQ(run.records.records.size(), 1u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::evicted);
  EXPECT_EQ(run.half(0).info.source_port, 2);
  EXPECT_EQ(run.udp.open_conversations(), 2u);
  EXPECT_EQ(run.table.counters().udp_limit_hits, 1u);
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"0:aA/", "1:b/", "2:c/"}));
}

TEST(UdpTable, KeepsConversationsInDifferentTunnelsApart) {
  UdpRun run;
  run.say({"one", 1, false, 0, 40000, 7}).say({"two", 2, false, 0, 40000, 8});
  run.say({"ONE", 3, true, 0, 40000, 7}).finish();
  EXPECT_EQ(run.texts(), (Texts{"0:one/ONE", "1:two/"}));
}

// On these VLANs, in the order of the datagrams.
struct OnVlans {
  std::string text;
  bool is_reply;
  std::vector<uint16_t> vlans;
};
Texts conversations_of(const std::vector<OnVlans>& all, const FlowOptions& options = {}) {
  UdpRun run(options);
  int64_t at = 0;
  for (const OnVlans& each : all) {
    run.say({each.text, ++at, each.is_reply, 0, 40000, 0, each.vlans});
  }
  return run.finish().texts();
}

TEST(UdpTable, KeepsTenantsOnDifferentVlansApart) {
  EXPECT_EQ(conversations_of({{"a", false, {1}},
                              {"b", false, {2}},
                              {"B", true, {2}},
                              {"A", true, {1}},
                              {"aa", false, {1}},
                              {"c", false, {1, 2}},
                              {"C", true, {1, 2}},
                              {"d", false, {}},
                              {"D", true, {}}}),
            (Texts{"0:aaa/A", "1:b/B", "2:c/C", "3:d/D"}));
}

TEST(UdpTable, JoinsDirectionsThatARouterPutOnDifferentVlans) {
  EXPECT_EQ(
      conversations_of({{"a", false, {1}}, {"A", true, {2}}, {"a", false, {1}}, {"A", true, {2}}}),
      Texts{"0:aa/AA"});
  EXPECT_EQ(conversations_of({{"a", false, {}}, {"A", true, {2}}, {"b", false, {2}}}),
            (Texts{"0:a/A", "1:b/"}))
      << "a half keeps to its VLANs";
  EXPECT_EQ(conversations_of({{"a", false, {1}}, {"b", false, {2}}, {"B", true, {9}}}),
            (Texts{"0:a/", "1:b/B"}))
      << "the last to begin";
}

TEST(UdpTable, LeavesVlansAsideWhereTheyAreToBeMerged) {
  FlowOptions options;
  options.merge_vlans = true;
  EXPECT_EQ(conversations_of({{"a", false, {1}}, {"b", false, {2}}, {"A", true, {3}}}, options),
            Texts{"0:ab/A"});
}

TEST(UdpTable, ForgetsTheVlansOfAConversationThatEnded) {
  UdpRun run(with_idle(std::chrono::seconds(10)));
  run.say({"a", 0, false, 0, 40000, 0, {1}}).say({"A", 1, true, 0, 40000, 0, {2}});
  run.say({"b", 20'000, true, 0, 40000, 0, {2}}).say({"c", 20'001, false, 0, 40000, 0, {1}});
  run.say({"d", 40'000, false, 0, 40000, 0, {7}}).finish();
  EXPECT_EQ(run.texts(), (Texts{"0:a/A", "1:b/c", "2:d/"}));
}

TEST(UdpTable, OpensNothingWhereFlowsAreOnlyToBeCompleted) {
  UdpRun run;
  run.say({"known", 1});
  run.table.set_opens_flows(false);
  run.say({" still", 2}).say({"no half", 3, true}).say({"no flow", 4, false, 0, 41000}).finish();
  EXPECT_EQ(run.texts(), Texts{"0:known still/"});
  EXPECT_EQ(run.table.counters().packets, 2u);
}

TEST(UdpTable, IsNumberedInOneRowWithTheConnectionsOfTcp) {
  UdpRun run;
  Conversation talk;
  talk.syn().client("tcp").fin();
  run.say({"one", 0}).feed(talk).say({"two", 9, false, 0, 40001}).finish();
  EXPECT_EQ(run.texts(), (Texts{"0:one/", "1:tcp/", "2:two/"}));
  EXPECT_EQ(run.half(2).info.flow_number, 3u) << "behind one half of UDP and two of TCP";
  EXPECT_EQ(run.table.counters().connections, 3u);
}

TEST(UdpTable, EndsWithTheInputInTheOrderOfFirstPacketsOfBothProtocols) {
  UdpRun run;
  ConversationParams later;
  later.client_port = 40500;
  later.start = at_ms(100);
  Conversation first, second(later);
  run.say({"a", 0, false, 0, 1}).say({"b", 1, false, 0, 2}).feed(first.syn().client("x"));
  run.say({"c", 10, false, 0, 3}).feed(second.syn().client("y")).say({"d", 200, false, 0, 4});
  run.say({"b", 201, false, 0, 2}).finish();
  std::vector<uint64_t> ids;
  for (const FlowRecord& record : run.records.records) ids.push_back(record.info.id);
  EXPECT_EQ(ids, (std::vector<uint64_t>{1, 2, 3, 7, 8, 12}));
  EXPECT_EQ(run.half(1).packets, 2u);
}

// What consumers make of a half, as files would: a name, and all its bytes.
class Writer : public StreamConsumer, public ConsumerFactory {
 public:
  explicit Writer(std::array<uint64_t, 2>* sizes = nullptr) : sizes_(sizes) {}
  std::unique_ptr<StreamConsumer> create() override {
    made_ = {};
    return std::make_unique<Writer>(&made_);
  }
  void on_start(const Flow&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction from, uint64_t, Bytes bytes, PacketRef) override {
    (*sizes_)[index_of(from)] += bytes.size();
  }
  void on_gap(Direction, uint64_t, uint64_t, GapReason) override {}
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord& record) override {
    for (size_t i = 0; i < 2; ++i) {
      if ((*sizes_)[i] == 0) continue;
      record.halves[i].output.file_name = "a name";
      record.halves[i].output.file_size = (*sizes_)[i];
    }
  }

 private:
  std::array<uint64_t, 2>* sizes_;
  std::array<uint64_t, 2> made_{};
};

TEST(UdpTable, IsInTheSumsOverAllThatTheReportLists) {
  Writer writer;
  FlowTable table(FlowOptions(), {{&writer}, nullptr, nullptr});
  UdpRun run;
  UdpTable udp(table);
  Frame frame;
  Datagram datagram;
  datagram.frame = &frame;
  datagram.source = run.client;
  datagram.destination = run.server;
  datagram.payload = as_bytes("four");
  datagram.missing = 6;
  udp.on_datagram(datagram);
  std::swap(datagram.source, datagram.destination);
  datagram.missing = 0;
  udp.on_datagram(datagram);
  udp.end_all();
  table.on_batch_end();
  const FlowCounters totals = table.counters();
  EXPECT_EQ(totals.stream_bytes, 8u);
  EXPECT_EQ(totals.outputs, 2u);
  EXPECT_EQ(totals.output_bytes, 8u);
  EXPECT_EQ(totals.gaps, 1u);
  EXPECT_EQ(totals.gap_bytes, 6u);
  EXPECT_EQ(totals.missing_by_reason[static_cast<size_t>(GapReason::snap_length)], 6u);
  EXPECT_EQ(totals.streams_with_gaps, 1u);
  EXPECT_EQ(totals.ends[static_cast<size_t>(HalfEnd::open)], 2u);
  EXPECT_EQ(totals.udp_halves, 2u);
  EXPECT_EQ(totals.halves_open, 0u);
}

}  // namespace
}  // namespace tcpflow
