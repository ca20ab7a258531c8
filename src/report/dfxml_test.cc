#include "report/dfxml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "report/dfxml_parts.h"
#include "report/never_stops_for_test.h"
#include "report/xml_checker_for_test.h"

namespace tcpflow {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const uint8_t kClient[] = {10, 1, 2, 3};
const uint8_t kServer[] = {192, 0, 2, 80};
const uint8_t kClientMac[] = {2, 0, 0, 0, 0, 0x0c};
const uint8_t kServerMac[] = {2, 0, 0, 0, 0, 0x05};

// The request half of a small web connection, as the reference shows it.
HalfRecord request() {
  HalfRecord half;
  half.exists = true;
  half.info.source = IpAddress::v4(kClient);
  half.info.destination = IpAddress::v4(kServer);
  half.info.source_port = 40000;
  half.info.destination_port = 80;
  half.info.start = make_time(1'500'000'000, 1'000'000);
  half.info.link.source_mac = MacAddress::from(kClientMac);
  half.info.link.destination_mac = MacAddress::from(kServerMac);
  half.last = make_time(1'500'000'000, 7'000'000);
  half.packets = 4;
  half.wire_bytes = half.captured_bytes = 243;
  half.end = HalfEnd::fin;
  half.output.file_name = "010.001.002.003.40000-192.000.002.080.00080";
  half.output.file_size = 27;
  return half;
}

FlowRecord only(const HalfRecord& half) {
  FlowRecord record;
  record.end = FlowEnd::closed;
  record.half(Direction::originator) = half;
  return record;
}

// A report in a file of its own, removed at the end.
class Report {
 public:
  Report() {
    std::string name = ::testing::TempDir() + "report_XXXXXX";
    const Fd fd(::mkstemp(name.data()));
    path_ = name;
    StartFacts facts;
    facts.version = "2.0.0";
    facts.build = compiled_in();
    facts.command_line = {"tcpflow", "-r", "it's <here>.pcap"};
    facts.start = make_time(1'500'000'000, 0);
    Result<std::unique_ptr<DfxmlReport>> report = DfxmlReport::open(path_, facts, waiter_);
    if (report) report_ = std::move(*report);
  }
  ~Report() { ::unlink(path_.c_str()); }

  DfxmlReport& get() { return *report_; }
  std::string text() const {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }

 private:
  std::string path_;
  test::NeverStops waiter_;
  std::unique_ptr<DfxmlReport> report_;
};

TEST(DfxmlFlow, LooksAsIn161ForAPlainHalf) {
  EXPECT_EQ(dfxml_flow(only(request())),
            "    <fileobject>\n"
            "      <filename>010.001.002.003.40000-192.000.002.080.00080</filename>\n"
            "      <filesize>27</filesize>\n"
            "      <tcpflow startime='2017-07-14T02:40:00.001000Z' "
            "endtime='2017-07-14T02:40:00.007000Z' mac_daddr='02:00:00:00:00:05' "
            "mac_saddr='02:00:00:00:00:0c' family='2' src_ipn='10.1.2.3' dst_ipn='192.0.2.80' "
            "srcport='40000' dstport='80' packets='4' len='243' />\n"
            "    </fileobject>\n");
}

TEST(DfxmlFlow, PutsTheDigestBehindTheTcpflowElement) {
  HalfRecord half = request();
  half.output.digests.emplace_back("MD5", "0c327805734edd796cdc175cbc961d8c");
  EXPECT_THAT(dfxml_flow(only(half)),
              HasSubstr("len='243' />\n"
                        "      <hashdigest type='MD5'>0c327805734edd796cdc175cbc961d8c"
                        "</hashdigest>\n    </fileobject>\n"));
}

TEST(DfxmlFlow, NamesTheTunnelsAndVlans) {
  HalfRecord half = request();
  half.info.encapsulation = "vxlan 10.0.0.1-10.0.0.2 vni 42";
  for (const uint16_t id : std::vector<uint16_t>{100, 42}) half.info.link.vlans.add(id);
  EXPECT_THAT(dfxml_flow(only(half)),
              HasSubstr("len='243' />\n"
                        "      <encapsulation>vxlan 10.0.0.1-10.0.0.2 vni 42</encapsulation>\n"
                        "      <vlans>100 42</vlans>\n    </fileobject>\n"));
}

TEST(DfxmlFlow, NamesTheLimitThatCutWhatIsMadeOfAHalf) {
  HalfRecord half = request();
  HalfOutput& output = half.output;
  output.scan_cut = ScanCut::per_half;
  EXPECT_THAT(dfxml_flow(only(half)), HasSubstr("\n      <scan_cut limit='max_scan'/>\n"));
  output.scan_cut = ScanCut::missing;
  output.alternatives_cut = true;
  EXPECT_THAT(dfxml_flow(only(half)),
              HasSubstr("\n      <scan_cut limit='scan_missing'/>\n"
                        "      <alternatives_cut limit='alternatives'/>\n"));
}

TEST(DfxmlFlow, HasResultsOfScannersAsTextThatCannotBreakIt) {
  HalfRecord half = request();
  half.output.results.push_back({"python", "a<b>&\x01\xff", "", false, GatherCut::none});
  half.output.results.push_back({"python", "", "ValueError: 'x'", true, GatherCut::per_half});
  half.output.results.push_back({"ssh", "", "", false, GatherCut::total});
  constexpr const char* kStart =
      "      <tcpflow:result xmlns:tcpflow='http://afflib.org/tcpflow/' scanner=";
  EXPECT_THAT(
      dfxml_flow(only(half)),
      HasSubstr(std::string(kStart) + "'python'>a&lt;b&gt;&amp;%01%FF</tcpflow:result>\n" + kStart +
                "'python' limit='max_python' cut='yes' error='ValueError: &apos;x&apos;'/>\n" +
                kStart + "'ssh' limit='python_held'/>\n"));
}

TEST(DfxmlFlow, OmitsWhatIsNotKnownAndAddsWhatIsNotPlain) {
  HalfRecord half = request();
  half.info.link = LinkFacts{};
  half.output.file_name.clear();
  half.output.file_size = 0;
  half.out_of_order = 2;
  half.violations = 1;
  half.captured_bytes = 200;
  const std::string text = dfxml_flow(only(half));
  EXPECT_THAT(text, Not(HasSubstr("filename")));
  EXPECT_THAT(text, Not(HasSubstr("mac_")));
  EXPECT_THAT(text, HasSubstr("packets='4' out_of_order_count='2' violations='1' len='243' "
                              "caplen='200' />"));
}

TEST(DfxmlFlow, NamesTheProtocolOfUdpOnly) {
  HalfRecord half = request();
  EXPECT_THAT(dfxml_flow(only(half)), Not(HasSubstr("protocol")));
  half.info.transport = Transport::udp;
  half.captured_bytes = 200;
  EXPECT_THAT(dfxml_flow(only(half)), HasSubstr("len='243' caplen='200' protocol='udp' />"));
}

TEST(DfxmlFlow, NamesIpv6WithItsFamily) {
  HalfRecord half = request();
  const uint8_t address[16] = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0c};
  half.info.source = IpAddress::v6(address);
  EXPECT_THAT(dfxml_flow(only(half)), HasSubstr("family='10' src_ipn='2001:db8::c'"));
}

TEST(DfxmlFlow, WritesTheHalvesInTheOrderOfTheirNumbers) {
  FlowRecord record = only(request());
  record.half(Direction::originator).info.flow_number = 8;
  record.half(Direction::responder) = request();
  record.half(Direction::responder).output.file_name = "reply";
  record.half(Direction::responder).info.flow_number = 7;
  const std::string text = dfxml_flow(record);
  EXPECT_LT(text.find("reply"), text.find("010.001.002.003"));
}

TEST(DfxmlFlow, TellsGapsConflictsSuspectsAndTheEnd) {
  HalfRecord half = request();
  half.gap_count = 3;
  half.gap_bytes = 30;
  half.gaps = {{10, 10, GapReason::not_captured}};
  half.repeated_bytes = 6;
  half.conflict_count = 2;
  half.conflict_bytes = 5;
  half.conflicts = {{3, 2, 11, 12, {'o', 0xff}, {'n', 0x00}}};
  half.suspects[static_cast<size_t>(Suspect::fin_moved)] = 1;
  half.end = HalfEnd::reset;
  half.output.error = "No space left on device";
  EXPECT_THAT(dfxml_flow(only(half)),
              HasSubstr("      <gaps count='3' bytes='30'>\n"
                        "        <gap offset='10' length='10' reason='not_captured'/>\n"
                        "      </gaps>\n"
                        "      <repeated bytes='6'/>\n"
                        "      <conflicts count='2' bytes='5'>\n"
                        "        <conflict offset='3' length='2' kept_packet='11' "
                        "other_packet='12' kept='6fff' other='6e00'/>\n"
                        "      </conflicts>\n"
                        "      <suspect reason='fin_moved' count='1'/>\n"
                        "      <end half='reset' flow='closed'/>\n"
                        "      <error>No space left on device</error>\n"
                        "    </fileobject>\n"));
}

TEST(DfxmlFlow, TellsTheEndOfAFlowThatWasCutOff) {
  FlowRecord record = only(request());
  record.end = FlowEnd::evicted;
  EXPECT_THAT(dfxml_flow(record), HasSubstr("<end half='fin' flow='evicted'/>"));
  record.end = FlowEnd::capture_end;
  record.half(Direction::originator).end = HalfEnd::open;
  EXPECT_THAT(dfxml_flow(record), HasSubstr("<end half='open' flow='capture_end'/>"));
}

TEST(DfxmlReport, BeginsAndEndsAsIn161) {
  Report report;
  ASSERT_TRUE(report.get().finish(RunFacts{}));
  const std::string text = report.text();
  EXPECT_EQ(test::xml_fault(text), "");
  EXPECT_THAT(text, StartsWith("<?xml version='1.0' encoding='UTF-8'?>\n"
                               "<dfxml xmloutputversion='1.0'>\n"
                               "  <metadata \n"
                               "  xmlns='http://afflib.org/tcpflow/' \n"));
  EXPECT_THAT(text, HasSubstr("    <program>TCPFLOW</program>\n    <version>2.0.0</version>\n"));
  EXPECT_THAT(text, HasSubstr("<command_line>tcpflow -r &apos;it&apos;\\&apos;&apos;s "
                              "&lt;here&gt;.pcap&apos;</command_line>\n"));
  EXPECT_THAT(text, HasSubstr("      <start_time>2017-07-14T02:40:00Z</start_time>\n"
                              "    </execution_environment>\n"
                              "  </creator>\n"
                              "  <configuration>\n"
                              "  </configuration>\n"
                              "  <tdelta>0</tdelta>\n"
                              "  <configuration>\n"
                              "  </configuration>\n"
                              "  <summary />\n"
                              "  <open_fds_at_end>0</open_fds_at_end>\n"));
  EXPECT_THAT(text, EndsWith("  </processing>\n</dfxml>\n"));
}

// Keeps what it is given.
class Texts : public RecordTexts {
 public:
  std::string& text() override { return all; }
  void end_record(const Moment&, const RecordSpans& of_it) override { spans = of_it; }

  std::string all;
  RecordSpans spans;
};

// As a shard and the main thread do it together.
void add(DfxmlReport& report, const FlowRecord& record) {
  const Moment now;
  Texts texts;
  DfxmlRecords(texts, now).on_record(record);
  report.on_text(texts.all);
}

TEST(DfxmlFlow, CanBeMendedWhereAHalfCouldNotBeStored) {
  for (const bool is_stored : {false, true}) {
    FlowRecord record;
    record.halves = {request(), request()};
    record.halves[0].info.flow_number = 4;
    record.halves[1].info.flow_number = 5;
    record.halves[0].output.error = "it was cut";
    std::string text = "in front";
    const size_t before = text.size();
    const RecordSpans spans = append_dfxml_flow(text, record);
    ASSERT_EQ(spans.count, 2U);
    text.erase(0, before);
    for (size_t i = 2; i-- > 0;) {
      EXPECT_EQ(spans.halves[i].flow_number, 4 + i);
      std::string mended;
      append_mended(mended, text, spans.halves[i], {"no room & more", is_stored});
      text = mended;
    }
    // The same as if it had been known from the start.
    for (HalfRecord& half : record.halves) {
      half.output.error = "no room & more";
      if (is_stored) continue;
      half.output.file_name.clear();
      half.output.file_size = 0;
    }
    EXPECT_EQ(text, dfxml_flow(record));
  }
}

TEST(DfxmlReport, HoldsARecordBackNoLongerThanUntilTheInputIsIdle) {
  Report report;
  add(report.get(), only(request()));
  report.get().on_batch_end(false);
  EXPECT_THAT(report.text(), Not(HasSubstr("fileobject")));
  report.get().on_batch_end(true);
  EXPECT_THAT(report.text(), EndsWith("    </fileobject>\n"));
}

TEST(DfxmlReport, TellsWhatBecameOfThePackets) {
  Report report;
  RunFacts run;
  run.packets_read = 100;
  run.flows.packets = 90;
  run.bytes_captured = 5000;
  run.span.emplace(make_time(1'500'000'000, 0), make_time(1'500'000'009, 5'000));
  run.drops.add(Drop::not_ip, 7);
  run.unknown_links = {{147, 3, "USER0"}};
  run.inputs = {{"a<b.pcap", 100, "a<b.pcap: cut at byte 77", false, 0, 0, 0},
                {"eth0", 5, "", true, 5, 2, 1}};
  run.limits = {{"max_held", 4, "--max-held", "x"},
                {"max_udp", 2, "--memory-limit", "z", true},
                {"lingering", 0, "", "y"}};
  run.signal = "SIGTERM";
  ASSERT_TRUE(report.get().finish(run));
  const std::string text = report.text();
  EXPECT_EQ(test::xml_fault(text), "");
  EXPECT_THAT(text, HasSubstr("  <total_packets>90</total_packets>\n"));
  EXPECT_THAT(text,
              HasSubstr("  <processing>\n"
                        "    <packets_read>100</packets_read>\n"
                        "    <bytes_captured>5000</bytes_captured>\n"
                        "    <first_packet>2017-07-14T02:40:00Z</first_packet>\n"
                        "    <last_packet>2017-07-14T02:40:09.000005Z</last_packet>\n"
                        "    <input name='a&lt;b.pcap' packets='100' "
                        "error='a&lt;b.pcap: cut at byte 77'/>\n"
                        "    <input name='eth0' packets='5' received='5' dropped_by_kernel='2' "
                        "dropped_by_interface='1'/>\n"
                        "    <not_processed reason='not_ip' packets='7'/>\n"
                        "    <unknown_link type='147' packets='3'/>\n"
                        "    <limit_reached name='max_held' times='4'/>\n"
                        "    <limit_reached name='max_udp' times='2' share_of='memory_limit'/>\n"
                        "    <ended_by>SIGTERM</ended_by>\n"
                        "  </processing>\n"));
}

TEST(DfxmlReport, AddsUpWhatBecameOfTheStreams) {
  Report report;
  RunFacts run;
  run.has_flows = true;
  run.flows.connections = 4;
  run.flows.halves = 7;
  run.flows.stream_bytes = 1000;
  run.flows.streams_complete = 3;
  run.flows.streams_with_gaps = 1;
  run.flows.ends = {2, 3, 1, 1, 0};
  run.flows.outputs = 6;
  run.flows.output_bytes = 1010;
  ASSERT_TRUE(report.get().finish(run));
  EXPECT_EQ(test::xml_fault(report.text()), "");
  EXPECT_THAT(report.text(),
              HasSubstr("    <streams connections='4' halves='7' bytes='1000' complete='3' "
                        "with_gaps='1' fin_gap='1' reset='1' jump='0' open='2'>\n"
                        "      <output files='6' bytes='1010'/>\n"
                        "    </streams>\n"));
}

TEST(DfxmlReport, AddsUpFaultsOfTheStreams) {
  Report report;
  RunFacts run;
  run.has_flows = true;
  run.flows.gaps = 2;
  run.flows.gap_bytes = 30;
  run.flows.missing_by_reason = {10, 0, 0, 20};
  run.flows.repeated_bytes = 6;
  run.flows.conflict_bytes = 5;
  run.flows.suspects[static_cast<size_t>(Suspect::fin_moved)] = 1;
  run.flows.stragglers = 9;
  run.flows.most_held = 154;
  ASSERT_TRUE(report.get().finish(run));
  EXPECT_THAT(report.text(), HasSubstr("      <gaps count='2' bytes='30'/>\n"
                                       "      <missing reason='not_captured' bytes='10'/>\n"
                                       "      <missing reason='capture_drop' bytes='20'/>\n"
                                       "      <repeated bytes='6'/>\n"
                                       "      <conflicts bytes='5'/>\n"
                                       "      <suspect reason='fin_moved' count='1'/>\n"
                                       "      <stragglers segments='9'/>\n"
                                       "      <held most='154'/>\n"
                                       "    </streams>\n"));
}

TEST(DfxmlReport, StaysWellFormedWithHostileNames) {
  Report report;
  HalfRecord half = request();
  half.output.file_name = "a\xff]]><b attr='\x01'/>&\n";
  half.output.digests.emplace_back("M'D5", "<");
  half.output.error = "\xf0\x9f";
  add(report.get(), only(half));
  ASSERT_TRUE(report.get().finish(RunFacts{}));
  EXPECT_EQ(test::xml_fault(report.text()), "");
}

TEST(DfxmlReport, NamesTheFileThatCannotBeMade) {
  test::NeverStops waiter;
  const auto report = DfxmlReport::open("/nonexistent/report.xml", StartFacts{}, waiter);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "/nonexistent/report.xml: No such file or directory");
}

TEST(DfxmlReport, SaysAtOnceThatTheDiskIsFull) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  test::NeverStops waiter;
  const auto report = DfxmlReport::open("/dev/full", StartFacts{}, waiter);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ENOSPC);
}

}  // namespace
}  // namespace tcpflow
