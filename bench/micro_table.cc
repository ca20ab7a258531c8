// A segment through the table of flows, by how many there are and what it is.
#include <benchmark/benchmark.h>

#include <memory>

#include "bench/connection.h"
#include "bench/micro.h"
#include "flow/flow_table.h"

namespace tcpflow::bench {
namespace {

constexpr uint8_t kFin = tcp_flag::kFin;
constexpr uint8_t kSyn = tcp_flag::kSyn;
constexpr uint8_t kAck = tcp_flag::kAck;
constexpr int kBatch = 512;  // segments

// Takes streams and keeps nothing.
class NullConsumer : public StreamConsumer {
 public:
  void on_start(const FlowInfo&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction, uint64_t, Bytes bytes, PacketRef) override {
    benchmark::DoNotOptimize(bytes.data());
  }
  void on_gap(Direction, uint64_t, uint64_t, GapReason) override {}
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord&) override {}
};

class NullConsumers : public ConsumerFactory {
 public:
  std::unique_ptr<StreamConsumer> create() override { return std::make_unique<NullConsumer>(); }
};

IpAddress address_of(const Endpoint& end) {
  const uint32_t a = end.address;
  const uint8_t octets[] = {static_cast<uint8_t>(a >> 24), static_cast<uint8_t>(a >> 16),
                            static_cast<uint8_t>(a >> 8), static_cast<uint8_t>(a)};
  return IpAddress::v4(octets);
}

// Both peers start at 0; `sent` counts what was said, the SYN included.
struct Talk {
  explicit Talk(uint32_t number) : pair(nth_pair(number)) {}
  Pair pair;
  uint32_t client = 0;
  uint32_t server = 0;
};

// A table and segments for it, 10 microseconds apart.
class Machine {
 public:
  Machine() : table_(FlowOptions{}, {{&consumers_}, nullptr, nullptr}) {}
  ~Machine() { table_.end_all(); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void client(Talk& talk, uint8_t flags, uint32_t length) {
    send(talk.pair.client, talk.pair.server, {flags, talk.client, talk.server, length});
    talk.client += length + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  }
  void server(Talk& talk, uint8_t flags, uint32_t length) {
    send(talk.pair.server, talk.pair.client, {flags, talk.server, talk.client, length});
    talk.server += length + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  }
  void open(Talk& talk) {
    client(talk, kSyn, 0);
    server(talk, kSyn | kAck, 0);
    client(talk, kAck, 0);
  }
  void close(Talk& talk) {
    client(talk, kFin | kAck, 0);
    server(talk, kFin | kAck, 0);
    client(talk, kAck, 0);
  }
  const FlowCounters& counters() const { return table_.counters(); }

 private:
  struct Said {
    uint8_t flags = 0;
    uint32_t sequence = 0;
    uint32_t acknowledgement = 0;
    uint32_t length = 0;
  };
  void send(const Endpoint& from, const Endpoint& to, const Said& said) {
    ++frame_.number;
    frame_.time += std::chrono::microseconds(10);
    Segment segment;
    segment.frame = &frame_;
    segment.source = address_of(from);
    segment.source_port = from.port;
    segment.destination = address_of(to);
    segment.destination_port = to.port;
    segment.sequence = said.sequence;
    segment.acknowledgement = said.acknowledgement;
    segment.flags = said.flags;
    segment.payload = Bytes(payload_).first(said.length);
    table_.on_segment(segment);
    table_.tick(frame_.time);
    if (frame_.number % kBatch == 0) table_.on_batch_end();
  }

  NullConsumers consumers_;
  FlowTable table_;
  Frame frame_;
  std::vector<uint8_t> payload_ = some_octets(kFullSegment);
};

// Full segments of this many connections, in no order, each with its acknowledgement.
void in_order(benchmark::State& state) {
  Machine machine;
  std::vector<Talk> talks;
  for (uint32_t i = 0; i < state.range(0); ++i) machine.open(talks.emplace_back(i));
  Random random(1);
  for (auto _ : state) {
    Talk& talk = talks[random.below(static_cast<uint32_t>(talks.size()))];
    machine.server(talk, kAck, kFullSegment);
    machine.client(talk, kAck, 0);
  }
  state.SetItemsProcessed(2 * state.iterations());
}

// Whole connections of 64 bytes each way.
void tiny(benchmark::State& state) {
  Machine machine;
  uint32_t number = 0;
  for (auto _ : state) {
    Talk talk(number++);
    machine.open(talk);
    machine.client(talk, kAck, 64);
    machine.server(talk, kAck, 64);
    machine.close(talk);
  }
  state.SetItemsProcessed(state.iterations());
}

// SYNs, each of a connection of its own; the table is full of them soon.
void bare_syns(benchmark::State& state) {
  Machine machine;
  uint32_t number = 0;
  for (auto _ : state) {
    Talk talk(number++);
    machine.client(talk, kSyn, 0);
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

void register_table() {
  benchmark::RegisterBenchmark("table/in_order", in_order)->Arg(8)->Arg(1'000)->Arg(100'000);
  benchmark::RegisterBenchmark("table/tiny_connections", tiny);
  benchmark::RegisterBenchmark("table/bare_syns", bare_syns);
}

}  // namespace tcpflow::bench
