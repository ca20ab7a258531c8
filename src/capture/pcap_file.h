// The pcap file format (draft-ietf-opsawg-pcap), as libpcap and its relatives write it.
#pragma once

#include <memory>
#include <vector>

#include "capture/byte_order.h"
#include "capture/capture_format.h"

namespace tcpflow {

// Reads one pcap file: both byte orders, microseconds and nanoseconds, and the variant with longer
// record headers that patched Linux libpcaps wrote. Used by CaptureFile on its thread.
class PcapFormat : public CaptureFormat {
 public:
  // `head`: the first bytes of a stream, at least 4. Null if they are not a pcap magic number.
  static std::unique_ptr<CaptureFormat> recognise(Bytes head);
  // `magic`: one that recognise() knows, in that byte order.
  PcapFormat(ByteOrder order, uint32_t magic);

  Result<size_t, Damage> parse(ReadBuffer& in, FrameBatch& batch) override;
  bool started() const override { return !interfaces_.empty(); }
  std::optional<Damage> cut(Bytes rest) const override;
  const std::vector<Interface>& interfaces() const override { return interfaces_; }

 private:
  // Where a record has its captured and its original length.
  enum class Lengths : uint8_t { in_order, swapped, maybe_swapped };
  struct Sizes {
    uint32_t captured = 0;
    uint32_t original = 0;
  };

  Result<Ok, Damage> read_file_header(const uint8_t* header);
  Sizes sizes_of(const uint8_t* header) const;
  Timestamp time_of(const uint8_t* header) const;
  void add_frame(Bytes record, uint32_t original, FrameBatch& batch);

  ByteOrder order_;
  size_t header_size_;      // of a record
  int64_t nanos_per_tick_;  // of a record's second number
  Lengths lengths_ = Lengths::in_order;
  uint32_t max_captured_ = kMaxSnapLength;
  uint64_t frames_ = 0;
  std::vector<Interface> interfaces_;  // one, once the file header was read
};

}  // namespace tcpflow
