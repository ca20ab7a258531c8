// Fragments in any order against a model of each policy. Input: the family and the policy, then
// fragments of six octets (flags, datagram and tunnel, offset and length in units of 8, two of
// content).
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "decode/ip_assembler.h"
#include "tests/support/overlap_model.h"
#include "tests/support/require.h"

namespace tcpflow {
namespace {

using test::require;

using test::OverlapModel;
using test::PolicyRow;

constexpr size_t kMaxPayload = 65535;

const PolicyRow& row_of(FragmentPolicy policy) {
  // What linux_modern bears with is all the same octets' repetition: the first copy stays.
  if (policy == FragmentPolicy::linux_modern) return test::fragment_policy_rows()[0];
  return test::fragment_policy_rows()[static_cast<size_t>(policy)];
}

// What one datagram should hold, and what should be made of the next fragment.
class Model {
 public:
  explicit Model(FragmentPolicy policy)
      : octets_(row_of(policy)), is_modern_linux_(policy == FragmentPolicy::linux_modern) {}

  bool agrees(size_t end, bool more) const {
    if (is_end_known_) return more ? end <= furthest_ : end == furthest_;
    return more || end >= furthest_;
  }
  // Linux bears with what lies within one run of fragments that came in order.
  bool bears_with(size_t begin, size_t end) const {
    for (const auto& [run_begin, run_end] : runs_) {
      const bool overlaps = begin < run_end && run_begin < end;
      const bool is_within = run_begin <= begin && end <= run_end;
      if (overlaps && !is_within) return false;
    }
    return true;
  }
  void add(size_t begin, size_t end, bool more, Bytes captured) {
    for (size_t i = 0; i < captured.size(); ++i) {
      const size_t at = begin + i;
      differing_ += octets_.is_known(at) && octets_.octet(at) != captured[i];
    }
    octets_.add(begin, captured);
    furthest_ = std::max(furthest_, end);
    is_end_known_ = is_end_known_ || !more;
    ++fragments_;
    if (is_modern_linux_) add_run(begin, end);
  }
  bool is_modern_linux() const { return is_modern_linux_; }
  size_t fragments() const { return fragments_; }
  bool is_complete() const { return is_end_known_ && octets_.known() == furthest_; }
  // Every octet that came again and was not alike counts, whichever copy was kept.
  void require_same_conflicts(const FragmentConflicts* conflicts) const {
    require((conflicts == nullptr) == (differing_ == 0));
    if (conflicts == nullptr) return;
    require(conflicts->differing == differing_ && conflicts->count <= differing_);
    require(conflicts->noted.size() ==
            std::min<uint64_t>(conflicts->count, FragmentConflicts::kMostNoted));
    for (const FragmentConflict& each : conflicts->noted) {
      require(each.length > 0 && each.offset + each.length <= furthest_);
      require(each.kept[0] != each.other[0]);
    }
  }
  void require_same(Bytes payload) const {
    require(payload.size() == furthest_);
    for (size_t i = 0; i < payload.size(); ++i) require(payload[i] == octets_.octet(i));
  }

 private:
  void add_run(size_t begin, size_t end) {
    auto highest = runs_.end();
    for (auto run = runs_.begin(); run != runs_.end(); ++run) {
      if (begin < run->second && run->first < end) return;  // within it
      if (highest == runs_.end() || run->second > highest->second) highest = run;
    }
    if (highest != runs_.end() && highest->second == begin) {
      highest->second = end;
    } else {
      runs_.emplace_back(begin, end);
    }
  }

  OverlapModel octets_;
  bool is_modern_linux_;
  std::vector<std::pair<size_t, size_t>> runs_;
  size_t furthest_ = 0;
  uint64_t differing_ = 0;
  bool is_end_known_ = false;
  size_t fragments_ = 0;
};

FragmentOptions options_with(FragmentPolicy policy) {
  FragmentOptions options;
  options.policies.set_default(policy);
  return options;
}

class Harness : public GivenUpSink {
 public:
  Harness(Family family, FragmentPolicy policy)
      : family_(family), policy_(policy), assembler_(options_with(policy), *this) {}

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
    for (const auto& [key, model] : models_) expected_given_up_ += model.fragments();
    require(given_up_ == expected_given_up_);
  }

  void on_given_up(const HeldFragments& fragments, Drop) override { given_up_ += fragments.count; }

 private:
  using Models = std::map<std::pair<uint64_t, uint32_t>, Model>;

  void add(const IpPacket& packet, uint64_t path) {
    const size_t begin = packet.fragment.offset;
    const bool more = packet.fragment.more;
    const WireBytes payload = used_part(packet);
    const size_t end = begin + payload.on_wire;
    FrameBatch batch;
    const Frame frame;
    const Result<AssembledPacket, Drop> whole =
        assembler_.add(packet, {frame, LinkFacts(), batch, false, path});
    if (end <= begin || end > kMaxPayload || (more && (end - begin) % 8 != 0)) {
      const auto contradicted = models_.find({path, packet.fragment.id});
      const bool gives_up =
          end == begin && contradicted != models_.end() && contradicted->second.is_modern_linux();
      if (gives_up) forget(contradicted);
      return require(!whole && whole.error() == Drop::bad_fragment);
    }
    const auto known = models_.try_emplace(std::make_pair(path, packet.fragment.id), policy_).first;
    Model& model = known->second;
    if (!model.agrees(end, more)) {
      if (model.is_modern_linux()) forget(known);
      return require(!whole && whole.error() == Drop::bad_fragment);
    }
    if (!model.bears_with(begin, end)) {
      forget(known);
      return require(!whole && whole.error() == Drop::fragment_overlap);
    }
    model.add(begin, end, more, payload.captured);
    if (!model.is_complete()) return require(!whole && whole.error() == Drop::none);
    require(bool{whole} && whole->earlier.count + 1 == model.fragments());
    model.require_same(whole->packet.payload.captured);
    model.require_same_conflicts(whole->conflicts);
    models_.erase(known);
  }

  // Of IPv4, what goes past the last whole unit is cut off by all policies but those of BSD.
  WireBytes used_part(const IpPacket& packet) const {
    const bool refuses = policy_ == FragmentPolicy::bsd || policy_ == FragmentPolicy::bsd_right;
    if (!packet.fragment.more || family_ == Family::ipv6 || refuses) return packet.payload;
    return packet.payload.up_to(packet.payload.on_wire / 8 * 8);
  }

  void forget(Models::iterator model) {
    expected_given_up_ += model->second.fragments();
    models_.erase(model);
  }

  Family family_;
  FragmentPolicy policy_;
  IpAssembler assembler_;
  Models models_;  // by tunnel and number
  size_t given_up_ = 0;
  size_t expected_given_up_ = 0;
};

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kOperation = 6;
  constexpr size_t kMostOperations = 500;
  if (size == 0) return 0;
  const size_t policies = tcpflow::fragment_policy_names().size();
  const auto policy = static_cast<tcpflow::FragmentPolicy>((data[0] >> 1) % policies);
  tcpflow::Harness harness((data[0] & 1) != 0 ? tcpflow::Family::ipv6 : tcpflow::Family::ipv4,
                           policy);
  size_t at = 1;
  for (size_t count = 0; at + kOperation <= size && count < kMostOperations; ++count) {
    harness.add(data + at);
    at += kOperation;
  }
  harness.end();
  return 0;
}
