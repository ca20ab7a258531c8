#include "flow/kept_key.h"

#include <gtest/gtest.h>

#include "tests/support/segment_builder.h"

namespace tcpflow {
namespace {

using test::ip;

FlowKey ipv4_key() { return {ip("10.0.0.1"), ip("192.0.2.80"), 80, 40000, 0}; }

std::vector<FlowKey> different_keys() {
  std::vector<FlowKey> keys(7, ipv4_key());
  keys[1].low = ip("10.0.0.2");
  keys[2].high = ip("192.0.2.81");
  keys[3].low_port = 81;
  keys[4].high_port = 40001;
  keys[5].path = 7;
  keys[6].low = ip("2001:db8::c");
  keys[6].high = ip("2001:db8:0:1::80");
  return keys;
}

TEST(KeptKey, IsTheKeyThatItWasMadeOf) {
  for (const FlowKey& key : different_keys()) {
    const KeptKey kept({key, true, nullptr});
    EXPECT_TRUE(kept.key() == key);
    EXPECT_EQ(kept.low(), key.low);
    EXPECT_EQ(kept.high(), key.high);
    EXPECT_EQ(kept.path(), nullptr);
  }
}

TEST(KeptKey, EqualsNoKeyThatDiffersAnywhere) {
  const std::vector<FlowKey> keys = different_keys();
  for (size_t i = 0; i < keys.size(); ++i) {
    const KeptKey kept({keys[i], true, nullptr});
    for (size_t j = 0; j < keys.size(); ++j) EXPECT_EQ(kept == keys[j], i == j);
  }
}

// An IPv6 address whose first octets look like the IPv4 one, the rest zero.
TEST(KeptKey, TellsFamiliesApart) {
  FlowKey key = ipv4_key();
  const KeptKey kept({key, true, nullptr});
  key.low.family = key.high.family = Family::ipv6;
  EXPECT_FALSE(kept == key);
}

TEST(KeptKey, CopiesTheTunnels) {
  auto path = std::make_unique<Encapsulation>();
  path->add({TunnelKind::gre, 5, ip("10.0.0.1"), ip("10.0.0.2"), true});
  FlowKey key = ipv4_key();
  key.path = 7;
  const KeptKey kept({key, true, path.get()});
  const std::string text = path->text();
  path.reset();
  ASSERT_NE(kept.path(), nullptr);
  EXPECT_EQ(kept.path()->text(), text);
}

}  // namespace
}  // namespace tcpflow
