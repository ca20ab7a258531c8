#include "decode/ip_assembler.h"

#include <gtest/gtest.h>

#include <random>

#include "decode/decode_test_support.h"

namespace tcpflow {
namespace {

using namespace test;

// Feeds fragments straight to an assembler and remembers what it gave up.
class Bench : public GivenUpSink {
 public:
  explicit Bench(const FragmentLimits& limits, bool keep_frames = false)
      : Bench(FragmentOptions{limits, {}}, keep_frames) {}
  explicit Bench(const FragmentOptions& options, bool keep_frames = false)
      : keep_frames_(keep_frames), assembler(options, *this) {}

  // Drop::none: held or complete.
  Drop add(uint32_t id, uint32_t offset, bool more, size_t length = 8) {
    const Octets bytes(length, contradicts ? static_cast<uint8_t>(number_) : uint8_t{'x'});
    Frame frame;
    frame.number = ++number_;
    frame.bytes = bytes;
    IpPacket packet;
    packet.protocol = 6;
    packet.is_fragment = true;
    packet.fragment = {id, offset, more};
    packet.payload = {bytes, bytes.size()};
    const LinkFacts link;
    const Result<AssembledPacket, Drop> whole =
        assembler.add(packet, {frame, link, batch_, keep_frames_});
    batch_.clear();
    if (!whole) return whole.error();
    ++completed;
    return Drop::none;
  }

  void on_given_up(const HeldFragments& fragments, Drop why) override {
    given_up.add(why, fragments.count);
    for (const HeldFrame& held : fragments.frames) shown.push_back(held.frame.number);
  }

 private:
  bool keep_frames_;
  uint64_t number_ = 0;
  FrameBatch batch_;

 public:
  IpAssembler assembler;
  DropCounters given_up;
  std::vector<uint64_t> shown;
  int completed = 0;
  bool contradicts = false;  // each fragment has other octets than the one before
};

TEST(IpAssembler, HoldsNoMoreDatagramsThanItMay) {
  FragmentLimits limits;
  limits.datagrams = 3;
  Bench bench(limits, true);
  for (uint32_t id = 0; id < 10; ++id) EXPECT_EQ(bench.add(id, 0, true), Drop::none);
  EXPECT_EQ(bench.assembler.held_datagrams(), 3u);
  EXPECT_EQ(bench.given_up[Drop::fragment_limit], 7u);
  EXPECT_EQ(bench.assembler.limit_hits().datagrams, 7u);
  EXPECT_EQ(bench.assembler.limit_hits().bytes, 0u);
  EXPECT_EQ(bench.shown, (std::vector<uint64_t>{1, 2, 3, 4, 5, 6, 7})) << "the oldest first";
  EXPECT_EQ(bench.add(9, 8, false), Drop::none);
  EXPECT_EQ(bench.completed, 1);
}

TEST(IpAssembler, HoldsNoMoreBytesThanItMay) {
  FragmentLimits limits;
  limits.bytes = 20'000;
  for (const bool keep_frames : {false, true}) {
    Bench bench(limits, keep_frames);
    std::mt19937 random(3);
    for (int i = 0; i < 5000; ++i) {
      const uint32_t id = static_cast<uint32_t>(random() % 20);
      const uint32_t offset = static_cast<uint32_t>(8 * (1 + random() % 1000));
      bench.add(id, offset, true, 8 * (1 + random() % 100));
      ASSERT_LE(bench.assembler.held_bytes(), limits.bytes);
    }
    EXPECT_GT(bench.given_up[Drop::fragment_limit], 0u);
    bench.assembler.end();
    EXPECT_EQ(bench.assembler.held_bytes(), 0u);
    EXPECT_EQ(bench.assembler.held_datagrams(), 0u);
  }
}

// Pieces that are cut apart, replaced and dropped, and what is noted of their conflicts.
TEST(IpAssembler, HoldsNoMoreBytesThanItMayWhateverThePolicy) {
  for (size_t policy = 0; policy < fragment_policy_names().size(); ++policy) {
    FragmentOptions options;
    options.limits.bytes = 40'000;
    options.policies.set_default(static_cast<FragmentPolicy>(policy));
    Bench bench(options);
    bench.contradicts = true;
    std::mt19937 random(4);
    for (int i = 0; i < 5000; ++i) {
      const uint32_t id = static_cast<uint32_t>(random() % 4);
      const uint32_t offset = static_cast<uint32_t>(8 * (1 + random() % 500));
      bench.add(id, offset, true, 8 * (1 + random() % 300));
      ASSERT_LE(bench.assembler.held_bytes(), options.limits.bytes);
    }
    bench.assembler.end();
    EXPECT_EQ(bench.assembler.held_bytes(), 0u);
  }
}

TEST(IpAssembler, RefusesWhatCanNeverFit) {
  FragmentLimits limits;
  limits.bytes = 2000;
  Bench bench(limits);
  EXPECT_EQ(bench.add(1, 0, true, 800), Drop::none);
  EXPECT_EQ(bench.add(2, 0, true, 4000), Drop::fragment_limit);
  EXPECT_EQ(bench.assembler.held_datagrams(), 1u) << "nothing goes for what cannot stay";
  EXPECT_EQ(bench.add(1, 800, true, 1200), Drop::fragment_limit) << "its own datagram had to go";
  EXPECT_EQ(bench.assembler.limit_hits().bytes, 2u);
  EXPECT_EQ(bench.assembler.held_bytes(), 0u);
}

TEST(IpAssembler, GivesUpADatagramOfTooManyFragments) {
  FragmentLimits limits;
  limits.fragments_per_datagram = 4;
  Bench bench(limits);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(bench.add(1, 8, true), Drop::none);
  EXPECT_EQ(bench.add(1, 8, true), Drop::fragment_limit);
  EXPECT_EQ(bench.given_up[Drop::fragment_limit], 4u);
  EXPECT_EQ(bench.assembler.limit_hits().fragments_per_datagram, 1u);
  EXPECT_EQ(bench.assembler.held_datagrams(), 0u);
}

TEST(IpAssembler, WithLimitsOfZeroHoldsNothing) {
  for (size_t FragmentLimits::*limit : {&FragmentLimits::datagrams, &FragmentLimits::bytes,
                                        &FragmentLimits::fragments_per_datagram}) {
    FragmentLimits limits;
    limits.*limit = 0;
    Bench bench(limits);
    EXPECT_EQ(bench.add(1, 0, true), Drop::fragment_limit);
    EXPECT_EQ(bench.assembler.held_datagrams(), 0u);
  }
}

TEST(IpAssembler, TakesADatagramInTheSmallestPieces) {
  Bench bench(FragmentLimits{});
  for (uint32_t at = 65528 - 8; at > 0; at -= 8) ASSERT_EQ(bench.add(1, at, true), Drop::none);
  ASSERT_EQ(bench.add(1, 65528, false, 7), Drop::none);
  EXPECT_EQ(bench.completed, 0);
  ASSERT_EQ(bench.add(1, 0, true), Drop::none);
  EXPECT_EQ(bench.completed, 1);
  EXPECT_EQ(bench.assembler.held_bytes(), 0u);
}

TEST(IpAssembler, ChargesForTheHolesThatOneFragmentFills) {
  Bench bench(FragmentLimits{});
  for (uint32_t at = 0; at < 4096; at += 16) bench.add(1, at, true);
  const size_t before = bench.assembler.held_bytes();
  bench.add(1, 0, true, 4096);
  EXPECT_EQ(bench.assembler.held_bytes(), before + 256 * (8 + IpDatagram::kPieceCost));
}

}  // namespace
}  // namespace tcpflow
