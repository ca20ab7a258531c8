#include "report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/summary_table.h"

namespace tcpflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

uint64_t& ended(FlowCounters& flows, HalfEnd why) { return flows.ends[static_cast<size_t>(why)]; }
uint64_t& missing(FlowCounters& flows, GapReason why) {
  return flows.missing_by_reason[static_cast<size_t>(why)];
}
uint64_t& suspects(FlowCounters& flows, Suspect why) {
  return flows.suspects[static_cast<size_t>(why)];
}

// A web page, and nothing wrong with it.
RunFacts plain_run() {
  RunFacts run;
  run.packets_read = 36;
  run.bytes_captured = 11'839;
  run.span.emplace(make_time(1'500'000'000, 0), make_time(1'500'000'002, 140'000'000));
  run.inputs.resize(1);
  run.has_flows = true;
  run.flows.connections = 3;
  run.flows.halves = 6;
  run.flows.stream_bytes = 9415;
  run.flows.streams_complete = ended(run.flows, HalfEnd::fin) = 6;
  run.flows.outputs = 6;
  run.flows.output_bytes = 9415;
  return run;
}

TEST(Summary, IsShortWhereNothingWentWrong) {
  const RunFacts run = plain_run();
  SummaryFacts facts{run};
  facts.folder = "out";
  facts.report = "out/report.xml";
  facts.took = std::chrono::milliseconds(125);
  EXPECT_EQ(summary_text(facts),
            "Read      36 packets, 11,839 bytes\n"
            "          2017-07-14 02:40:00 to 02:40:02 UTC, 2.1 s\n"
            "Flows     3 connections\n"
            "          6 streams, 9,415 bytes\n"
            "Streams   6 complete\n"
            "Written   6 files, 9,415 bytes, in out\n"
            "          report: out/report.xml\n"
            "Took      0.125 s, 288 packets and 94.7 kB a second\n");
}

// All that can go wrong at a time.
RunFacts troubled_run() {
  RunFacts run = plain_run();
  run.packets_read = 1'234'567;
  run.packets_refused = 12;
  run.bytes_captured = 812'400'123;
  run.span->second = make_time(1'500'090'015, 0);
  run.inputs = {{"a.pcap", 1, "", false, 0, 0, 0}, {"b.pcapng", 1, "", true, 9, 1203, 4}};
  FlowCounters& flows = run.flows;
  flows.connections = 8210;
  flows.halves = 15'921;
  flows.stream_bytes = 800'000'000;
  flows.streams_complete = 14'800;
  flows.streams_with_gaps = 12;
  flows.gaps = 40;
  ended(flows, HalfEnd::open) = 1106;
  ended(flows, HalfEnd::reset) = 3;
  ended(flows, HalfEnd::jump) = 1;
  missing(flows, GapReason::not_captured) = 51'200;
  missing(flows, GapReason::snap_length) = 60;
  missing(flows, GapReason::limit) = 7;
  missing(flows, GapReason::capture_drop) = 1460;
  flows.conflict_bytes = 5;
  suspects(flows, Suspect::conflict) = 1;
  suspects(flows, Suspect::reset_in_window) = 2;
  flows.stragglers = 9;
  flows.outputs = 15'000;
  run.drops.add(Drop::unknown_link_type, 12'034);
  run.unknown_links = {{147, 12'034, "USER0"}};
  run.drops.add(Drop::truncated_link, 1);
  run.drops.add(Drop::truncated_tcp, 2);
  run.drops.add(Drop::not_tcp, 1);
  run.limits = {{"max_held", 3, "--max-held", "a connection gave up what it held"},
                {"max_fragments", 0, "--max-fragments", "x"},
                {"lingering", 77, "", "y"}};
  run.errors = {"one", "two"};
  run.signal = "SIGINT";
  return run;
}

TEST(Summary, TellsAllThatWentWrongOnOneScreen) {
  const RunFacts run = troubled_run();
  SummaryFacts facts{run};
  facts.folder = "out";
  facts.took = std::chrono::milliseconds(12'345);
  EXPECT_EQ(summary_text(facts),
            "Read      1,234,567 packets, 812,400,123 bytes, 2 inputs\n"
            "          2017-07-14 02:40:00 to 2017-07-15 03:40:15 UTC, 1 d 1 h\n"
            "              12 packets left out by the filter\n"
            "Lost       1,203 packets dropped by the kernel\n"
            "               4 packets dropped by the interface\n"
            "Flows      8,210 connections\n"
            "          15,921 streams, 800,000,000 bytes\n"
            "Streams   14,800 complete\n"
            "           1,106 without an end in the capture\n"
            "               3 ended by a reset\n"
            "               1 cut where sequence numbers jump (-m)\n"
            "              12 with gaps, 40 in all\n"
            "Missing   51,200 bytes not in the capture\n"
            "              60 bytes cut off by the snap length\n"
            "               7 bytes given up at a limit\n"
            "           1,460 bytes missing where the capture dropped packets\n"
            "Doubtful       5 bytes of which there are two versions; the first was kept\n"
            "               2 resets ignored: near the stream, but not at its exact place\n"
            "               1 segment with other bytes than an earlier copy\n"
            "               9 segments left out, late for a connection that was over\n"
            "Not used  12,034 packets of link type 147 (USER0) not decoded\n"
            "               3 packets cut inside a header\n"
            "               1 IP packet not TCP\n"
            "Limits         3 times a connection gave up what it held; --max-held raises it\n"
            "              77 times y\n"
            "Written   15,000 files, 9,415 bytes, in out\n"
            "Errors         2 errors told above\n"
            "Took      12 s, 100,005 packets and 65.8 MB a second, ended by SIGINT\n");
}

TEST(Summary, NamesTheOptionThatHelpsALiveCapture) {
  RunFacts run = plain_run();
  run.inputs = {{"eth0", 36, "", true, 40, 4, 0}};
  SummaryFacts facts{run};
  facts.is_live = true;
  facts.took = std::chrono::hours(3) + std::chrono::minutes(20);
  const std::string text = summary_text(facts);
  EXPECT_THAT(text, HasSubstr("4 packets dropped by the kernel; --buffer-size gives it more room"));
  EXPECT_THAT(text, HasSubstr("Took      3 h 20 min\n")) << "the rate is that of the network";
}

TEST(Summary, TellsWhereOutputWentThatIsNoFile) {
  const RunFacts run = plain_run();
  SummaryFacts facts{run};
  facts.prints = true;
  EXPECT_THAT(summary_text(facts), HasSubstr("Written   9,415 bytes to standard output\n"));
  facts.folder = "out";
  facts.has_captures = true;
  EXPECT_THAT(summary_text(facts), HasSubstr("Written   a capture of each stream in out\n"));
}

TEST(Summary, SaysNothingOfFlowsWhereNoneWereFollowed) {
  RunFacts run;
  const std::string text = summary_text(SummaryFacts{run});
  EXPECT_EQ(text, "Read      0 packets, 0 bytes\nTook      0.000 s\n");
}

TEST(Summary, PutsRareLinkTypesTogether) {
  RunFacts run;
  for (uint16_t i = 0; i < 8; ++i) {
    run.unknown_links.push_back({static_cast<uint16_t>(1000 + i), uint64_t{10} + i, ""});
  }
  const std::string text = summary_text(SummaryFacts{run});
  EXPECT_THAT(text, HasSubstr("Not used  17 packets of link type 1007 not decoded\n"));
  EXPECT_THAT(text, HasSubstr("33 packets of other link types not decoded\n"));
  EXPECT_THAT(text, Not(HasSubstr("link type 1000")));
}

TEST(Summary, HasWordsForEveryReason) {
  for (size_t i = 1; i < kDropCount; ++i) {
    const auto why = static_cast<Drop>(i);
    if (why == Drop::unknown_link_type) continue;  // told by link type
    RunFacts run;
    run.drops.add(why, 3);
    EXPECT_THAT(summary_text(SummaryFacts{run}), HasSubstr("Not used  3 ")) << drop_name(why);
  }
  for (size_t i = 0; i < kSuspectCount; ++i) {
    RunFacts run;
    run.has_flows = true;
    run.flows.suspects[i] = 3;
    EXPECT_THAT(summary_text(SummaryFacts{run}), HasSubstr("Doubtful  3 ")) << i;
  }
}

TEST(SummaryTable, WritesNumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
  EXPECT_EQ(counted(1, "packet"), "1 packet");
  EXPECT_EQ(counted(0, "packet"), "0 packets");
  EXPECT_EQ(amount(66'149'999), "66.1 MB");
  EXPECT_EQ(amount(37'840), "37.8 kB");
}

TEST(SummaryTable, WritesTimesForPeople) {
  using std::chrono::seconds;
  EXPECT_EQ(duration_text(std::chrono::milliseconds(14)), "0.014 s");
  EXPECT_EQ(duration_text(std::chrono::milliseconds(2140)), "2.1 s");
  EXPECT_EQ(duration_text(seconds(59)), "59 s");
  EXPECT_EQ(duration_text(seconds(60)), "1 min");
  EXPECT_EQ(duration_text(seconds(1035)), "17 min 15 s");
  EXPECT_EQ(duration_text(seconds(3600)), "1 h");
  EXPECT_EQ(duration_text(Duration::max()), "106751 d 23 h");
  const Timestamp start = make_time(1'500'000'000, 0);
  EXPECT_EQ(span_text(start, start), "2017-07-14 02:40:00 UTC");
  EXPECT_EQ(span_text(start, start + seconds(61)), "2017-07-14 02:40:00 to 02:41:01 UTC");
  EXPECT_EQ(span_text(start, start + std::chrono::hours(24)),
            "2017-07-14 02:40:00 to 2017-07-15 02:40:00 UTC");
}

TEST(Summary, CountsConversationsOfUdpByThemselves) {
  RunFacts run = plain_run();
  run.flows.connections = 5;
  run.flows.udp_conversations = 2;
  run.flows.udp_halves = 3;
  run.flows.halves = 9;
  ended(run.flows, HalfEnd::open) = 4;
  EXPECT_THAT(summary_text({run}), HasSubstr("Flows     3 connections, 2 UDP conversations\n"
                                             "          9 streams, 9,415 bytes\n"
                                             "Streams   6 complete\n"
                                             "          3 of UDP, which has no ends\n"
                                             "          1 without an end in the capture\n"));
  run.flows.connections = 1;
  run.flows.udp_conversations = 1;
  EXPECT_THAT(summary_text({run}), HasSubstr("Flows     1 UDP conversation\n"));
}

TEST(Summary, TellsLimitsThatNoOptionRaises) {
  RunFacts run = plain_run();
  run.limits = {{"lingering", 1200, "", "a closed connection did not wait for stragglers"}};
  EXPECT_THAT(summary_text({run}),
              HasSubstr("Limits    1,200 times a closed connection did not wait for stragglers\n"));
}

}  // namespace
}  // namespace tcpflow
