// Fragments in any order against a simple model: the first copy of a byte wins. Input: the family,
// then fragments of six octets (flags, datagram and tunnel, offset and length in units of 8, two of
// content).
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <vector>

#include "decode/ip_assembler.h"

namespace tcpflow {
namespace {

// What one datagram should hold, octet by octet.
struct Model {
  std::array<int16_t, 65536> octets;  // -1: not seen
  size_t seen = 0;
  uint32_t furthest = 0;
  bool is_end_known = false;
  size_t fragments = 0;

  Model() { octets.fill(-1); }

  bool agrees(uint32_t end, bool more) const {
    if (is_end_known) return more ? end <= furthest : end == furthest;
    return more || end >= furthest;
  }
  void fill(uint32_t begin, uint32_t end, bool more, Bytes captured) {
    for (size_t i = 0; i < captured.size(); ++i) {
      if (octets[begin + i] >= 0) continue;
      octets[begin + i] = captured[i];
      ++seen;
    }
    furthest = std::max(furthest, end);
    is_end_known = is_end_known || !more;
    ++fragments;
  }
  bool is_complete() const { return is_end_known && seen == furthest; }
};

void require(bool claim) {
  if (!claim) std::abort();
}

class Harness : public GivenUpSink {
 public:
  explicit Harness(Family family) : family_(family), assembler_({}, *this) {}

  void add(const uint8_t* op) {
    const bool more = (op[0] & 1) != 0;
    const uint32_t offset = 8u * op[2] * ((op[0] & 2) != 0 ? 32 : 1);
    const size_t on_wire = 8u * op[3] + ((op[0] & 4) != 0 ? op[4] % 8u : 0u);
    const size_t captured = (op[0] & 8) != 0 ? on_wire - std::min<size_t>(on_wire, op[5]) : on_wire;
    std::vector<uint8_t> bytes(captured);
    for (size_t i = 0; i < captured; ++i) bytes[i] = static_cast<uint8_t>(op[4] + i * op[5]);
    IpPacket packet;
    packet.source.family = packet.destination.family = family_;
    packet.protocol = 6;
    packet.is_fragment = true;
    packet.fragment = {op[1] & 3u, offset, more};
    packet.payload = {bytes, on_wire};
    if (offset != 0 || more) add(packet, op[1] >> 2 & 3u);
  }

  void end() {
    assembler_.end();
    require(assembler_.held_bytes() == 0 && assembler_.held_datagrams() == 0);
    size_t expected = 0;
    for (const auto& [key, model] : models_) expected += model.fragments;
    require(given_up_ == expected);
  }

  void on_given_up(const HeldFragments& fragments, Drop) override { given_up_ += fragments.count; }

 private:
  void add(const IpPacket& packet, uint64_t path) {
    const uint32_t begin = packet.fragment.offset;
    const size_t end = begin + packet.payload.on_wire;
    const bool more = packet.fragment.more;
    bool is_good = end > begin && end <= 65535 && (!more || (end - begin) % 8 == 0);
    const std::pair<uint64_t, uint32_t> key{path, packet.fragment.id};
    const auto known = models_.find(key);
    if (is_good && known != models_.end()) {
      is_good = known->second.agrees(static_cast<uint32_t>(end), more);
    }
    FrameBatch batch;
    const Frame frame;
    const Result<AssembledPacket, Drop> whole =
        assembler_.add(packet, {frame, LinkFacts(), batch, false, path});
    if (!is_good) return require(!whole && whole.error() == Drop::bad_fragment);
    Model& model = models_[key];
    model.fill(begin, static_cast<uint32_t>(end), more, packet.payload.captured);
    if (!model.is_complete()) return require(!whole && whole.error() == Drop::none);
    require(bool{whole} && whole->earlier.count + 1 == model.fragments);
    require_same(model, whole->packet.payload.captured);
    models_.erase(key);
  }

  static void require_same(const Model& model, Bytes payload) {
    require(payload.size() == model.furthest);
    for (size_t i = 0; i < payload.size(); ++i) require(payload[i] == model.octets[i]);
  }

  Family family_;
  IpAssembler assembler_;
  std::map<std::pair<uint64_t, uint32_t>, Model> models_;  // by tunnel and number
  size_t given_up_ = 0;
};

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kOperation = 6;
  constexpr size_t kMostOperations = 500;
  if (size == 0) return 0;
  tcpflow::Harness harness((data[0] & 1) != 0 ? tcpflow::Family::ipv6 : tcpflow::Family::ipv4);
  size_t at = 1;
  for (size_t count = 0; at + kOperation <= size && count < kMostOperations; ++count) {
    harness.add(data + at);
    at += kOperation;
  }
  harness.end();
  return 0;
}
