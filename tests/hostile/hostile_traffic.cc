// hostile_traffic PACKETS [KIND]: a capture of packets that mean harm, on standard output. Every
// kind of them asks the program to keep something: connections, bytes behind holes, fragments.
// Without a KIND it is all of them, mixed.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/tunnel_builder.h"

namespace tcpflow::test {
namespace {

constexpr uint32_t kVictims = 64;  // connections that are aimed at

class Hostile {
 public:
  using Make = Octets (Hostile::*)();
  // Those that mixed() chooses from, and others that are a flood of their own.
  static const std::vector<std::pair<std::string, Make>>& kinds() {
    static const std::vector<std::pair<std::string, Make>> all = {
        {"syns", &Hostile::syn},
        {"segments", &Hostile::lonely_segment},
        {"islands", &Hostile::island},
        {"gaps", &Hostile::endless_gap},
        {"fragments", &Hostile::lonely_fragment},
        {"tunnels", &Hostile::nested},
        {"doubtful", &Hostile::doubtful_syn},
        {"vlans", &Hostile::crowded_vlan},
        {"noise", &Hostile::noise},
        {"mixed", &Hostile::mixed},
        {"connections", &Hostile::silent_connection},
        {"conversations", &Hostile::datagram},
        {"closed", &Hostile::closed_connection},
        {"released", &Hostile::released_islands},
    };
    return all;
  }

  Octets mixed() {
    const size_t kind = random() % 8;
    return (this->*kinds()[kind == 7 ? 7 + random() % 2 : kind].second)();
  }

 private:
  Octets syn() { return anyone(tcp_flag::kSyn, ""); }
  Octets lonely_segment() {
    return anyone(tcp_flag::kAck, "a connection of which nothing else is seen");
  }

  // Both sides of ever new connections say a word, and none ends.
  Octets silent_connection() {
    const uint32_t step = step_++ % 5;
    if (step == 0) ++talks_;
    const bool from_server = step == 1 || step == 4;
    Ipv4Params outer;
    TcpParams params;
    std::memcpy(outer.source.octets.data(), &talks_, sizeof talks_);
    params.sequence = from_server ? 5000 : 1000;
    params.acknowledgement = from_server ? 1001 : 5001;
    params.flags = step == 0 ? tcp_flag::kSyn : tcp_flag::kAck;
    if (step == 1) params.flags |= tcp_flag::kSyn;
    if (step >= 2) ++params.sequence;
    if (step == 4) params.acknowledgement += 5;
    if (step >= 3) params.payload = "words";
    if (from_server) {
      std::swap(outer.source, outer.destination);
      std::swap(params.source_port, params.destination_port);
    }
    return in_frame(outer, params);
  }

  // Over with their first packet: each is remembered.
  Octets closed_connection() {
    return anyone(tcp_flag::kAck | tcp_flag::kFin | tcp_flag::kRst, "over");
  }

  Octets datagram() {
    Ipv4Params outer;
    outer.source = anywhere();
    outer.protocol = 17;
    Octets datagram;
    put_be16(datagram, static_cast<uint16_t>(random()));
    put_be16(datagram, 53);
    put_be16(datagram, 13);
    put_be16(datagram, 0);
    put(datagram, octets("query"));
    return ethernet(kTypeIpv4, ipv4(outer, datagram));
  }

  // Islands of one byte by the thousand, and then what lets all of them go.
  Octets released_islands() {
    constexpr uint32_t kIslands = 30'000;
    const uint32_t step = step_++ % (kIslands + 2);
    if (step == 0) ++talks_;
    TcpParams params = of_victim(talks_);
    params.flags = step == 0 ? tcp_flag::kSyn : tcp_flag::kAck;
    if (step == kIslands + 1) params.flags |= tcp_flag::kFin | tcp_flag::kRst;
    params.sequence += step == 0 ? 0 : 2 * step + 1;
    if (step > 0) params.payload = "i";
    return in_frame({}, params);
  }

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
  uint32_t talks_ = 0;
  uint32_t step_ = 0;
};

// 200,000 packets a second of packet time: ten million are over before anything ends of age.
void put_record(Octets& to, uint64_t number, const Octets& frame) {
  put_le32(to, static_cast<uint32_t>(1'500'000'000 + number / 200'000));
  put_le32(to, static_cast<uint32_t>(number % 200'000 * 5));
  put_le32(to, static_cast<uint32_t>(frame.size()));
  put_le32(to, static_cast<uint32_t>(frame.size()));
  put(to, frame);
}

int write(uint64_t packets, Hostile::Make make) {
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
    put_record(out, number, (hostile.*make)());
    if (out.size() < size_t{1} << 20 && number + 1 < packets) continue;
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) return EXIT_FAILURE;
    out.clear();
  }
  return std::fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace tcpflow::test

int main(int count, char** words) {
  using tcpflow::test::Hostile;
  const unsigned long long packets = count >= 2 ? std::strtoull(words[1], nullptr, 10) : 0;
  const std::string wanted = count == 3 ? words[2] : "mixed";
  for (const auto& [name, make] : Hostile::kinds()) {
    if (packets > 0 && count <= 3 && name == wanted) return tcpflow::test::write(packets, make);
  }
  std::fputs("usage: hostile_traffic PACKETS [KIND]\nkinds:", stderr);
  for (const auto& kind : Hostile::kinds()) std::fprintf(stderr, " %s", kind.first.c_str());
  std::fputs("\n", stderr);
  return EXIT_FAILURE;
}
