#include "report/community_id.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <utility>

namespace tcpflow {
namespace {

IpAddress v4(const char* text) {
  uint8_t octets[4];
  EXPECT_EQ(::inet_pton(AF_INET, text, octets), 1);
  return IpAddress::v4(octets);
}

IpAddress v6(const char* text) {
  uint8_t octets[16];
  EXPECT_EQ(::inet_pton(AF_INET6, text, octets), 1);
  return IpAddress::v6(octets);
}

struct End {
  IpAddress address;
  uint16_t port;
};

HalfInfo half(const End& from, const End& to, Transport transport = Transport::tcp) {
  HalfInfo info;
  info.source = from.address;
  info.source_port = from.port;
  info.destination = to.address;
  info.destination_port = to.port;
  info.transport = transport;
  return info;
}

HalfInfo reversed(HalfInfo info) {
  std::swap(info.source, info.destination);
  std::swap(info.source_port, info.destination_port);
  return info;
}

// The first is the example of the specification; the second was worked out apart from this program.
TEST(CommunityId, IsThatOfTheSpecification) {
  const CommunityIds ids;
  EXPECT_EQ(ids.of(half({v4("128.232.110.120"), 34855}, {v4("66.35.250.204"), 80})),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(ids.of(half({v6("2001:db8::1"), 53}, {v6("2001:db8::2"), 4000}, Transport::udp)),
            "1:/C1Simmg/oitq/8l8A17NcTtI/g=");
}

TEST(CommunityId, IsTheSameForBothHalves) {
  const CommunityIds ids;
  for (const HalfInfo& one :
       {half({v4("10.0.0.1"), 5}, {v4("10.0.0.2"), 4}),
        half({v4("10.0.0.1"), 5}, {v4("10.0.0.1"), 4}),
        half({v6("2001:db8::1"), 5}, {v6("2001:db8::2"), 4}, Transport::udp)}) {
    EXPECT_EQ(ids.of(one), ids.of(reversed(one)));
    EXPECT_EQ(ids.of(one).substr(0, 2), "1:");
    EXPECT_EQ(ids.of(one).size(), 30U);
  }
}

TEST(CommunityId, DiffersByProtocolAndPort) {
  const CommunityIds ids;
  const End a{v4("10.0.0.1"), 5};
  const End b{v4("10.0.0.2"), 4};
  EXPECT_NE(ids.of(half(a, b)), ids.of(half(a, b, Transport::udp)));
  EXPECT_NE(ids.of(half(a, b)), ids.of(half(a, {b.address, 6})));
}

TEST(Base64, PadsAndGoesOnBeyondItsStep) {
  const auto base64 = [](std::string_view text) {
    std::string out;
    append_base64(out, as_bytes(text));
    return out;
  };
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  const std::string many = base64(std::string(30000, 'a'));
  EXPECT_EQ(many.size(), 40000U);
  EXPECT_EQ(many.find_first_not_of("YWFh"), std::string::npos);
}

}  // namespace
}  // namespace tcpflow
