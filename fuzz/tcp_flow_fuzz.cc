// Segments of one connection in any order, against what both sides said. Input: a mode, then
// operations of five octets (kind, flags, offset of two, length). In the honest mode every octet is
// a function of its place, so each byte that comes out can be checked; in the hostile mode anything
// goes and only the contract of StreamConsumer holds.
#include <array>
#include <cstdlib>
#include <vector>

#include "flow/flow_table.h"
#include "tests/support/memory_consumer.h"

namespace tcpflow {
namespace {

void require(bool claim) {
  if (!claim) std::abort();
}

// What a side says at `offset` of its stream.
uint8_t said(bool client, uint64_t offset) {
  return static_cast<uint8_t>((offset * 2654435761u >> 11) ^ (client ? 0x5a : 0));
}

class Harness {
 public:
  explicit Harness(uint8_t mode) : honest_((mode & 1) == 0), table_(options(mode), listeners()) {
    if (!honest_) return;
    for (const bool client : {true, false}) {
      send(client, tcp_flag::kSyn | (client ? 0 : tcp_flag::kAck), isn(client), {});
    }
  }

  void run(const uint8_t* op) {
    const bool client = (op[0] & 1) != 0;
    const uint32_t offset = static_cast<uint32_t>(op[2] << 8 | op[3]);
    time_ += std::chrono::milliseconds(op[0] >> 1 & 0x3f);
    if ((op[0] & 0x80) != 0) table_.on_batch_end();
    if (honest_) {
      speak(client, op[1], offset, op[4]);
    } else {
      shout(client, op[1], offset * 65521u, op[4]);
    }
  }

  void end() {
    table_.end_all();
    table_.on_batch_end();
    require(table_.open_flows() == 0);
    for (const test::MemoryFlow& flow : files_.flows) check(flow);
    if (honest_) require(records_.records.size() == 1);
  }

 private:
  static FlowOptions options(uint8_t mode) {
    FlowOptions options;
    if ((mode & 2) != 0) options.stream.held_per_half = 600;
    if ((mode & 4) != 0) options.tcp_timeout = 1;
    if ((mode & 8) != 0 && (mode & 1) != 0) options.max_jump = 100;
    if ((mode & 4) != 0 && (mode & 1) == 0) options.tcp_timeout = 0;
    return options;
  }
  FlowListeners listeners() { return {{&files_}, &records_, nullptr}; }
  static uint32_t isn(bool client) { return client ? 0xffffff00u : 77u; }

  void speak(bool client, uint8_t flags, uint32_t offset, uint8_t length) {
    std::vector<uint8_t> payload(length);
    for (size_t i = 0; i < length; ++i) payload[i] = said(client, offset + i);
    uint8_t sent = tcp_flag::kAck;
    // One end of the stream, or there would be two truths.
    if ((flags & 1) != 0 && offset + length == kLength) sent |= tcp_flag::kFin;
    acknowledgement_ = isn(!client) + 1 + flags * 64u;
    if (offset + length <= kLength) send(client, sent, isn(client) + 1 + offset, payload);
  }

  void shout(bool client, uint8_t flags, uint32_t sequence, uint8_t length) {
    acknowledgement_ = sequence ^ flags;
    send(client, flags & 0x3f, (flags & 0x40) != 0 ? sequence : sequence >> 14,
         std::vector<uint8_t>(length, flags));
  }

  void send(bool client, int flags, uint32_t sequence, const std::vector<uint8_t>& payload) {
    Frame frame;
    frame.number = ++packets_;
    frame.time = Timestamp(std::chrono::seconds(1'500'000'000)) + time_;
    frame.original_length = static_cast<uint32_t>(payload.size()) + 54;
    Segment segment;
    segment.frame = &frame;
    segment.source.octets[0] = client ? 1 : 2;
    segment.destination.octets[0] = client ? 2 : 1;
    segment.source_port = client ? 1025 : 80;
    segment.destination_port = client ? 80 : 1025;
    segment.sequence = sequence;
    segment.acknowledgement = acknowledgement_;
    segment.flags = static_cast<uint8_t>(flags);
    kept_.push_back(payload);  // spans must last until the batch ends
    segment.payload = kept_.back();
    table_.on_segment(segment);
  }

  void check(const test::MemoryFlow& flow) const {
    require(flow.faults.empty());
    if (!honest_) return;
    for (const test::MemoryHalf& half : flow.halves) check_bytes(half);
  }

  static void check_bytes(const test::MemoryHalf& half) {
    const bool client = half.info.source_port == 1025;
    size_t gap = 0;
    for (uint64_t i = 0; i < half.bytes.size(); ++i) {
      while (gap < half.gaps.size() && half.gaps[gap].offset + half.gaps[gap].length <= i) ++gap;
      const bool in_gap = gap < half.gaps.size() && half.gaps[gap].offset <= i;
      require(in_gap || static_cast<uint8_t>(half.bytes[i]) == said(client, i));
    }
  }

  static constexpr uint32_t kLength = 4096;

  bool honest_;
  test::MemoryFlows files_;
  test::MemoryRecords records_;
  FlowTable table_;
  std::vector<std::vector<uint8_t>> kept_;
  uint64_t packets_ = 0;
  uint32_t acknowledgement_ = 0;
  Duration time_{0};
};

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  tcpflow::Harness harness(data[0]);
  constexpr size_t kOp = 5;
  constexpr size_t kMostOps = 2000;  // more finds nothing new and is slow
  for (size_t at = 1, ops = 0; at + kOp <= size && ops < kMostOps; at += kOp, ++ops) {
    harness.run(data + at);
  }
  harness.end();
  return 0;
}
