#include <gtest/gtest.h>

#include "decode/decode_test_support.h"
#include "tests/support/tunnel_builder.h"

namespace tcpflow {
namespace {

using namespace test;

constexpr uint8_t kHasFcs = 0x10;
constexpr uint8_t kIsPadded = 0x20;
constexpr uint8_t kBadFcs = 0x40;

Octets frame_with(const std::string& text, WifiParams params = {}) {
  return wifi(params, snap_of(ipv4_with(text)));
}

Octets damaged(Octets frame) {
  frame.back() ^= 0xff;
  return frame;
}

Octets behind(const Octets& header, const Octets& frame) { return join({header, frame}); }

// A header of PPI with the field that all 802.11 frames share.
Octets ppi(uint16_t flags, uint32_t dlt = 105) {
  Octets header = {0, 0, 36, 0};
  put_le32(header, dlt);
  put(header, Octets{9, 0, 0, 0, 2, 0, 20, 0});  // an empty field of another kind first
  put(header, Octets(8, 0));
  put_le16(header, flags);
  put(header, Octets(10, 0));
  return header;
}

Octets avs() {
  Octets header = {0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64};
  header.resize(64);
  return header;
}

struct Radio {
  const char* name;
  LinkType link;
  Octets header;
};

std::vector<Radio> radios() {
  return {{"plain", LinkType::ieee802_11, {}},
          {"radiotap", LinkType::radiotap, radiotap(0, {})},
          {"radiotap without fields", LinkType::radiotap, radiotap(std::nullopt, {})},
          {"Prism", LinkType::prism, Octets(144, 0)},
          {"AVS as Prism", LinkType::prism, avs()},
          {"AVS", LinkType::avs, avs()},
          {"PPI", LinkType::ppi, ppi(0)}};
}

TEST(Wireless, IsReadBehindEveryHeaderWithAndWithoutFcs) {
  for (const Radio& radio : radios()) {
    DecodeRun run;
    EXPECT_EQ(run.decode(behind(radio.header, frame_with("bare")), radio.link).why, Drop::none);
    EXPECT_EQ(run.payload(), "bare") << radio.name;
    run.decode(behind(radio.header, with_fcs(frame_with("checked"))), radio.link);
    EXPECT_EQ(run.payload(), "checked") << radio.name;
    EXPECT_EQ(run.segments.size(), 2u);
  }
}

TEST(Wireless, TakesAFrameCutAnywhere) {
  for (const Radio& radio : radios()) {
    for (const bool qos : {false, true}) {
      const Octets frame = frame_with("hello", {.to_ds = true, .from_ds = true, .qos = qos});
      const Octets bytes = behind(radio.header, with_fcs(frame));
      DecodeRun run;
      for (size_t length = 0; length < bytes.size(); ++length) {
        run.decode(Bytes(bytes).first(length), {radio.link, static_cast<uint32_t>(bytes.size())});
      }
      EXPECT_EQ(run.segments.size(), 9u) << radio.name << ": the payload and the check sequence";
      EXPECT_EQ(run.drops(Drop::bad_fcs), 0u) << "who can tell";
      for (size_t length = 0; length < bytes.size(); ++length) {
        run.decode(Bytes(bytes).first(length), radio.link);
      }
    }
  }
}

TEST(Wireless, KnowsWhoSentAFrameAndWhomItIsFor) {
  for (const bool to_ds : {false, true}) {
    for (const bool from_ds : {false, true}) {
      for (const bool qos : {false, true}) {
        WifiParams params{.to_ds = to_ds, .from_ds = from_ds, .qos = qos, .ht_control = qos};
        DecodeRun run;
        run.decode(frame_with("x", params), LinkType::ieee802_11);
        ASSERT_EQ(run.segments.size(), 1u) << to_ds << from_ds << qos;
        EXPECT_EQ(run.segments[0].segment.link.source_mac, mac(kStation)) << to_ds << from_ds;
        EXPECT_EQ(run.segments[0].segment.link.destination_mac, mac(kBeyond)) << to_ds << from_ds;
      }
    }
  }
}

TEST(Wireless, SkipsThePaddingThatARadioTells) {
  const Octets frame = wifi({.qos = true}, join({Octets{0, 0}, snap_of(ipv4_with("x"))}));
  DecodeRun run;
  EXPECT_EQ(run.decode(radiotap(kIsPadded, frame), LinkType::radiotap).why, Drop::none);
  EXPECT_EQ(run.decode(radiotap(0, frame), LinkType::radiotap).why, Drop::not_ip);
}

TEST(Wireless, SaysWhyAFrameIsOfNoUse) {
  DecodeRun run;
  const auto why = [&run](const Octets& frame) {
    return run.decode(frame, LinkType::ieee802_11).why;
  };
  EXPECT_EQ(why(frame_with("x", {.is_protected = true})), Drop::encrypted);
  EXPECT_EQ(why(frame_with("x", {.fragment = 1})), Drop::fragment_incomplete);
  Octets beacon(40, 0);
  beacon[0] = 0x80;
  EXPECT_EQ(why(beacon), Drop::not_ip);
  Octets null = frame_with("");
  null[0] = 0x48;
  EXPECT_EQ(why(null), Drop::not_ip);
  Octets future = frame_with("");
  future[0] |= 1;
  EXPECT_EQ(why(future), Drop::bad_link);
  EXPECT_EQ(why(Octets{8}), Drop::truncated_link);
  EXPECT_EQ(run.decode(Octets{1, 0, 8, 0, 0, 0, 0, 0}, LinkType::radiotap).why, Drop::bad_link);
  EXPECT_EQ(run.decode(Octets{0, 0, 7, 0, 0, 0, 0, 0}, LinkType::radiotap).why, Drop::bad_link);
  EXPECT_EQ(run.decode(Octets(20, 0), LinkType::avs).why, Drop::bad_link);
  EXPECT_EQ(run.decode(Octets(20, 0), LinkType::ppi).why, Drop::bad_link);
  EXPECT_EQ(run.decode(behind(ppi(0, 9999), ipv4_with("x")), LinkType::ppi).why,
            Drop::unknown_link_type);
  EXPECT_EQ(run.decode(behind(ppi(0, 1), frame_around(ipv4_with("x"))), LinkType::ppi).why,
            Drop::none)
      << "PPI is not for radios alone";
}

// ---- frame check sequences -------------------------------------------------------------------

TEST(Wireless, LeavesOutWhatIsSaidToHaveAnFcsAndHasAWrongOne) {
  const Octets wrong = damaged(with_fcs(frame_with("damaged")));
  const Captured by_capture{.link = LinkType::ieee802_11, .fcs_length = 4};
  DecodeRun run;
  EXPECT_EQ(run.decode(wrong, by_capture).why, Drop::bad_fcs);
  EXPECT_EQ(run.decode(radiotap(kHasFcs, wrong), LinkType::radiotap).why, Drop::bad_fcs);
  EXPECT_EQ(run.decode(radiotap(kBadFcs, wrong), LinkType::radiotap).why, Drop::bad_fcs);
  EXPECT_EQ(run.decode(behind(ppi(1), wrong), LinkType::ppi).why, Drop::bad_fcs);
  EXPECT_EQ(run.decode(behind(ppi(4), wrong), LinkType::ppi).why, Drop::bad_fcs);
  EXPECT_TRUE(run.segments.empty());
  EXPECT_EQ(run.drops(Drop::bad_fcs), 5u);
  DecodeRun tolerant(DecodeOptions{.check_fcs = false});
  EXPECT_EQ(tolerant.decode(wrong, by_capture).why, Drop::none);
  EXPECT_EQ(tolerant.decode(radiotap(kHasFcs | kBadFcs, wrong), LinkType::radiotap).why,
            Drop::none);
  EXPECT_EQ(tolerant.payload(), "damaged");
}

TEST(Wireless, TellsAWrongFcsByItsPlaceBehindThePacket) {
  const Octets wrong = damaged(with_fcs(frame_with("damaged")));
  DecodeRun run;
  EXPECT_EQ(run.decode(wrong, LinkType::ieee802_11).why, Drop::bad_fcs);
  EXPECT_EQ(run.decode(radiotap(0, wrong), LinkType::radiotap).why, Drop::bad_fcs)
      << "radios say no where there is one";
  DecodeRun tolerant(DecodeOptions{.check_fcs = false});
  EXPECT_EQ(tolerant.decode(wrong, LinkType::ieee802_11).why, Drop::none);
}

// A frame whose length was damaged in the air, so that its end tells nothing.
Octets garbled() {
  Ipv4Params params;
  params.total_length = 45;
  return wifi({}, join({snap_of(tcp_in_ipv4(tcp_with("garbled"), params)), Octets(4, 0)}));
}

TEST(Wireless, LearnsWhichInterfacesDeliverAnFcs) {
  const Captured first{.link = LinkType::ieee802_11, .interface = 0};
  const Captured second{.link = LinkType::ieee802_11, .interface = 1};
  DecodeRun run;
  EXPECT_EQ(run.decode(garbled(), first).why, Drop::none) << "nothing is known yet";
  for (int i = 0; i < 5; ++i) run.decode(with_fcs(frame_with("fine")), first);
  EXPECT_EQ(run.decode(garbled(), first).why, Drop::bad_fcs);
  EXPECT_EQ(run.decode(garbled(), second).why, Drop::none);
  run.start_input();
  EXPECT_EQ(run.decode(garbled(), first).why, Drop::none);
}

TEST(Wireless, LosesNothingOfACaptureWithoutFcs) {
  DecodeRun run;
  for (int i = 0; i < 100; ++i) {
    // One that seems to have a right one, by chance or by malice, changes nothing.
    if (i == 10) run.decode(with_fcs(frame_with("lure")), LinkType::ieee802_11);
    EXPECT_EQ(run.decode(frame_with(std::to_string(i)), LinkType::ieee802_11).why, Drop::none);
  }
  EXPECT_EQ(run.segments.size(), 101u);
}

// ---- frames in a frame -----------------------------------------------------------------------

constexpr WifiParams kAggregate{.qos = true, .is_aggregate = true};
const Octets kArp = {0xaa, 0xaa, 3, 0, 0, 0, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1};

TEST(Wireless, GivesEveryPacketOfAnAggregate) {
  for (const bool has_fcs : {false, true}) {
    const Octets body =
        join({wifi_subframe(snap_of(ipv4_with("one")), false), wifi_subframe(kArp, false),
              wifi_subframe(snap_of(ipv6_with("three")), false),
              wifi_subframe(snap_of(ipv4_with("four!")), true)});
    const Octets frame = wifi(kAggregate, body);
    DecodeRun run;
    const SeenFate fate = run.decode(has_fcs ? with_fcs(frame) : frame, LinkType::ieee802_11);
    EXPECT_EQ(fate.why, Drop::none);
    EXPECT_TRUE(fate.has_ip);
    ASSERT_EQ(run.segments.size(), 3u);
    EXPECT_EQ(run.segments[0].payload, "one");
    EXPECT_EQ(run.segments[1].payload, "three");
    EXPECT_EQ(run.segments[2].payload, "four!");
    EXPECT_EQ(run.segments[2].frame_number, 1u);
    EXPECT_EQ(run.segments[2].segment.link.source_mac, mac(kStation));
    EXPECT_EQ(run.fates.size(), 1u) << "it is one frame";
  }
}

TEST(Wireless, UsesAnAggregateWhoseFirstPacketIsOfNoUse) {
  const Octets body =
      join({wifi_subframe(kArp, false), wifi_subframe(snap_of(ipv4_with("second")), true)});
  DecodeRun run;
  EXPECT_EQ(run.decode(wifi(kAggregate, body), LinkType::ieee802_11).why, Drop::none);
  EXPECT_EQ(run.payload(), "second");
  DecodeRun useless;
  const SeenFate fate =
      useless.decode(wifi(kAggregate, wifi_subframe(kArp, true)), LinkType::ieee802_11);
  EXPECT_EQ(fate.why, Drop::not_ip);
  EXPECT_EQ(useless.drops(Drop::not_ip), 1u);
}

TEST(Wireless, TakesAnAggregateCutAnywhere) {
  const Octets body = join({wifi_subframe(snap_of(ipv4_with("one")), false),
                            wifi_subframe(snap_of(ipv4_with("two")), true)});
  const Octets frame = wifi(kAggregate, body);
  DecodeRun run;
  for (size_t length = 0; length < frame.size(); ++length) {
    run.decode(Bytes(frame).first(length),
               {LinkType::ieee802_11, static_cast<uint32_t>(frame.size())});
    run.decode(Bytes(frame).first(length), LinkType::ieee802_11);
  }
  Octets nonsense = frame;
  for (size_t at = 26; at < frame.size(); ++at) {
    nonsense[at] = 0xff;
    run.decode(nonsense, LinkType::ieee802_11);
  }
}

}  // namespace
}  // namespace tcpflow
