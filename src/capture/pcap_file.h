// The pcap file format (draft-ietf-opsawg-pcap), as libpcap and its relatives write it.
#pragma once

#include <memory>
#include <vector>

#include "capture/byte_order.h"
#include "capture/capture_format.h"

namespace tcpflow {

// Reads one pcap file: both byte orders, microseconds and nanoseconds, and the variant with longer
// record headers that patched Linux libpcaps wrote. Used by CaptureFile on its thread. Frames
// borrow from the ReadBuffer until it is filled again. The file, all numbers in the order of its
// magic number:
//
//   0-3   magic number: 0xa1b2c3d4 microseconds, 0xa1b23c4d nanoseconds, 0xa1b2cd34 long records
//   4-5   major version (2)
//   6-7   minor version (4; older ones below)
//   8-15  time zone and accuracy, of no use; not read
//   16-19 snap length
//   20-23 0x03ffffff link type; 0x04000000: 0xf0000000 is the length of the frame check sequence in
//         units of 2 octets
//
// then records without padding:
//
//   0-3   seconds since 1970, not signed
//   4-7   fraction of the second, in units by the magic number
//   8-11  octets captured, which follow this header
//   12-15 octets on the wire
//   16-23 [long records: interface, protocol, packet type; not read]
//
// A captured length past the limit, or a version that nobody knows, is damage: nothing behind it
// can be found. A length on the wire below the captured one is raised to that. A file that ends
// within a header or a record is cut, and says so.
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
  // Where a record has its captured and its original length. In 2.4 they are in order; in 2.3,
  // where both exist, the larger one is the original; before it they are swapped.
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
