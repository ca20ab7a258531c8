// Scripts of several connections, one after the other on the same addresses and ports, as a
// capture shows them: cut anywhere, reordered, repeated with other bytes, with segments lost and
// stragglers of the connection before. What comes out is compared with what the script knows.
#include <array>
#include <map>
#include <random>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

// What one side of one connection is known to have said, as far as the capture shows it.
struct HalfTruth {
  bool starts_known = false;  // a SYN was captured, so offset 0 is known
  bool end_known = false;     // a FIN was captured
  uint32_t isn = 0;
  std::string text;                // as sent
  std::map<uint32_t, char> shown;  // first copies by offset
  std::string marked() const;
};

std::string HalfTruth::marked() const {
  if (!starts_known && shown.empty()) return "";
  uint32_t at = starts_known ? 0 : shown.begin()->first;
  std::string all;
  const auto gap_to = [&](uint32_t end) {
    if (end > at) all.append("[").append(std::to_string(end - at)).append(" not captured]");
  };
  for (const auto& [offset, byte] : shown) {
    gap_to(offset);
    all += byte;
    at = offset + 1;
  }
  if (end_known) gap_to(static_cast<uint32_t>(text.size()));
  return all;
}

struct ConnectionTruth {
  std::array<HalfTruth, 2> halves;  // client, server
  bool has_fin = false;
};

class Script {
 public:
  explicit Script(uint32_t seed) : random_(seed) {
    const uint32_t count = 1 + below(4);
    for (uint32_t i = 0; i < count; ++i) add_connection(i == 0 && below(3) == 0);
  }
  const std::vector<SegmentParams>& segments() const { return segments_; }
  // Both halves of each connection that shows bytes, or that bytes are missing.
  Texts texts() const {
    Texts all;
    for (const ConnectionTruth& truth : truths_) {
      const std::string client = truth.halves[0].marked();
      const std::string server = truth.halves[1].marked();
      if (!client.empty() || !server.empty()) all.push_back(client + "|" + server);
    }
    return all;
  }

 private:
  struct Planned {
    uint32_t place = 0;
    SegmentParams segment;
    size_t side = 0;
    uint32_t offset = 0;
  };

  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_()) % limit; }

  // Far enough from all earlier ones that no segment could belong to two connections.
  uint32_t new_isn() { return next_isn_ += 0x08000000 + below(1000); }

  void add_connection(bool in_mid_stream) {
    const bool old_is_closed = truths_.empty() || truths_.back().has_fin;
    ConnectionTruth& truth = truths_.emplace_back();
    for (HalfTruth& half : truth.halves) {
      half.isn = new_isn();
      half.text = std::string(below(3) == 0 ? 0 : below(500), 'a');
      for (char& byte : half.text) byte = static_cast<char>('a' + below(26));
    }
    std::vector<Planned> plan;
    if (!in_mid_stream) handshake(truth, old_is_closed, plan);
    for (size_t side = 0; side < 2; ++side) plan_data(truth.halves[side], side, plan);
    plan_stragglers(plan);
    if (below(3) != 0) plan_fins(truth, plan);
    if (below(4) == 0) plan.push_back({900, segment(0, kRst | kAck, end_of(truth.halves[0]), "")});
    std::stable_sort(plan.begin(), plan.end(),
                     [](const Planned& a, const Planned& b) { return a.place < b.place; });
    for (const Planned& one : plan) show(one);
  }

  // The answer proves the connection, so it is lost or late only where no proof is needed.
  void handshake(ConnectionTruth& truth, bool is_believed, std::vector<Planned>& plan) {
    segments_.push_back(segment(0, kSyn, 0, ""));
    truth.halves[0].starts_known = true;
    if (is_believed && below(4) == 0) return;
    SegmentParams answer = segment(1, kSyn | kAck, 0, "");
    answer.tcp.acknowledgement = truth.halves[0].isn + 1;
    plan.push_back({is_believed && below(3) == 0 ? below(190) : 0, answer});
    truth.halves[1].starts_known = true;
  }

  void plan_data(const HalfTruth& half, size_t side, std::vector<Planned>& plan) {
    const bool loses = below(3) == 0;
    const auto end = static_cast<uint32_t>(half.text.size());
    uint32_t place = 0;
    for (uint32_t at = 0, length = 0; at < end; at += length) {
      length = std::min(1 + below(60), end - at);
      place += 10;
      if (loses && below(6) == 0) continue;
      plan_piece(half, side, {at, length, place + below(60)}, plan);
      if (below(5) == 0) plan_piece(half, side, {at / 2, length, place + below(90)}, plan);
    }
  }
  struct Piece {
    uint32_t at;
    uint32_t length;
    uint32_t place;
  };
  void plan_piece(const HalfTruth& half, size_t side, Piece piece, std::vector<Planned>& plan) {
    std::string text = half.text.substr(piece.at, piece.length);
    if (below(10) == 0) text[below(static_cast<uint32_t>(text.size()))] = '#';  // another copy
    plan.push_back({piece.place, segment(side, kAck, piece.at + 1, text), side, piece.at});
  }

  // Segments of the connection before this one, late.
  void plan_stragglers(std::vector<Planned>& plan) {
    for (const SegmentParams& old : last_shown_) {
      if (below(8) == 0) plan.push_back({below(300), old, kStraggler});
    }
    last_shown_.clear();
  }

  void plan_fins(ConnectionTruth& truth, std::vector<Planned>& plan) {
    truth.has_fin = true;
    for (size_t side = 0; side < 2; ++side) {
      HalfTruth& half = truth.halves[side];
      half.end_known = true;
      plan.push_back({200 + below(700), segment(side, kFin | kAck, end_of(half), "")});
    }
  }

  void show(const Planned& one) {
    segments_.push_back(one.segment);
    const std::string& payload = one.segment.tcp.payload;
    if (payload.empty() || one.side == kStraggler) return;
    last_shown_.push_back(one.segment);
    HalfTruth& half = truths_.back().halves[one.side];
    for (uint32_t i = 0; i < payload.size(); ++i) half.shown.emplace(one.offset + i, payload[i]);
  }

  static uint32_t end_of(const HalfTruth& half) {
    return static_cast<uint32_t>(half.text.size()) + 1;
  }
  SegmentParams segment(size_t side, uint8_t flags, uint32_t offset, const std::string& payload) {
    const ConnectionTruth& truth = truths_.back();
    const HalfTruth& other = truth.halves[1 - side];
    SegmentParams params;
    if (side != 0) {
      std::swap(params.source, params.destination);
      std::swap(params.tcp.source_port, params.tcp.destination_port);
    }
    params.tcp.sequence = truth.halves[side].isn + offset;
    const bool answers = (flags & kAck) != 0;
    params.tcp.acknowledgement = answers ? other.isn + 1 + below(end_of(other)) : 0;
    params.tcp.flags = flags;
    params.tcp.payload = payload;
    return params;
  }

  static constexpr size_t kStraggler = 2;

  std::mt19937 random_;
  uint32_t next_isn_ = 0xe0000000;
  std::vector<ConnectionTruth> truths_;
  std::vector<SegmentParams> last_shown_;
  std::vector<SegmentParams> segments_;
};

Texts texts_by_side(const TableRun& run) {
  Texts all;
  for (const MemoryFlow& flow : run.files.flows) {
    std::array<std::string, 2> sides;
    for (const MemoryHalf& half : flow.halves) {
      if (half.started) sides[half.info.source_port == 80] = half.marked;
    }
    all.push_back(sides[0] + "|" + sides[1]);
  }
  return all;
}

TEST(RandomConnections, ComeOutAsTheirScriptsKnow) {
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    const Script script(seed);
    TableRun run;
    int64_t milliseconds = 0;
    for (SegmentParams params : script.segments()) {
      params.time = at_ms(++milliseconds);
      run.feed({params});
      if (milliseconds % 7 == 0) run.end_batch();
    }
    run.finish();
    ASSERT_EQ(texts_by_side(run), script.texts()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tcpflow
