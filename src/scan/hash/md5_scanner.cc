#include "scan/hash/md5_scanner.h"

#include <algorithm>
#include <array>
#include <string>

#include "flow/gap_layout.h"

namespace tcpflow {
namespace {

constexpr std::array<uint8_t, 32768> kZeros{};

// The digest of one half's file. Owned by its flow's consumer.
class HalfHash {
 public:
  // `place` in the file never falls: bytes come in order. Whatever lies between the last byte and
  // `place` is a hole of the file, which reads as zeros; a hole that no byte follows is not in the
  // file.
  void add(const EVP_MD& digest, uint64_t place, Bytes bytes) {
    if (!digest_.has_begun() && !digest_.begin(digest)) return;
    add_zeros(place - hashed_);
    update(bytes);
  }

  // Zeros hashed so far, if bytes at `place` are the next.
  uint64_t zeros_up_to(uint64_t place) const { return zeros_ + (place - hashed_); }

  // Empty if nothing was hashed.
  std::string hex() { return digest_.hex(); }

 private:
  void add_zeros(uint64_t count) {
    zeros_ += count;
    while (count > 0) {
      const uint64_t step = std::min<uint64_t>(count, kZeros.size());
      update(Bytes(kZeros.data(), step));
      count -= step;
    }
  }

  void update(Bytes bytes) {
    digest_.add(bytes);
    hashed_ += bytes.size();
  }

  RunningDigest digest_;
  uint64_t hashed_ = 0;
  uint64_t zeros_ = 0;  // of these in place of missing bytes
};

// Hashes both halves of one flow; lives on its shard's thread.
class Md5Consumer : public StreamConsumer {
 public:
  Md5Consumer(const EVP_MD& digest, const Md5Options& options)
      : digest_(digest),
        options_(options),
        layouts_{GapLayout(options.gap), GapLayout(options.gap)} {}

  void on_start(const Flow&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef) override {
    add(from, layouts_[index_of(from)].place(offset), bytes);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    const uint64_t place = layouts_[index_of(from)].place(offset);
    add(from, place, as_bytes(layouts_[index_of(from)].add_gap(length)));
  }
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      HalfOutput& output = record.half(from).output;
      const ScanCut cut = cuts_[index_of(from)];
      output.scan_cut = std::max(output.scan_cut, cut);
      std::string hex = cut == ScanCut::none ? halves_[index_of(from)].hex() : "";
      if (!hex.empty()) output.digests.emplace_back("MD5", std::move(hex));
    }
  }

 private:
  void add(Direction from, uint64_t place, Bytes bytes) {
    if (place >= options_.byte_limit || bytes.empty()) return;
    const uint64_t kept = std::min<uint64_t>(bytes.size(), options_.byte_limit - place);
    ScanCut& cut = cuts_[index_of(from)];
    if (cut == ScanCut::none) cut = cut_of(from, place, kept);
    if (cut == ScanCut::none) halves_[index_of(from)].add(digest_, place, bytes.first(kept));
  }

  ScanCut cut_of(Direction from, uint64_t place, uint64_t length) const {
    const ScanLimits& limits = options_.limits;
    if (place > limits.per_half || length > limits.per_half - place) return ScanCut::per_half;
    const uint64_t zeros = halves_[index_of(from)].zeros_up_to(place);
    return zeros > limits.missing_per_half ? ScanCut::missing : ScanCut::none;
  }

  const EVP_MD& digest_;
  const Md5Options& options_;
  std::array<GapLayout, 2> layouts_;
  std::array<HalfHash, 2> halves_;
  std::array<ScanCut, 2> cuts_{};
};

}  // namespace

Result<std::unique_ptr<Md5Scanner>> Md5Scanner::make(const Md5Options& options) {
  DigestKind digest = fetch_digest("MD5");
  if (!digest) return Error{"scanner 'md5': this system's OpenSSL has no MD5", 0};
  return std::make_unique<Md5Scanner>(std::move(digest), options);
}

std::unique_ptr<StreamConsumer> Md5Scanner::create() {
  return std::make_unique<Md5Consumer>(*digest_, options_);
}

}  // namespace tcpflow
