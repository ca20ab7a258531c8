#include <gtest/gtest.h>

#include "tests/support/packet_builder.h"
#include "wire/ah.h"
#include "wire/chdlc.h"
#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ipv6_extension.h"
#include "wire/llc.h"
#include "wire/mpls.h"
#include "wire/null.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"
#include "wire/sll.h"
#include "wire/tcp.h"
#include "wire/vlan.h"

namespace tcpflow {
namespace {

using test::join;
using test::Octets;

// The shortest prefix of `bytes` that the view takes; every one is parsed from a heap block of its
// exact size. 1000: none.
template <typename View>
size_t shortest_parsed(const Octets& bytes) {
  for (size_t length = 0; length <= bytes.size(); ++length) {
    const Octets exact(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(length));
    if (View::parse(exact)) return length;
  }
  return 1000;
}

TEST(EthernetView, ReadsAddressesAndType) {
  const Octets frame = test::ethernet(0x86dd, Octets{1, 2, 3});
  const Result<EthernetView, Drop> view = EthernetView::parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->source().text(), "02:00:00:00:00:0c");
  EXPECT_EQ(view->destination().text(), "02:00:00:00:00:05");
  EXPECT_EQ(view->type(), 0x86dd);
  EXPECT_EQ(shortest_parsed<EthernetView>(frame), 14u);
}

TEST(VlanView, LeavesPriorityOutOfTheId) {
  const Octets tag = {0x60, 0x2a, 0x08, 0x00};
  ASSERT_TRUE(VlanView::parse(tag));
  EXPECT_EQ(VlanView::parse(tag)->id(), 42);
  EXPECT_EQ(VlanView::parse(tag)->type(), 0x0800);
  EXPECT_EQ(shortest_parsed<VlanView>(tag), 4u);
}

TEST(LlcView, TellsSnapFromIpFromTheRest) {
  const Octets snap = {0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x00};
  const Octets ip = {0x06, 0x06, 0x03};
  const Octets spanning_tree = {0x42, 0x42, 0x03};
  EXPECT_TRUE(LlcView::parse(snap)->is_snap());
  EXPECT_FALSE(LlcView::parse(snap)->is_ip());
  EXPECT_TRUE(LlcView::parse(ip)->is_ip());
  EXPECT_FALSE(LlcView::parse(spanning_tree)->is_snap());
  EXPECT_EQ(shortest_parsed<LlcView>(snap), 3u);
}

TEST(SnapView, KnowsWhoseNumberTheTypeIs) {
  const Octets plain = {0, 0, 0, 0x08, 0x00};
  const Octets tunnel = {0, 0, 0xf8, 0x86, 0xdd};
  const Octets vendor = {0, 0, 0x0c, 0x20, 0x00};
  EXPECT_TRUE(SnapView::parse(plain)->has_ethertype());
  EXPECT_TRUE(SnapView::parse(tunnel)->has_ethertype());
  EXPECT_FALSE(SnapView::parse(vendor)->has_ethertype());
  EXPECT_EQ(SnapView::parse(tunnel)->type(), 0x86dd);
  EXPECT_EQ(shortest_parsed<SnapView>(plain), 5u);
}

TEST(MplsView, ReadsLabelAndBottom) {
  const Octets entry = {0x12, 0x34, 0x51, 0x40};
  EXPECT_EQ(MplsView::parse(entry)->label(), 0x12345u);
  EXPECT_TRUE(MplsView::parse(entry)->is_bottom());
  EXPECT_EQ(shortest_parsed<MplsView>(entry), 4u);
}

TEST(PppoeView, RefusesAnotherVersion) {
  const Octets session = {0x11, 0, 0, 1, 0, 2, 0, 0x21};
  const Octets discovery = {0x11, 9, 0, 0, 0, 0};
  const Octets strange = {0x22, 0, 0, 1, 0, 2};
  EXPECT_TRUE(PppoeView::parse(session)->is_session());
  EXPECT_EQ(PppoeView::parse(session)->length(), 2u);
  EXPECT_FALSE(PppoeView::parse(discovery)->is_session());
  EXPECT_EQ(PppoeView::parse(strange).error(), Drop::bad_link);
  EXPECT_EQ(shortest_parsed<PppoeView>(session), 6u);
}

TEST(PppView, TakesEveryFormOfTheHeader) {
  const std::vector<Octets> forms = {
      {0xff, 0x03, 0x00, 0x21, 0x45}, {0xff, 0x03, 0x21, 0x45}, {0x00, 0x21, 0x45}, {0x21, 0x45},
      {0x01, 0x03, 0x00, 0x21, 0x45}, {0x00, 0x03, 0x21, 0x45}};
  for (const Octets& form : forms) {
    const Result<PppView, Drop> view = PppView::parse(form);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->protocol(), 0x21);
    EXPECT_EQ(view->header_length() + 1, form.size());
  }
  EXPECT_EQ(shortest_parsed<PppView>(forms[2]), 2u);
  EXPECT_EQ(PppView::parse(Octets{0xff, 0x03}).error(), Drop::truncated_link);
}

TEST(ChdlcView, AsksForItsAddress) {
  const Octets frame = {0x0f, 0x00, 0x08, 0x00};
  EXPECT_EQ(ChdlcView::parse(frame)->type(), 0x0800);
  EXPECT_EQ(shortest_parsed<ChdlcView>(frame), 4u);
  EXPECT_EQ(ChdlcView::parse(Octets{0x10, 0, 8, 0}).error(), Drop::bad_link);
}

TEST(SllView, ReadsBothVersions) {
  const Octets one = {0, 4, 0x03, 0x38, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00};
  const Octets two = {0x86, 0xdd, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(SllView::parse(one)->device(), sll::kNetlinkDevice);
  EXPECT_EQ(SllView::parse(one)->protocol(), 0x0800);
  EXPECT_EQ(Sll2View::parse(two)->device(), 1);
  EXPECT_EQ(Sll2View::parse(two)->protocol(), 0x86dd);
  EXPECT_EQ(shortest_parsed<SllView>(one), 16u);
  EXPECT_EQ(shortest_parsed<Sll2View>(two), 20u);
}

TEST(NullView, KnowsEveryPlatformInEitherOrder) {
  for (const uint8_t family : Octets{2, 10, 24, 28, 30}) {
    EXPECT_TRUE(NullView::parse(Octets{family, 0, 0, 0})->is_ip()) << int{family};
    EXPECT_TRUE(NullView::parse(Octets{0, 0, 0, family})->is_ip()) << int{family};
  }
  EXPECT_FALSE(NullView::parse(Octets{7, 0, 0, 0})->is_ip());
  EXPECT_FALSE(NullView::parse(Octets{0, 2, 0, 0})->is_ip());
  EXPECT_EQ(shortest_parsed<NullView>({2, 0, 0, 0}), 4u);
}

TEST(Ipv4View, NeedsItsWholeHeader) {
  test::Ipv4Params params;
  params.options = {1, 1, 1, 1, 1};
  params.id = 0x1234;
  params.fragment_offset = 1480;
  params.more_fragments = true;
  const Octets packet = test::ipv4(params, Octets(8, 'x'));
  const Result<Ipv4View, Drop> view = Ipv4View::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header_length(), 28u);
  EXPECT_EQ(view->total_length(), 36u);
  EXPECT_EQ(view->id(), 0x1234);
  EXPECT_EQ(view->fragment_offset(), 1480u);
  EXPECT_TRUE(view->more_fragments());
  EXPECT_TRUE(view->is_fragment());
  EXPECT_EQ(view->protocol(), 6);
  EXPECT_EQ(view->source().text(), "10.1.2.3");
  EXPECT_EQ(view->destination().text(), "192.0.2.80");
  EXPECT_EQ(shortest_parsed<Ipv4View>(packet), 28u);
}

TEST(Ipv4View, RefusesAHeaderThatContradictsItself) {
  test::Ipv4Params params;
  params.total_length = 19;
  EXPECT_EQ(Ipv4View::parse(test::ipv4(params, {})).error(), Drop::bad_ip_header);
  params.total_length = 0;  // segmentation offload
  EXPECT_TRUE(Ipv4View::parse(test::ipv4(params, {})));
  params.header_words = 4;
  EXPECT_EQ(Ipv4View::parse(test::ipv4(params, {})).error(), Drop::bad_ip_header);
  params.header_words = 6;
  EXPECT_EQ(Ipv4View::parse(test::ipv4(params, {})).error(), Drop::truncated_ip);
  EXPECT_EQ(Ipv4View::parse(test::ipv6({}, {})).error(), Drop::bad_ip_header);
}

TEST(Ipv6View, ReadsTheFixedHeader) {
  const Octets packet = test::ipv6({}, Octets(8, 'x'));
  const Result<Ipv6View, Drop> view = Ipv6View::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->payload_length(), 8u);
  EXPECT_EQ(view->next_header(), 6);
  EXPECT_EQ(view->source().text(), "2001:db8::c");
  EXPECT_EQ(view->after_header().size(), 8u);
  EXPECT_EQ(shortest_parsed<Ipv6View>(packet), 40u);
  EXPECT_EQ(Ipv6View::parse(Octets(40, 0x45)).error(), Drop::bad_ip_header);
}

TEST(Ipv6ExtensionView, FindsTheJumboLengthBehindPadding) {
  const Octets jumbo = {6, 1, 0, 1, 2, 0, 0, 0xc2, 4, 0, 1, 0x12, 0x34, 0, 0, 0};
  const Result<Ipv6ExtensionView, Drop> view = Ipv6ExtensionView::parse(jumbo);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header_length(), 16u);
  EXPECT_EQ(view->jumbo_length(), 0x11234u);
  EXPECT_EQ(shortest_parsed<Ipv6ExtensionView>(jumbo), 16u);
}

TEST(Ipv6ExtensionView, StopsAtAnOptionThatReachesPastTheHeader) {
  const std::vector<Octets> lies = {{6, 0, 1, 200, 0, 0, 0, 0},
                                    {6, 0, 0, 0, 0, 0, 0, 0xc2},
                                    {6, 0, 1, 0, 0xc2, 4, 0, 1},
                                    {6, 0, 0xc2, 3, 1, 2, 3, 0}};
  for (const Octets& lie : lies) {
    ASSERT_TRUE(Ipv6ExtensionView::parse(lie));
    EXPECT_FALSE(Ipv6ExtensionView::parse(lie)->jumbo_length().has_value());
  }
}

TEST(Ipv6FragmentView, ReadsItsPlaceAndKnowsAtomicOnes) {
  const Octets middle = {6, 0, 0x05, 0xa9, 0, 0, 0, 7};
  const Octets atomic = {6, 0, 0, 0, 0, 0, 0, 7};
  EXPECT_EQ(Ipv6FragmentView::parse(middle)->fragment_offset(), 1448u);
  EXPECT_TRUE(Ipv6FragmentView::parse(middle)->more_fragments());
  EXPECT_EQ(Ipv6FragmentView::parse(middle)->id(), 7u);
  EXPECT_FALSE(Ipv6FragmentView::parse(middle)->is_atomic());
  EXPECT_TRUE(Ipv6FragmentView::parse(atomic)->is_atomic());
  EXPECT_EQ(shortest_parsed<Ipv6FragmentView>(middle), 8u);
}

TEST(AhView, CountsInWordsLessTwo) {
  Octets header(24, 0);
  header[0] = 6;
  header[1] = 4;
  EXPECT_EQ(AhView::parse(header)->header_length(), 24u);
  EXPECT_EQ(AhView::parse(header)->next_header(), 6);
  EXPECT_EQ(shortest_parsed<AhView>(header), 24u);
  header[1] = 0;
  EXPECT_EQ(AhView::parse(header).error(), Drop::bad_ip_header);
}

TEST(TcpView, MayHaveItsOptionsCutButNotItsFixedHeader) {
  test::TcpParams params;
  params.options = Octets(12, 1);
  params.payload = "data";
  const Octets segment = test::tcp(params, test::ip("10.1.2.3"), test::ip("192.0.2.80"));
  for (size_t length = 0; length <= segment.size(); ++length) {
    const Octets cut(segment.begin(), segment.begin() + static_cast<ptrdiff_t>(length));
    const Result<TcpView, Drop> view = TcpView::parse(cut, segment.size());
    ASSERT_EQ(bool{view}, length >= 20);
    if (!view) continue;
    EXPECT_EQ(view->header_length(), 32u);
    EXPECT_EQ(view->payload().size(), length > 32 ? length - 32 : 0);
  }
}

TEST(TcpView, RefusesADataOffsetOutOfRange) {
  test::TcpParams params;
  const IpAddress here = test::ip("10.1.2.3");
  params.data_offset = 4;
  EXPECT_EQ(TcpView::parse(test::tcp(params, here, here), 20).error(), Drop::bad_tcp_header);
  params.data_offset = 6;
  EXPECT_EQ(TcpView::parse(test::tcp(params, here, here), 20).error(), Drop::bad_tcp_header);
}

TEST(Checksum, IsZeroOverDataThatHoldsItsOwn) {
  const Octets packet = test::ipv4({}, {});
  EXPECT_EQ(header_checksum(packet), 0);
  for (const std::string text : {"even", "odd"}) {
    for (const auto& [source, destination] :
         {std::pair{"10.1.2.3", "192.0.2.80"}, std::pair{"2001:db8::c", "2001:db8::d"}}) {
      test::TcpParams params;
      params.payload = text;
      Octets segment = test::tcp(params, test::ip(source), test::ip(destination));
      EXPECT_EQ(transport_checksum(test::ip(source), test::ip(destination), 6, segment), 0);
      segment[20] ^= 1;
      EXPECT_NE(transport_checksum(test::ip(source), test::ip(destination), 6, segment), 0);
    }
  }
}

TEST(Checksum, DoesNotDependOnHowTheOctetsAreCut) {
  const Octets octets = {0x45, 0x01, 0xff, 0xfe, 0x80, 0x7f, 0x33};
  const uint16_t whole = header_checksum(octets);
  EXPECT_EQ(whole, test::internet_checksum(octets));
  for (size_t cut = 0; cut <= octets.size(); ++cut) {
    InternetChecksum sum;
    sum.add(Bytes(octets).first(cut));
    sum.add(Bytes(octets).subspan(cut));
    EXPECT_EQ(sum.value(), whole) << cut;
  }
}

}  // namespace
}  // namespace tcpflow
