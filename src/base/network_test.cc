#include "base/network.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

IpNetwork network(const std::string& text) {
  const Result<IpNetwork> read = IpNetwork::parse(text);
  EXPECT_TRUE(read) << text;
  return read ? *read : IpNetwork{};
}
IpAddress host(const std::string& text) { return network(text).address; }

std::string fault(const std::string& text) {
  const Result<IpNetwork> read = IpNetwork::parse(text);
  return read ? "" : read.error().message;
}

TEST(IpNetwork, HoldsTheAddressesThatShareItsPrefix) {
  struct Row {
    const char* network;
    const char* inside;
    const char* outside;
  };
  const Row rows[] = {
      {"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
      {"192.168.128.0/17", "192.168.255.255", "192.168.127.255"},
      {"10.1.2.3", "10.1.2.3", "10.1.2.2"},
      {"0.0.0.0/1", "127.0.0.1", "128.0.0.0"},
      {"0.0.0.0/0", "255.255.255.255", "::"},
      {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
      {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
      {"::/0", "ffff::", "0.0.0.0"},
      {"::1", "::1", "::2"},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(network(row.network).contains(host(row.inside))) << row.network;
    EXPECT_FALSE(network(row.network).contains(host(row.outside))) << row.network;
  }
}

TEST(IpNetwork, SaysWhatIsWrongWithItsText) {
  for (const char* text : {"", "10", "ten", "10.0.0.0.0", "10.0.0.256", "1::2::3", "/8", "-1/8"}) {
    EXPECT_EQ(fault(text),
              "'" + std::string(text) + "' is no network such as 10.0.0.0/8 or 2001:db8::/32");
  }
  for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0.0/8 "})
    EXPECT_EQ(fault(text),
              "the prefix of '" + std::string(text) + "' must be a number from 0 to 32");
  EXPECT_EQ(fault("::/129"), "the prefix of '::/129' must be a number from 0 to 128");
  EXPECT_EQ(fault("10.1.0.1/8"),
            "'10.1.0.1/8' has bits behind its prefix; the network is 10.0.0.0/8");
  EXPECT_EQ(fault("2001:db8::1/127"),
            "'2001:db8::1/127' has bits behind its prefix; the network is 2001:db8::/127");
  EXPECT_EQ(fault("10.255.0.0/9"),
            "'10.255.0.0/9' has bits behind its prefix; the network is 10.128.0.0/9");
}

TEST(NetworkTable, FindsTheSmallestNetworkThatHoldsAnAddress) {
  NetworkTable<int> table(1);
  EXPECT_TRUE(table.is_only(1));
  EXPECT_EQ(table.find(host("10.1.2.3")), 1);
  EXPECT_TRUE(table.add(network("10.1.0.0/16"), 16));
  EXPECT_TRUE(table.add(network("10.0.0.0/8"), 8));
  EXPECT_TRUE(table.add(network("10.1.2.3"), 32));
  EXPECT_TRUE(table.add(network("2001:db8::/32"), 6));
  EXPECT_EQ(table.find(host("10.1.2.3")), 32);
  EXPECT_EQ(table.find(host("10.1.2.4")), 16);
  EXPECT_EQ(table.find(host("10.2.0.1")), 8);
  EXPECT_EQ(table.find(host("2001:db8::5")), 6);
  EXPECT_EQ(table.find(host("11.0.0.0")), 1);
  EXPECT_EQ(table.find(host("::1")), 1);
  EXPECT_FALSE(table.is_only(1));
}

TEST(NetworkTable, TakesANetworkOnce) {
  NetworkTable<int> table;
  EXPECT_TRUE(table.add(network("10.0.0.0/8"), 1));
  EXPECT_FALSE(table.add(network("10.0.0.0/8"), 2));
  EXPECT_TRUE(table.add(network("10.0.0.0/9"), 3));
  EXPECT_EQ(table.find(host("10.200.0.0")), 1);
}

}  // namespace
}  // namespace tcpflow
