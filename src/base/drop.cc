#include "base/drop.h"

namespace tcpflow {
namespace {

struct Words {
  const char* name;
  const char* text;
};

constexpr std::array<Words, kDropCount> kWords = {{
    {"none", "used"},
    {"unknown_link_type", "unknown link type"},
    {"truncated_link", "cut inside the link header"},
    {"bad_link", "bad link header"},
    {"bad_fcs", "wrong frame check sequence"},
    {"not_ip", "not IP"},
    {"too_many_headers", "too many stacked headers"},
    {"truncated_ip", "cut inside the IP header"},
    {"bad_ip_checksum", "wrong IP checksum"},
    {"bad_ip_header", "bad IP header"},
    {"truncated_tunnel", "cut inside a tunnel header"},
    {"bad_tunnel", "bad tunnel header"},
    {"encrypted", "encrypted"},
    {"not_tcp", "not TCP"},
    {"truncated_tcp", "cut inside the TCP header"},
    {"bad_tcp_header", "bad TCP header"},
    {"truncated_udp", "cut inside the UDP header"},
    {"bad_udp_header", "bad UDP header"},
    {"bad_fragment", "bad fragment"},
    {"fragment_overlap", "overlapping fragment"},
    {"fragment_incomplete", "fragments that never completed"},
    {"fragment_limit", "fragments given up at a limit"},
}};

}  // namespace

const char* drop_name(Drop why) { return kWords[static_cast<size_t>(why)].name; }
const char* drop_text(Drop why) { return kWords[static_cast<size_t>(why)].text; }

}  // namespace tcpflow
