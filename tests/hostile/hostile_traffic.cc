// hostile_traffic PACKETS [KIND]: a capture of packets that mean harm, on standard output. Every
// kind of them asks the program to keep something: connections, bytes behind holes, fragments.
// Without a KIND it is all of them, mixed.
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

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
        {"open_brotli", &Hostile::open_brotli},
        {"brotli_in_turn", &Hostile::brotli_in_turn},
        {"requests", &Hostile::pipelined_requests},
        {"heads", &Hostile::many_heads},
        {"header", &Hostile::long_header},
        {"parts", &Hostile::many_parts},
        {"endless", &Hostile::endless_response},
        {"gzip_bomb", &Hostile::gzip_bomb},
        {"zlib_bomb", &Hostile::zlib_bomb},
        {"raw_bomb", &Hostile::raw_bomb},
        {"stacked_bomb", &Hostile::stacked_bomb},
        {"brotli_bomb", &Hostile::brotli_bomb},
        {"zstd_bomb", &Hostile::zstd_bomb},
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

  // Ever new connections, each with a body that fills the largest window and does not end; less
  // than what the ratio of sizes would stop, for then it would be given back.
  Octets open_brotli() {
    open_body(size_t{15} << 20);
    const bool is_first = step_++ % 2 == 0;
    if (is_first) ++talks_;
    Ipv4Params outer;
    std::memcpy(outer.source.octets.data(), &talks_, sizeof talks_);
    TcpParams params;
    params.sequence = is_first ? 1000 : 1001;
    params.flags = is_first ? tcp_flag::kSyn : tcp_flag::kAck;
    if (!is_first) params.payload = body_;
    return in_frame(outer, params);
  }

  // The same where each is over when the next begins: their starts are held, to the end of them
  // all.
  Octets brotli_in_turn() {
    open_body(size_t{1} << 20);
    return anyone(tcp_flag::kAck, body_);
  }
  void open_body(size_t count) {
    if (!body_.empty()) return;
    body_ = response("br") + brotli_zeros(count, BROTLI_OPERATION_FLUSH);
  }

  Octets pipelined_requests() {
    std::string requests;
    for (int i = 0; i < 40; ++i) requests += "GET /another HTTP/1.1\r\nHost: host\r\n\r\n";
    return next_of_stream(std::move(requests));
  }

  Octets long_header() {
    return next_of_stream(step_++ == 0 ? "GET / HTTP/1.1\r\nCookie: " : std::string(1400, 'c'));
  }

  // Ever new connections, each with much of a head that does not end.
  Octets many_heads() {
    constexpr uint32_t kSegments = 30;
    const uint32_t step = step_++ % (kSegments + 1);
    if (step == 0) {
      ++talks_;
      sent_ = 0;
    }
    Ipv4Params outer;
    std::memcpy(outer.source.octets.data(), &talks_, sizeof talks_);
    TcpParams params;
    params.flags = step == 0 ? tcp_flag::kSyn : tcp_flag::kAck;
    params.sequence = 1000 + sent_ + (step == 0 ? 0 : 1);
    if (step == 1) params.payload = "GET / HTTP/1.1\r\nCookie: ";
    if (step > 1) params.payload = std::string(1400, 'c');
    sent_ += static_cast<uint32_t>(params.payload.size());
    return in_frame(outer, params);
  }

  Octets many_parts() {
    if (step_++ == 0) {
      return next_of_stream(
          "POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
          "Content-Length: 99999999999\r\n\r\n--b");
    }
    std::string parts;
    for (int i = 0; i < 40; ++i) parts += "\r\n\r\nx\r\n--b";
    return next_of_stream(std::move(parts));
  }

  // No harm in itself, but it never ends: a chunk a packet.
  Octets endless_response() {
    if (sent_ == 0) return next_of_stream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    return next_of_stream("500\r\n" + std::string(0x4ff, 'a') + "\n\r\n");
  }

  // Members of gzip and frames of zstd follow one another, and so do flushed blocks of one stream
  // of deflate, with or without zlib's header in front; of brotli there is one stream.
  Octets gzip_bomb() { return next_of_bomb({"gzip", &gzip_zeros}); }
  Octets zlib_bomb() { return next_of_bomb({"deflate", &deflate_zeros, true, "\x78\x9c"}); }
  Octets raw_bomb() { return next_of_bomb({"deflate", &deflate_zeros}); }
  Octets stacked_bomb() { return next_of_bomb({"gzip, gzip", &gzip_in_gzip}); }
  Octets zstd_bomb() { return next_of_bomb({"zstd", &zstd_zeros}); }
  Octets brotli_bomb() { return next_of_bomb({"br", &brotli_bytes, false}); }

  static std::string response(const std::string& coding) {
    return "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\n\r\n";
  }

  struct Bomb {
    std::string coding;
    std::string (*pack)();
    bool repeats = true;
    std::string begin = {};  // of the body, once
  };
  Octets next_of_bomb(const Bomb& bomb) {
    if (body_.empty()) {
      body_ = bomb.pack();
      return next_of_stream(response(bomb.coding) + bomb.begin);
    }
    std::string piece = body_.substr(body_at_, 1400);
    body_at_ += piece.size();
    if (body_at_ == body_.size() && bomb.repeats) body_at_ = 0;
    return next_of_stream(std::move(piece));
  }

  Octets next_of_stream(std::string payload) {
    TcpParams params = of_victim(0);
    params.flags = tcp_flag::kAck;
    params.sequence += sent_;
    sent_ += static_cast<uint32_t>(payload.size());
    params.payload = std::move(payload);
    return in_frame({}, params);
  }

  static std::string brotli_bytes() {
    return brotli_zeros(size_t{256} << 20, BROTLI_OPERATION_FINISH);
  }
  static std::string brotli_zeros(size_t count, BrotliEncoderOperation how) {
    const std::string zeros(count, '\0');
    std::string packed(size_t{1} << 20, '\0');
    BrotliEncoderState* const state = BrotliEncoderCreateInstance(nullptr, nullptr, nullptr);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, 5);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, BROTLI_MAX_WINDOW_BITS);
    size_t left = zeros.size();
    size_t room = packed.size();
    const uint8_t* in = reinterpret_cast<const uint8_t*>(zeros.data());
    uint8_t* out = reinterpret_cast<uint8_t*>(packed.data());
    BrotliEncoderCompressStream(state, how, &left, &in, &room, &out, nullptr);
    BrotliEncoderDestroyInstance(state);
    packed.resize(packed.size() - room);
    return packed;
  }
  static std::string zstd_zeros() {
    const std::string zeros(size_t{64} << 20, '\0');
    std::string packed(ZSTD_compressBound(zeros.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), zeros.data(), zeros.size(), 3));
    return packed;
  }
  static constexpr int kGzip = 16;
  static std::string gzip_zeros() {
    return deflated(std::string(size_t{64} << 20, '\0'), MAX_WBITS + kGzip, Z_FINISH);
  }
  static std::string gzip_in_gzip() { return deflated(gzip_zeros(), MAX_WBITS + kGzip, Z_FINISH); }
  static std::string deflate_zeros() {
    return deflated(std::string(size_t{64} << 20, '\0'), -MAX_WBITS, Z_FULL_FLUSH);
  }
  static std::string deflated(std::string plain, int window_bits, int how) {
    std::string packed(size_t{1} << 20, '\0');
    z_stream zlib{};
    deflateInit2(&zlib, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    zlib.next_in = reinterpret_cast<Bytef*>(plain.data());
    zlib.avail_in = static_cast<uInt>(plain.size());
    zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
    zlib.avail_out = static_cast<uInt>(packed.size());
    deflate(&zlib, how);
    packed.resize(zlib.total_out);
    deflateEnd(&zlib);
    return packed;
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
  std::string body_;  // of those that send one
  size_t body_at_ = 0;
  uint32_t sent_ = 0;  // octets of the one stream
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
