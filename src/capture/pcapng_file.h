// The pcapng file format (draft-ietf-opsawg-pcapng).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/byte_order.h"
#include "capture/capture_format.h"
#include "capture/time_scale.h"

namespace tcpflow {

// Reads one pcapng file: any number of sections in either byte order, each with its own interfaces.
// Blocks that it does not know are skipped without being held, however long. Used by CaptureFile on
// its thread. Frames borrow from the ReadBuffer until it is filled again. Every block, in the byte
// order of its section:
//
//   0-3   type
//   4-7   length of the whole block
//   8-    body, padded to a multiple of 4 octets
//   then  4 octets: the length once more
//
// Bodies, without the options that end each but those of simple packets and secrets:
//
//   0x0a0d0d0a section      0-3 byte order 0x1a2b3c4d, 4-5 major version (1), 6-7 minor,
//                           8-15 length of the section, not read
//   1 interface             0-1 link type, 2-3 reserved, 4-7 snap length (0: none)
//   2 packet (obsolete)     0-1 interface, 2-3 packets lost before (0xffff: unknown), 4- as in 6
//   3 simple packet         0-3 octets on the wire, 4- frame
//   5 interface statistics  0-3 interface, 4-11 time
//   6 enhanced packet       0-3 interface, 4-11 time (upper half first), 12-15 octets captured,
//                           16-19 octets on the wire, 20- frame, padded to a multiple of 4 octets
//   10 decryption secrets   0-3 type, 4-7 octets of the secrets, 8- secrets
//
// Damage: a block below 12 octets, one that is read and longer than its limit, two lengths that
// differ, a body below its fixed part, a captured length past the block, a packet of an interface
// that was not described. Only statistics and secrets that are too short are passed over, as no
// frame depends on them. That lengths be multiples of 4 is not asked.
class PcapngFormat : public CaptureFormat {
 public:
  // Of all decryption secrets together; what goes past it is skipped, with a note.
  static constexpr size_t kMaxSecretBytes = size_t{16} << 20;
  // Over all sections.
  static constexpr size_t kMaxInterfaces = 65536;

  // `head`: the first bytes of a stream, at least 4. Null if they do not begin a pcapng section.
  static std::unique_ptr<CaptureFormat> recognise(Bytes head);

  Result<size_t, Damage> parse(ReadBuffer& in, FrameBatch& batch) override;
  bool started() const override { return has_section_; }
  std::optional<Damage> cut(Bytes rest) const override;
  const std::vector<Interface>& interfaces() const override { return interfaces_; }
  CaptureLoss loss() const override;
  const std::vector<std::pair<uint32_t, std::string>>* secrets() const override {
    return &secrets_;
  }
  std::vector<std::string> notes() const override;

 private:
  // An interface of the section that is being read.
  struct Local {
    uint32_t index = 0;  // into interfaces_
    TimeScale scale;
  };
  // A packet as a block holds it; `data` begins with its octets, padding and options follow.
  struct Packet {
    uint32_t interface = 0;  // of the section
    uint64_t ticks = 0;
    uint32_t captured = 0;
    uint32_t original = 0;
    Bytes data;
    bool after_drop = false;
  };
  struct BlockHead {
    uint32_t type = 0;
    uint32_t length = 0;  // of the whole block
  };

  Result<BlockHead, Damage> read_head(Bytes rest);
  bool wants(const BlockHead& head);
  Result<size_t, Damage> skip(ReadBuffer& in);
  Result<Ok, Damage> read_block(uint32_t type, Bytes body, FrameBatch& batch);
  Result<Ok, Damage> read_section(Bytes body);
  Result<Ok, Damage> read_interface(Bytes body);
  Result<Ok, Damage> read_enhanced_packet(Bytes body, FrameBatch& batch);
  Result<Ok, Damage> read_old_packet(Bytes body, FrameBatch& batch);
  Result<Ok, Damage> read_simple_packet(Bytes body, FrameBatch& batch);
  void read_statistics(Bytes body);
  void read_secrets(Bytes body);
  Result<Ok, Damage> add_timed(const Packet& packet, FrameBatch& batch);
  Result<Ok, Damage> add_frame(const Packet& packet, Timestamp time, FrameBatch& batch);
  uint64_t time_field(const uint8_t* high_and_low) const;

  ByteOrder order_ = ByteOrder::little();
  bool has_section_ = false;
  std::vector<Local> locals_;
  // Of all sections; frames refer to them by index.
  std::vector<Interface> interfaces_;
  std::vector<CaptureLoss> losses_;  // by index into interfaces_, the last statistics of each
  std::vector<std::pair<uint32_t, std::string>> secrets_;
  size_t secret_bytes_ = 0;
  uint64_t secrets_skipped_ = 0;
  uint64_t frames_ = 0;
  uint64_t skip_left_ = 0;    // of the block that is being skipped, up to its trailer
  uint32_t trailer_due_ = 0;  // the length that its trailer must repeat; 0: none is skipped
};

}  // namespace tcpflow
