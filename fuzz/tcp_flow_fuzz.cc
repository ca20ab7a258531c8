// Segments of connections on one pair of ports, in any order, against what both sides said. Input:
// a mode, then operations of five octets (kind, flags, offset of two, length). In the honest mode
// each octet is a function of its connection, side and place, connections follow one another with
// or without a close, and late segments of the one before come in between: each byte that comes out
// is checked, and one flow must come of each connection. In the contradicting mode every segment of
// one side has bytes of its own, and a model of the overlap policy says which come out. In the
// hostile mode anything goes, and the contract of StreamConsumer and the limits hold.
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "flow/flow_table.h"
#include "tests/support/memory_consumer.h"
#include "tests/support/overlap_model.h"
#include "tests/support/require.h"
#include "tests/support/span_witness.h"

namespace tcpflow {
namespace {

using test::require;

using namespace tcp_flag;

enum class Kind : uint8_t { honest, hostile, contradicting };

struct Mode {
  Kind kind = Kind::honest;
  OverlapPolicy policy = OverlapPolicy::first;
  FlowOptions options;
};

Kind kind_of(uint8_t bits) {
  if ((bits & 1) != 0) return Kind::hostile;
  return (bits & 2) != 0 ? Kind::contradicting : Kind::honest;
}

Mode mode_of(uint8_t bits) {
  Mode mode;
  mode.kind = kind_of(bits);
  // All copies of an honest byte are the same, so every policy must give the same streams.
  mode.policy = static_cast<OverlapPolicy>((bits >> 3) % overlap_policy_names().size());
  mode.options.overlap.set_default(mode.policy);
  mode.options.keep_alternatives = (bits & 128) != 0;
  if (mode.kind == Kind::contradicting) return mode;
  if ((bits & 4) != 0) {
    mode.options.stream.held_per_half = 600;
    mode.options.stream.held_total = 4000;
  }
  if (mode.kind == Kind::honest) return mode;
  if ((bits & 8) != 0) mode.options.max_jump = 100;
  if ((bits & 16) != 0) mode.options.tcp_timeout = 1;
  if ((bits & 32) != 0) mode.options.flow.linger_packets = 1;
  if ((bits & 64) != 0) mode.options.stream.start_segments = 2;
  mode.options.strict = (bits & 128) != 0;
  return mode;
}

constexpr uint16_t kClientPort = 1025;

// A segment as the operations state it.
struct Wanted {
  bool client = false;
  uint8_t flags = 0;
  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;
  std::vector<uint8_t> payload;
  uint32_t missing = 0;
  uint8_t bent = 0;  // what strict mode looks at, 0 for nothing
};

// The table with all it talks to, fed one segment at a time.
class Link {
 public:
  explicit Link(const Mode& mode)
      : limit_(mode.options.stream.held_total), table_(mode.options, listeners()) {}

  void let_pass(Duration time) { time_ = shifted(time_, time); }
  void set_time(Timestamp time) { time_ = time; }
  void set_opens_flows(bool opens) { table_.set_opens_flows(opens); }
  uint64_t packets() const { return packets_; }
  const std::deque<test::MemoryFlow>& flows() const { return files_.flows; }
  size_t records() const { return records_.records.size(); }

  void send(const Wanted& wanted) {
    Frame frame;
    frame.number = ++packets_;
    frame.time = time_;
    frame.original_length = static_cast<uint32_t>(wanted.payload.size()) + wanted.missing + 54;
    Segment segment;
    segment.frame = &frame;
    segment.source.octets[0] = wanted.client ? 1 : 2;
    segment.destination.octets[0] = wanted.client ? 2 : 1;
    segment.source_port = wanted.client ? kClientPort : 80;
    segment.destination_port = wanted.client ? 80 : kClientPort;
    segment.sequence = wanted.sequence;
    segment.acknowledgement = wanted.acknowledgement;
    segment.flags = wanted.flags;
    segment.missing = wanted.missing;
    bend(segment, wanted.bent);
    kept_.push_back(wanted.payload);
    segment.payload = kept_.back();
    table_.on_segment(segment);
    require(table_.held_bytes() <= limit_);
    require(table_.open_flows() <= 2);
  }
  void end_batch() {
    require(spans_.end_batch());
    table_.on_batch_end();
    kept_.clear();
  }
  void end() {
    table_.end_all();
    end_batch();
    require(table_.open_flows() == 0);
    require(table_.held_bytes() == 0);
    require(table_.counters().halves_open == 0);
    for (const test::MemoryFlow& flow : files_.flows) require(flow.faults.empty() && flow.end);
  }

 private:
  static void bend(Segment& segment, uint8_t bits) {
    segment.has_options = bits != 0;
    segment.bad_checksum = (bits & 0x1f) == 0x1f;
    segment.window = static_cast<uint16_t>(bits * 64u);
    segment.options.has_md5 = (bits & 0xf0) == 0xf0;
    segment.options.has_timestamp = (bits & 1) != 0;
    segment.options.timestamp = bits * 0x01010101u;
    if ((bits & 2) != 0) segment.options.window_scale = bits & 7;
  }
  FlowListeners listeners() { return {{&files_, &spans_}, &records_, nullptr}; }

  size_t limit_;
  test::MemoryFlows files_;
  test::SpanWitness spans_;
  test::MemoryRecords records_;
  FlowTable table_;
  std::vector<std::vector<uint8_t>> kept_;  // what the batch owns
  uint64_t packets_ = 0;
  Timestamp time_ = make_time(1'500'000'000, 0);
};

// Two sides that say what they always say.
class HonestPeers {
 public:
  explicit HonestPeers(Link& link) : link_(link) { begin(); }

  void run(const uint8_t* op) {
    const bool client = (op[0] & 1) != 0;
    const uint32_t offset = static_cast<uint32_t>(op[2] << 8 | op[3]);
    if (offset == 0xffff) return begin();
    if (offset >= 0xff00) return repeat_old(op[4]);
    speak(client, op[1], offset, op[4]);
  }

  void check() const {
    require(link_.records() == generations_.size());
    for (const test::MemoryFlow& flow : link_.flows()) {
      for (const test::MemoryHalf& half : flow.halves) {
        if (half.started) check_half(half, generations_.at(flow.info.id));
      }
    }
  }

 private:
  static constexpr uint32_t kLength = 4096;

  static uint8_t said(uint32_t generation, bool client, uint64_t offset) {
    return static_cast<uint8_t>(((offset + 1) * (2654435761u + 2 * generation) >> 11) ^
                                (client ? 0x5a : 0));
  }
  // Generations lie further apart than anything jumps.
  uint32_t isn(bool client) const {
    return (client ? 0xffffff00u : 77u) + generation_ * 0x05000000u;
  }

  void begin() {
    if (generations_.size() == 12) return;  // or sequence numbers would come again
    ++generation_;
    generations_[link_.packets() + 1] = generation_;
    old_ = std::exchange(shown_, {});
    link_.send({true, kSyn, isn(true), 0, {}, 0});
    link_.send({false, kSyn | kAck, isn(false), isn(true) + 1, {}, 0});
  }

  void speak(bool client, uint8_t flags, uint32_t offset, uint8_t length) {
    if (offset + length > kLength) return;
    Wanted wanted{client, kAck, isn(client) + 1 + offset, isn(!client) + 1 + flags * 64u, {}, 0};
    for (uint32_t i = 0; i < length; ++i) {
      wanted.payload.push_back(said(generation_, client, offset + i));
    }
    // One end of the stream, or there would be two truths.
    if ((flags & 1) != 0 && offset + length == kLength) wanted.flags |= kFin;
    if (wanted.acknowledgement - isn(!client) > kLength + 2) wanted.flags = kPsh;
    link_.send(wanted);
    if (wanted.flags != kPsh && length > 0) shown_.push_back(wanted);
  }

  void repeat_old(uint8_t which) {
    if (!old_.empty()) link_.send(old_[which % old_.size()]);
  }

  static void check_half(const test::MemoryHalf& half, uint32_t generation) {
    size_t gap = 0;
    for (uint64_t i = 0; i < half.bytes.size(); ++i) {
      while (gap < half.gaps.size() && half.gaps[gap].offset + half.gaps[gap].length <= i) ++gap;
      const bool in_gap = gap < half.gaps.size() && half.gaps[gap].offset <= i;
      const bool client = half.info.source_port == kClientPort;
      require(in_gap || static_cast<uint8_t>(half.bytes[i]) == said(generation, client, i));
    }
  }

  Link& link_;
  uint32_t generation_ = 0;
  std::map<uint64_t, uint32_t> generations_;  // by the number of their first packet
  std::vector<Wanted> shown_;
  std::vector<Wanted> old_;
};

// One side of one connection, each of whose segments tells something else.
class ContradictingPeer {
 public:
  ContradictingPeer(Link& link, OverlapPolicy policy)
      : link_(link),
        model_(test::segment_policy_rows()[static_cast<size_t>(policy)]),
        is_linux_(policy == OverlapPolicy::modern_linux) {
    link_.send({true, kSyn, kIsn, 0, {}, 0});
    link_.send({false, kSyn | kAck, 1, kIsn + 1, {}, 0});
  }

  void run(const uint8_t* op) {
    const size_t at = static_cast<size_t>(op[2] << 8 | op[3]) % kLength;
    if (op[4] == 0) return;
    Wanted wanted{true, kAck, kIsn + 1 + static_cast<uint32_t>(at), 2, {}, 0};
    // Few values, so that some copies agree.
    for (size_t i = 0; i < op[4]; ++i) {
      wanted.payload.push_back(static_cast<uint8_t>(op[1] % 8 + (i % (1u + op[1] / 32u))));
    }
    link_.send(wanted);
    for (size_t i = 0; is_linux_ && i < op[4]; ++i) copies_[at + i].insert(wanted.payload[i]);
    model_.add(at, wanted.payload, delivered_);
    while (model_.is_known(delivered_)) ++delivered_;
  }

  void check() const {
    require(link_.records() == 1);
    if (model_.end() == 0) return;
    require(link_.flows().size() == 1);
    const test::MemoryHalf& half = link_.flows()[0].half(Direction::originator);
    require(half.bytes.size() == model_.end());
    size_t missing = 0;
    for (const GapRecord& gap : half.gaps) {
      missing += gap.length;
      for (uint64_t i = 0; i < gap.length; ++i) require(!model_.is_known(gap.offset + i));
    }
    require(missing + model_.known() == model_.end());
    for (size_t i = 0; i < model_.end(); ++i) {
      if (model_.is_known(i)) require(is_right(i, static_cast<uint8_t>(half.bytes[i])));
    }
  }

 private:
  static constexpr uint32_t kIsn = 0xfffff000u;
  static constexpr size_t kLength = 2048;

  // Which copy Linux takes hangs on the shape of its tree; here it must be one that was sent.
  bool is_right(size_t at, uint8_t octet) const {
    return is_linux_ ? copies_.at(at).contains(octet) : octet == model_.octet(at);
  }

  Link& link_;
  test::OverlapModel model_;
  bool is_linux_;
  size_t delivered_ = 0;
  std::map<size_t, std::set<uint8_t>> copies_;
};

// Anything at all, but near enough to what was sent to mean something.
class HostilePeers {
 public:
  explicit HostilePeers(Link& link) : link_(link) {}

  void run(const uint8_t* op) {
    if (op[1] == 0xff) return bend(op);
    const bool client = (op[0] & 1) != 0;
    const uint32_t offset = static_cast<uint32_t>(op[2] << 8 | op[3]);
    Wanted wanted{client, static_cast<uint8_t>(op[1] & 0x3f), offset, 0, {}, 0};
    if ((op[1] & 0x40) != 0) wanted.sequence = offset * 65521u;
    if ((op[0] & 0x40) != 0) wanted.sequence = next_[client] + offset % 64;
    const bool answers = (op[1] & 0x80) != 0;
    wanted.acknowledgement = answers ? next_[!client] : wanted.sequence ^ op[1];
    wanted.payload.assign(op[4] & 0x7f, op[1]);
    if (op[4] >= 0xe0) wanted.missing = offset;
    wanted.bent = static_cast<uint8_t>(op[2] ^ op[4]);
    link_.send(wanted);
    const uint32_t on_flags = (wanted.flags & (kSyn | kFin)) != 0 ? 1 : 0;
    next_[client] = wanted.sequence + static_cast<uint32_t>(wanted.payload.size()) + on_flags;
  }

 private:
  void bend(const uint8_t* op) {
    if (op[4] < 16) return link_.set_opens_flows((op[4] & 1) != 0);
    if (op[4] == 16) return link_.set_time(Timestamp::max());
    if (op[4] == 17) return link_.set_time(Timestamp::min());
    if (op[4] == 18) return link_.set_time(make_time(1'500'000'000, 0));
    link_.let_pass(std::chrono::seconds(op[3]));
  }

  Link& link_;
  std::array<uint32_t, 2> next_{};
};

template <typename Peers>
void run(Link& link, Peers& peers, Bytes operations) {
  constexpr size_t kOperation = 5;
  constexpr size_t kMostOperations = 1200;  // more finds nothing new and is slow
  for (size_t count = 0; operations.size() >= kOperation && count < kMostOperations; ++count) {
    const uint8_t* op = operations.data();
    link.let_pass(std::chrono::milliseconds(op[0] >> 1 & 0x1f));
    peers.run(op);
    if ((op[0] & 0x80) != 0) link.end_batch();
    operations = operations.subspan(kOperation);
  }
  link.end();
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tcpflow;
  if (size == 0) return 0;
  const Mode mode = mode_of(data[0]);
  const Bytes operations(data + 1, size - 1);
  Link link(mode);
  if (mode.kind == Kind::hostile) {
    HostilePeers peers(link);
    run(link, peers, operations);
  } else if (mode.kind == Kind::honest) {
    HonestPeers peers(link);
    run(link, peers, operations);
    peers.check();
  } else {
    ContradictingPeer peer(link, mode.policy);
    run(link, peer, operations);
    peer.check();
  }
  return 0;
}
