#include "decode/encapsulation.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/packet_builder.h"

namespace tcpflow {
namespace {

using test::ip;

TunnelLayer layer(TunnelKind kind, uint32_t id, const char* from = "10.0.0.1",
                  const char* to = "10.0.0.2") {
  return {kind, id, ip(from), ip(to)};
}

Encapsulation path_of(std::initializer_list<TunnelLayer> layers) {
  Encapsulation path;
  for (const TunnelLayer& one : layers) EXPECT_TRUE(path.add(one));
  return path;
}

TEST(Encapsulation, IsTheSameInBothDirections) {
  const Encapsulation there = path_of({layer(TunnelKind::vxlan, 42)});
  const Encapsulation back = path_of({layer(TunnelKind::vxlan, 42, "10.0.0.2", "10.0.0.1")});
  EXPECT_EQ(there, back);
  EXPECT_EQ(PathHasher(7)(there), PathHasher(7)(back));
  EXPECT_EQ(there.text(), back.text());
}

TEST(Encapsulation, TellsApartWhatDiffersInKindNumberEndsOrOrder) {
  const TunnelLayer gre = layer(TunnelKind::gre, 0);
  const TunnelLayer vxlan = layer(TunnelKind::vxlan, 0);
  TunnelLayer keyed = gre;
  keyed.has_key = true;
  const std::vector<Encapsulation> paths = {
      {},
      path_of({gre}),
      path_of({keyed}),
      path_of({vxlan}),
      path_of({layer(TunnelKind::vxlan, 1)}),
      path_of({layer(TunnelKind::gre, 0, "10.0.0.1", "10.0.0.3")}),
      path_of({layer(TunnelKind::gre, 0, "2001:db8::1", "2001:db8::2")}),
      path_of({gre, vxlan}),
      path_of({vxlan, gre}),
      path_of({gre, gre}),
      path_of({{TunnelKind::nsh, 0, {}, {}}}),
  };
  std::set<uint64_t> hashes;
  for (const Encapsulation& path : paths) {
    for (const Encapsulation& other : paths) EXPECT_EQ(path == other, &path == &other);
    hashes.insert(PathHasher(99)(path));
    EXPECT_NE(PathHasher(99)(path), 0u);
    EXPECT_NE(PathHasher(99)(path), PathHasher(100)(path)) << "the seed matters";
  }
  EXPECT_EQ(hashes.size(), paths.size());
}

TEST(Encapsulation, HoldsNoMoreThanItsLimit) {
  Encapsulation path;
  for (size_t i = 0; i < Encapsulation::kMost; ++i) EXPECT_TRUE(path.add({}));
  EXPECT_TRUE(path.is_full());
  EXPECT_FALSE(path.add({}));
  path.truncate(2);
  EXPECT_EQ(path.size(), 2u);
  path.clear();
  EXPECT_EQ(path, Encapsulation());
}

TEST(Encapsulation, SaysWhatItIs) {
  EXPECT_EQ(Encapsulation().text(), "");
  EXPECT_EQ(path_of({layer(TunnelKind::vxlan, 0)}).text(), "vxlan 10.0.0.1-10.0.0.2 vni 0");
  EXPECT_EQ(path_of({layer(TunnelKind::gre, 0)}).text(), "gre 10.0.0.1-10.0.0.2");
  EXPECT_EQ(path_of({layer(TunnelKind::gre, 9)}).text(), "gre 10.0.0.1-10.0.0.2 key 9");
  EXPECT_EQ(path_of({{TunnelKind::backbone, 5, {}, {}}, {TunnelKind::mpls, 0, {}, {}}}).text(),
            "pbb isid 5, mpls");
  EXPECT_EQ(path_of({layer(TunnelKind::ip_in_ip, 0, "2001:db8::2", "2001:db8::1"),
                     layer(TunnelKind::teredo, 0)})
                .text(),
            "ipip 2001:db8::1-2001:db8::2, teredo 10.0.0.1-10.0.0.2");
  EXPECT_EQ(path_of({layer(TunnelKind::vxlan_gpe, 3)}).text(), "vxlan-gpe 10.0.0.1-10.0.0.2 vni 3")
      << "the last of the kinds";
}

}  // namespace
}  // namespace tcpflow
