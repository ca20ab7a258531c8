// hostile_traffic PACKETS: a capture of packets that mean harm, on standard output. Every kind of
// them asks the program to keep something: connections, bytes behind holes, fragments.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "tests/support/tunnel_builder.h"

namespace tcpflow::test {
namespace {

constexpr uint32_t kVictims = 64;  // connections that are aimed at

class Hostile {
 public:
  Octets next() {
    ++packets_;
    switch (random() % 8) {
      case 0:
        return anyone(tcp_flag::kSyn, "");
      case 1:
        return anyone(tcp_flag::kAck, "a connection of which nothing else is seen");
      case 2:
        return island();
      case 3:
        return endless_gap();
      case 4:
        return lonely_fragment();
      case 5:
        return nested();
      case 6:
        return doubtful_syn();
      default:
        return random() % 2 == 0 ? noise() : crowded_vlan();
    }
  }

 private:
  uint32_t random() { return static_cast<uint32_t>(source_()); }
  IpAddress anywhere() {
    const uint32_t address = random();
    return IpAddress::v4(reinterpret_cast<const uint8_t*>(&address));
  }
  static Octets in_frame(const Ipv4Params& outer, const TcpParams& params) {
    return ethernet(kTypeIpv4, tcp_in_ipv4(params, outer));
  }

  Octets anyone(uint8_t flags, std::string text) {
    Ipv4Params outer;
    outer.source = anywhere();
    TcpParams params;
    params.source_port = static_cast<uint16_t>(random());
    params.sequence = random();
    params.flags = flags;
    params.payload = std::move(text);
    return in_frame(outer, params);
  }

  static TcpParams of_victim(uint32_t victim) {
    TcpParams params;
    params.source_port = static_cast<uint16_t>(20'000 + victim);
    params.sequence = 1000;
    return params;
  }

  // One byte at any other place of 16 MiB: bookkeeping is all that it costs.
  Octets island() {
    TcpParams params = of_victim(random() % kVictims);
    params.sequence += 2 * (random() % (8u << 20));
    params.payload.push_back('i');
    return in_frame({}, params);
  }

  // Always another hole before the next piece, and nobody acknowledges.
  Octets endless_gap() {
    const uint32_t victim = random() % kVictims;
    TcpParams params = of_victim(victim);
    params.source_port = static_cast<uint16_t>(params.source_port + kVictims);
    params.sequence += reached_[victim] += 1500;
    params.payload = std::string(1400, 'g');
    return in_frame({}, params);
  }

  Octets lonely_fragment() {
    Ipv4Params outer;
    outer.source = anywhere();
    outer.id = static_cast<uint16_t>(random());
    outer.more_fragments = true;
    outer.fragment_offset = static_cast<uint16_t>(random() % 8000 * 8);
    return ethernet(kTypeIpv4, ipv4(outer, octets(std::string(256, 'f'))));
  }

  // Tunnels in tunnels, up to one more than are opened.
  Octets nested() {
    TcpParams params;
    params.source_port = static_cast<uint16_t>(random());
    params.sequence = random();
    params.payload = "deep";
    Octets packet = tcp_in_ipv4(params);
    for (uint32_t depth = random() % 10; depth > 0; --depth) {
      packet = tunnels_[random() % tunnels_.size()].wrap(packet, false);
    }
    return ethernet(kTypeIpv4, packet);
  }

  Octets doubtful_syn() {
    TcpParams params = of_victim(random() % kVictims);
    params.sequence = random();
    params.flags = tcp_flag::kSyn;
    params.payload = std::string(1000, 's');
    return in_frame({}, params);
  }

  Octets crowded_vlan() {
    EthernetParams link;
    link.tags = {{static_cast<uint16_t>(random() % 4095)},
                 {static_cast<uint16_t>(random() % 4095)}};
    TcpParams params = of_victim(random() % kVictims);
    params.sequence = random();
    params.payload = "vlan";
    return ethernet(link, tcp_in_ipv4(params));
  }

  Octets noise() {
    Octets bytes(random() % 200);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    if (bytes.size() >= 15) {
      set_be16(bytes, 12, random() % 2 == 0 ? kTypeIpv4 : kTypeIpv6);
      bytes[14] = random() % 2 == 0 ? 0x45 : 0x60;
    }
    return bytes;
  }

  std::mt19937 source_{20'26'11};
  std::vector<Tunnel> tunnels_ = all_tunnels();
  std::array<uint32_t, kVictims> reached_{};
  uint64_t packets_ = 0;
};

// 200,000 packets a second of packet time: ten million are over before anything ends of age.
void put_record(Octets& to, uint64_t number, const Octets& frame) {
  put_le32(to, static_cast<uint32_t>(1'500'000'000 + number / 200'000));
  put_le32(to, static_cast<uint32_t>(number % 200'000 * 5));
  put_le32(to, static_cast<uint32_t>(frame.size()));
  put_le32(to, static_cast<uint32_t>(frame.size()));
  put(to, frame);
}

int write(uint64_t packets) {
  Octets out;
  put_le32(out, 0xa1b2c3d4);
  put_le16(out, 2);
  put_le16(out, 4);
  put_le32(out, 0);
  put_le32(out, 0);
  put_le32(out, 262'144);
  put_le32(out, 1);
  Hostile hostile;
  for (uint64_t number = 0; number < packets; ++number) {
    put_record(out, number, hostile.next());
    if (out.size() < size_t{1} << 20 && number + 1 < packets) continue;
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) return EXIT_FAILURE;
    out.clear();
  }
  return std::fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace tcpflow::test

int main(int count, char** words) {
  const unsigned long long packets = count == 2 ? std::strtoull(words[1], nullptr, 10) : 0;
  if (packets > 0) return tcpflow::test::write(packets);
  std::fputs("usage: hostile_traffic PACKETS\n", stderr);
  return EXIT_FAILURE;
}
