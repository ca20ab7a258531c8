// Fragments through the whole decoder: what is put together, what is refused, what is given up.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "decode/decode_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using std::chrono::seconds;

std::string text_of(size_t length) {
  std::string text;
  for (size_t i = 0; i < length; ++i) text.push_back(static_cast<char>('a' + i % 26));
  return text;
}

Octets tcp_segment(const std::string& text, bool over_ipv6 = false) {
  return over_ipv6 ? tcp(tcp_with(text), Ipv6Params().source, Ipv6Params().destination)
                   : tcp(tcp_with(text), Ipv4Params().source, Ipv4Params().destination);
}

// The segment of `text` as IP packets of at most `piece` octets of it.
std::vector<Octets> fragments(const std::string& text, size_t piece, bool over_ipv6 = false) {
  const Octets segment = tcp_segment(text, over_ipv6);
  return over_ipv6 ? ipv6_fragments({}, segment, piece) : ipv4_fragments({}, segment, piece);
}

// One IPv4 fragment of one's choice.
Octets fragment(uint16_t offset, bool more, const Octets& payload, uint16_t id = 1) {
  Ipv4Params params;
  params.id = id;
  params.fragment_offset = offset;
  params.more_fragments = more;
  return ipv4(params, payload);
}

Drop feed(DecodeRun& run, const Octets& packet, Timestamp time = at_ms(0)) {
  Captured captured;
  captured.link = LinkType::raw;
  captured.time = time;
  return run.decode(packet, captured).why;
}

// Marks the bytes of a range that nobody has.
void claim(std::string& owners, size_t at, size_t length, char mark) {
  for (size_t i = at; i < at + length; ++i) {
    if (owners[i] == '\0') owners[i] = mark;
  }
}

TEST(Fragments, OfBothFamiliesMakeOneSegment) {
  const std::string text = text_of(3000);
  for (const bool over_ipv6 : {false, true}) {
    DecodeRun run;
    for (const Octets& packet : fragments(text, 512, over_ipv6)) {
      EXPECT_EQ(feed(run, packet), Drop::none);
    }
    ASSERT_EQ(run.segments.size(), 1u);
    EXPECT_EQ(run.payload(), text);
    EXPECT_EQ(run.segments[0].frame_number, 6u) << "the frame that completed it";
    EXPECT_EQ(run.segments[0].segment.missing, 0u);
    EXPECT_EQ(run.segments[0].segment.source_port, 40000);
  }
}

TEST(Fragments, MakeTheSameSegmentInEveryOrderWithDuplicates) {
  const std::string text = text_of(400);
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const bool over_ipv6 = round % 2 == 0;
    std::vector<Octets> packets = fragments(text, 8 * (1 + random() % 12), over_ipv6);
    std::shuffle(packets.begin(), packets.end(), random);
    std::vector<Octets> arrivals = packets;
    arrivals.pop_back();  // a copy of the last to come would begin anew
    for (const Octets& packet : packets) {
      if (random() % 3 == 0 && packet != packets.back()) arrivals.push_back(packet);
    }
    std::shuffle(arrivals.begin(), arrivals.end(), random);
    arrivals.push_back(packets.back());
    DecodeRun run;
    for (const Octets& packet : arrivals) EXPECT_EQ(feed(run, packet), Drop::none);
    ASSERT_EQ(run.segments.size(), 1u) << round;
    EXPECT_EQ(run.payload(), text) << round;
  }
}

TEST(Fragments, KeepTheFirstCopyOfEveryByte) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    const Octets head = tcp_segment("");  // 20 octets: bytes 0 to 24 come first and whole
    Octets start = head;
    put(start, Octets(4, '-'));
    std::string expected(256, '\0');
    DecodeRun run;
    feed(run, fragment(0, true, start));
    char mark = 'A';
    for (int i = 0; i < 40; ++i) {
      const size_t at = 8 * (3 + random() % 28);
      const size_t length = 8 * (1 + random() % 8);
      if (at + length > 248) continue;
      claim(expected, at, length, mark);
      feed(run,
           fragment(static_cast<uint16_t>(at), true, Octets(length, static_cast<uint8_t>(mark))));
      mark = mark == 'z' ? 'A' : static_cast<char>(mark + 1);
    }
    for (char& octet : expected) octet = octet == '\0' ? '.' : octet;
    feed(run, fragment(24, false, Octets(232, '.')));
    ASSERT_EQ(run.segments.size(), 1u);
    EXPECT_EQ(run.payload(), "----" + expected.substr(24)) << round;
  }
}

TEST(Fragments, OfDifferentDatagramsDoNotMix) {
  const std::vector<Octets> one = fragments("one" + text_of(40), 32);
  Ipv4Params other;
  other.id = 2;
  const std::vector<Octets> two = ipv4_fragments(other, tcp_segment("two" + text_of(40)), 32);
  DecodeRun run;
  for (const Octets& packet : {two[0], one[0], one[1], two[1]}) feed(run, packet);
  ASSERT_EQ(run.segments.size(), 2u);
  EXPECT_EQ(run.segments[0].payload, "one" + text_of(40));
  EXPECT_EQ(run.segments[1].payload, "two" + text_of(40));
}

TEST(Fragments, OfDifferentVlansDoNotMix) {
  const std::vector<Octets> packets = fragments(text_of(40), 32);
  EthernetParams blue;
  blue.tags = {{1}};
  EthernetParams red;
  red.tags = {{2}};
  DecodeRun run;
  run.decode(ethernet(blue, packets[0]));
  run.decode(ethernet(red, packets[1]));
  EXPECT_TRUE(run.segments.empty());
  run.decode(ethernet(red, packets[0]));
  EXPECT_EQ(run.segments.size(), 1u);

  DecodeRun merged(DecodeOptions{.merge_vlans = true});
  merged.decode(ethernet(blue, packets[0]));
  merged.decode(ethernet(red, packets[1]));
  EXPECT_EQ(merged.segments.size(), 1u);
}

TEST(Fragments, ThatCannotCarryTcpAreRefusedAtOnce) {
  Ipv4Params params;
  params.protocol = 1;
  params.more_fragments = true;
  DecodeRun run;
  EXPECT_EQ(feed(run, ipv4(params, Octets(64, 0))), Drop::not_tcp);
  run.end();
  EXPECT_EQ(run.drops(Drop::fragment_incomplete), 0u);
}

TEST(Fragments, ThatCannotBeAreBad) {
  DecodeRun run;
  EXPECT_EQ(feed(run, fragment(0, true, Octets(7, 0))), Drop::bad_fragment) << "less than a unit";
  EXPECT_EQ(feed(run, fragment(8, true, {})), Drop::bad_fragment) << "empty";
  EXPECT_EQ(feed(run, fragment(8, false, {})), Drop::bad_fragment) << "empty";
  EXPECT_EQ(feed(run, fragment(65528, false, Octets(8, 0))), Drop::bad_fragment) << "64 KiB";
  EXPECT_EQ(feed(run, fragment(65528, false, Octets(7, 0))), Drop::none);
}

// Linux and most others, in IPv4: what goes past the last whole unit might as well not be there.
TEST(Fragments, OfIpv4AreCutDownToWholeUnits) {
  const Octets segment = tcp_segment(text_of(20));  // 40 octets
  Octets first(segment.begin(), segment.begin() + 24);
  put(first, Octets{'X', 'Y', 'Z'});
  for (const std::string_view name : fragment_policy_names()) {
    const FragmentPolicy policy = *fragment_policy_named(name);
    DecodeOptions options;
    options.fragment_policies.set_default(policy);
    DecodeRun run(options);
    const bool refuses = policy == FragmentPolicy::bsd || policy == FragmentPolicy::bsd_right;
    EXPECT_EQ(feed(run, fragment(0, true, first)), refuses ? Drop::bad_fragment : Drop::none);
    feed(run, fragment(24, false, Octets(segment.begin() + 24, segment.end())));
    ASSERT_EQ(run.segments.size(), refuses ? 0u : 1u) << name;
    if (refuses) continue;
    EXPECT_EQ(run.payload(), text_of(20)) << name;
    EXPECT_EQ(run.segments[0].conflicts.count, 0u) << "what was cut off contradicts nothing";
  }
}

TEST(Fragments, OfIpv6ThatAreNotOfWholeUnitsAreBad) {
  Ipv6Params params;
  params.extensions = {ipv6_fragment(0, true, 7)};
  DecodeRun run;
  EXPECT_EQ(feed(run, ipv6(params, Octets(27, 0))), Drop::bad_fragment);
  EXPECT_EQ(feed(run, ipv6(params, Octets(24, 0))), Drop::none);
}

// Measured: Linux of today gives up the datagram, the others only leave the fragment out.
TEST(Fragments, ThatAreEmptyEndADatagramOfModernLinux) {
  const Octets segment = tcp_segment(text_of(20));
  const Octets first(segment.begin(), segment.begin() + 24);
  for (const Octets& nothing : {Octets(), Octets(7, 'x')}) {
    for (const std::string_view name : fragment_policy_names()) {
      DecodeOptions options;
      options.fragment_policies.set_default(*fragment_policy_named(name));
      DecodeRun run(options);
      feed(run, fragment(0, true, first));
      EXPECT_EQ(feed(run, fragment(32, true, nothing)), Drop::bad_fragment);
      feed(run, fragment(24, false, Octets(segment.begin() + 24, segment.end())));
      EXPECT_EQ(run.segments.size(), name == "linux_modern" ? 0u : 1u) << name;
    }
  }
}

TEST(Fragments, ThatContradictTheEndAreBad) {
  DecodeRun run;
  EXPECT_EQ(feed(run, fragment(64, false, Octets(8, 'e'))), Drop::none);
  EXPECT_EQ(feed(run, fragment(64, false, Octets(16, 'f'))), Drop::bad_fragment) << "another end";
  EXPECT_EQ(feed(run, fragment(32, false, Octets(8, 'f'))), Drop::bad_fragment) << "another end";
  EXPECT_EQ(feed(run, fragment(72, true, Octets(8, 'f'))), Drop::bad_fragment) << "past it";
  Octets start = tcp_segment(text_of(44));
  EXPECT_EQ(feed(run, fragment(0, true, start)), Drop::none);
  EXPECT_EQ(run.payload(), text_of(44) + "eeeeeeee");

  EXPECT_EQ(feed(run, fragment(64, true, Octets(8, 'e'), 2)), Drop::none);
  EXPECT_EQ(feed(run, fragment(32, false, Octets(8, 'f'), 2)), Drop::bad_fragment) << "below it";
}

TEST(Fragments, InsideADatagramPutTogetherAreBad) {
  // The datagram's payload begins with one more fragment header.
  const Octets inner = join({Octets{6, 0, 0, 1, 0, 0, 0, 9}, tcp_segment(text_of(20), true)});
  Ipv6Params outer;
  outer.next_header = 44;
  DecodeRun run;
  const std::vector<Octets> packets = ipv6_fragments(outer, inner, 24);
  ASSERT_EQ(packets.size(), 2u);
  feed(run, packets[0]);
  EXPECT_EQ(feed(run, packets[1]), Drop::bad_fragment);
  EXPECT_EQ(run.drops(Drop::bad_fragment), 2u) << "and the one that was held";
}

TEST(Fragments, CutByTheSnapLengthLeaveAHole) {
  const std::vector<Octets> packets = fragments(text_of(100), 64);
  DecodeRun run;
  const uint32_t original = static_cast<uint32_t>(packets[0].size());
  run.decode(Bytes(packets[0]).first(60), {LinkType::raw, original});
  EXPECT_EQ(feed(run, packets[1]), Drop::none);
  EXPECT_TRUE(run.segments.empty());
  EXPECT_EQ(feed(run, packets[0]), Drop::none) << "a whole copy fills it";
  EXPECT_EQ(run.payload(), text_of(100));
}

TEST(Fragments, AreGivenUpAfterTheirAge) {
  const std::vector<Octets> packets = fragments(text_of(100), 64);
  DecodeRun run;
  feed(run, packets[0], at_ms(0));
  feed(run, packets[1], at_ms(0) + seconds(61));
  EXPECT_TRUE(run.segments.empty());
  EXPECT_EQ(run.drops(Drop::fragment_incomplete), 1u);
  feed(run, packets[0], at_ms(0) + seconds(121));
  EXPECT_EQ(run.payload(), text_of(100)) << "60 s after the other began anew";
}

TEST(Fragments, BearAnyClock) {
  const std::vector<Octets> packets = fragments(text_of(100), 64);
  DecodeRun run;
  feed(run, packets[0], Timestamp::max());
  feed(run, packets[1], Timestamp::min());
  EXPECT_EQ(run.payload(), text_of(100));
  feed(run, packets[0], Timestamp::min());
  feed(run, packets[1], Timestamp::max());
  EXPECT_EQ(run.segments.size(), 1u);
}

TEST(Fragments, ShowUnusedFramesAgainWhenTheCaptureEnds) {
  const std::vector<Octets> packets = fragments(text_of(100), 40);
  DecodeRun run(FragmentLimits{}, true);
  feed(run, packets[0]);
  feed(run, packets[2]);
  run.end();
  const std::vector<SeenFate> expected = {{1, Drop::none, true, packets[0]},
                                          {2, Drop::none, true, packets[2]},
                                          {1, Drop::fragment_incomplete, true, packets[0]},
                                          {2, Drop::fragment_incomplete, true, packets[2]}};
  EXPECT_EQ(run.fates, expected);
  EXPECT_EQ(run.drops(Drop::fragment_incomplete), 2u);
}

TEST(Fragments, ShowNothingAgainOnceTheyAreUsed) {
  DecodeRun run(FragmentLimits{}, true);
  for (const Octets& packet : fragments(text_of(100), 40)) feed(run, packet);
  run.end();
  EXPECT_EQ(run.fates.size(), 3u);
}

TEST(Fragments, OfAnIpv6DatagramWithoutTcpAreAllUnused) {
  Ipv6Params outer;
  outer.next_header = 17;
  const std::vector<Octets> packets = ipv6_fragments(outer, udp(1, 2, Octets(40, 0)), 24);
  ASSERT_EQ(packets.size(), 2u);
  DecodeRun run(FragmentLimits{}, true);
  feed(run, packets[0]);
  feed(run, packets[1]);
  const std::vector<SeenFate> expected = {{1, Drop::none, true, packets[0]},
                                          {1, Drop::not_tcp, true, packets[0]},
                                          {2, Drop::not_tcp, true, packets[1]}};
  EXPECT_EQ(run.fates, expected);
  EXPECT_EQ(run.drops(Drop::not_tcp), 2u);
}

TEST(Fragments, KeepNoFramesUnlessAsked) {
  DecodeRun run;
  feed(run, fragments(text_of(100), 40)[0]);
  run.end();
  EXPECT_EQ(run.fates.size(), 1u);
  EXPECT_EQ(run.drops(Drop::fragment_incomplete), 1u);
}

}  // namespace
}  // namespace tcpflow
