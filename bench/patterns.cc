#include "bench/patterns.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>

namespace tcpflow::bench {
namespace {

// Connections that take turns, as they do on a busy link.
std::vector<Connection> opened(Stage& stage, uint32_t count) {
  std::vector<Connection> all;
  all.reserve(count);
  for (uint32_t i = 0; i < count; ++i) all.emplace_back(stage.out, stage.content, i).open();
  return all;
}

void in_turns(Stage& stage, uint32_t count, uint32_t turns) {
  std::vector<Connection> all = opened(stage, count);
  for (uint32_t turn = 0; turn < turns; ++turn)
    for (Connection& connection : all) connection.stream(Side::server, 2 * kSegment);
  for (Connection& connection : all) connection.close();
}

void in_order(Stage& stage) { in_turns(stage, 8, stage.scaled(46'250)); }

void one_elephant(Stage& stage) { in_turns(stage, 1, stage.scaled(370'000)); }

// An HTTP exchange, one step at a time, so that many can run side by side.
class Exchange {
 public:
  Exchange(Stage& stage, uint32_t number)
      : connection_(stage.out, stage.content, number),
        body_(8'000 + stage.random.below(8'000)),
        number_(number) {}

  // False once it is over.
  bool step() {
    switch (step_++) {
      case 0:
        connection_.open();
        return true;
      case 1:
        connection_.say(Side::client, request());
        return true;
      case 2:
        connection_.say(Side::server, head());
        return true;
      case 3:
        connection_.stream(Side::server, body_);
        return true;
      default:
        connection_.close();
        return false;
    }
  }

 private:
  std::string request() const {
    return "GET /page/" + std::to_string(number_) +
           " HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
           "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
           "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: identity\r\n"
           "Connection: close\r\n\r\n";
  }
  std::string head() const {
    return "HTTP/1.1 200 OK\r\nServer: example\r\nContent-Type: text/html; charset=utf-8\r\n"
           "Content-Length: " +
           std::to_string(body_) + "\r\nConnection: close\r\n\r\n";
  }

  Connection connection_;
  uint32_t body_;
  uint32_t number_;
  int step_ = 0;
};

void many_short_http(Stage& stage) {
  constexpr size_t kSideBySide = 64;
  const uint32_t count = stage.scaled(60'000);
  std::deque<Exchange> running;
  for (uint32_t next = 0; next < count || !running.empty();) {
    while (next < count && running.size() < kSideBySide) running.emplace_back(stage, next++);
    Exchange exchange = running.front();
    running.pop_front();
    if (exchange.step()) running.push_back(exchange);
  }
}

void tiny_flows(Stage& stage) {
  const uint32_t count = stage.scaled(200'000);
  for (uint32_t i = 0; i < count; ++i) {
    Connection connection(stage.out, stage.content, i);
    connection.open();
    connection.stream(Side::client, 64);
    connection.stream(Side::server, 64);
    connection.close();
  }
}

void half_open(Stage& stage) {
  const uint32_t count = stage.scaled(1'000'000);
  for (uint32_t i = 0; i < count; ++i) Connection(stage.out, stage.content, i).syn();
}

// All connections stay open; each speaks now and then, and none ends.
void many_open(Stage& stage) {
  std::vector<Connection> all = opened(stage, stage.scaled(100'000));
  for (uint32_t turn = 0; turn < 4; ++turn)
    for (Connection& connection : all) connection.stream(Side::server, 700);
}

struct Piece {
  uint64_t offset = 0;
  uint32_t length = 0;
};

// Calls `spoil` on the pieces of each window of 32 segments before they are sent.
template <typename Spoil>
void spoiled(Stage& stage, Spoil spoil) {
  constexpr uint32_t kFlows = 8;
  constexpr uint32_t kWindow = 32;
  std::vector<Connection> all = opened(stage, kFlows);
  const uint32_t windows = stage.scaled(1'450);
  for (uint64_t window = 0; window < windows; ++window) {
    for (Connection& connection : all) {
      std::vector<Piece> pieces;
      for (uint64_t i = 0; i < kWindow; ++i)
        pieces.push_back({(window * kWindow + i) * kSegment, kSegment});
      spoil(pieces);
      for (const Piece& piece : pieces) connection.piece(Side::server, piece.offset, piece.length);
      connection.skip(Side::server, kWindow * kSegment);
      connection.ack(Side::client);
    }
  }
  for (Connection& connection : all) connection.close();
}

// One in 20 segments comes late, one in 50 again, one in 50 again with half of the one before it.
void reordered(Stage& stage) {
  spoiled(stage, [&](std::vector<Piece>& pieces) {
    for (size_t i = 1; i < pieces.size(); ++i) {
      const size_t late = std::min(pieces.size() - 1, i + 1 + stage.random.below(4));
      if (stage.random.chance(5)) std::swap(pieces[i], pieces[late]);
      if (stage.random.chance(2)) pieces.insert(pieces.begin() + static_cast<int>(late), pieces[i]);
      if (stage.random.chance(2)) pieces[i] = {pieces[i].offset - kSegment / 2, kSegment * 3 / 2};
    }
  });
}

// One in 10 segments comes again, one in 10 again with half of the one before it, and one in 20
// with half of the one behind it, which then comes in full.
void retransmitted(Stage& stage) {
  spoiled(stage, [&](std::vector<Piece>& pieces) {
    const uint64_t last = pieces.back().offset;
    for (size_t i = 1; i < pieces.size(); ++i) {
      const Piece whole = pieces[i];
      if (stage.random.chance(10)) pieces[i] = {whole.offset - kSegment / 2, kSegment * 3 / 2};
      if (whole.offset < last && stage.random.chance(5)) pieces[i].length += kSegment / 2;
      if (!stage.random.chance(10)) continue;
      const size_t again = std::min(pieces.size(), i + 1 + stage.random.below(16));
      pieces.insert(pieces.begin() + static_cast<int>(again), whole);
    }
  });
}

// One in 50 segments is missing.
void lossy(Stage& stage) {
  spoiled(stage, [&](std::vector<Piece>& pieces) {
    std::erase_if(pieces, [&](const Piece&) { return stage.random.chance(2); });
  });
}

// Questions with one answer, as those to name servers, among 8 long streams of large datagrams, as
// those of a call.
void udp(Stage& stage) {
  constexpr uint32_t kStreams = 8;
  constexpr uint32_t kDatagram = 1200;
  const uint32_t questions = stage.scaled(60'000);
  std::array<uint64_t, kStreams> sent{};
  for (uint32_t i = 0; i < questions; ++i) {
    const Pair pair = nth_pair(kStreams + i);
    stage.out.datagram(pair.client, pair.server, stage.content.at(i, 0, 40));
    for (uint32_t n = 4 * i; n < 4 * i + 4; ++n) {
      const uint32_t stream = n % kStreams;
      const Pair call = nth_pair(stream);
      stage.out.datagram(call.server, call.client,
                         stage.content.at(stream, sent[stream], kDatagram));
      sent[stream] += kDatagram;
    }
    stage.out.datagram(pair.server, pair.client,
                       stage.content.at(i, 40, 100 + stage.random.below(400)));
  }
}

}  // namespace

uint32_t Stage::scaled(uint32_t amount) const {
  return std::max(1u, static_cast<uint32_t>(amount * scale));
}

const std::vector<Pattern>& patterns() {
  static const std::vector<Pattern> all = {
      {"in_order", "8 long flows side by side, 1.16 GB", in_order},
      {"one_elephant", "one long flow, 1.16 GB", one_elephant},
      {"many_short_http", "60,000 short HTTP connections, 850 MB", many_short_http},
      {"tiny_flows", "200,000 connections of 64 bytes each way", tiny_flows},
      {"half_open", "1,000,000 SYNs", half_open},
      {"many_open", "100,000 connections that stay open", many_open},
      {"reordered", "8 flows, late, repeated and overlapping segments", reordered},
      {"retransmitted", "8 flows, many segments again or with parts of others", retransmitted},
      {"lossy", "8 flows, one segment in 50 missing", lossy},
      {"udp", "60,000 questions and answers among 8 streams of datagrams, 330 MB", udp},
  };
  return all;
}

}  // namespace tcpflow::bench
