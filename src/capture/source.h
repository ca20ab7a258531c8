// Where frames come from: a capture file, a pipe or a live interface.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "capture/frame.h"
#include "capture/read_position.h"

namespace tcpflow {

// One interface of a capture (pcapng may have many, a pcap file has one).
struct Interface {
  LinkType link = LinkType::ethernet;
  uint32_t snap_length = 0;  // 0: none stated
  uint8_t fcs_length = kFcsUnknown;
  std::string name;     // pcapng if_name, or the device; may be empty
  uint64_t frames = 0;  // frames read on it so far
};

// What the kernel or the device says it lost; only live sources and pcapng statistics blocks know.
struct CaptureLoss {
  bool known = false;
  uint64_t received = 0;
  uint64_t dropped_by_kernel = 0;
  uint64_t dropped_by_interface = 0;
};

// more: frames may be in the batch, read again. idle: nothing more is at hand just now (pipe,
// live); the batch may hold frames; the reader flushes its outputs, then reads again. end: the
// input is over.
enum class ReadState : uint8_t { more, idle, end };

// Owned and used by the reader thread. Frames borrow from the batch, and are good until its
// clear(), also when the source has read on into another one.
class PacketSource {
 public:
  virtual ~PacketSource() = default;

  // Appends the frames at hand to `batch` (about 1 MiB at most; a short read of a pipe is used at
  // once, never waited on for more). On a live or piped input waits at most 100 ms for the first
  // byte, then says idle. Frames are numbered from 1 within this input; the engine adds what came
  // before. After an error (a cut or damaged capture) every frame before the damage has been handed
  // out by earlier calls, and the source is at its end. The message names the input and the byte
  // offset.
  virtual Result<ReadState> read(FrameBatch& batch) = 0;

  // The interfaces seen so far; grows while a pcapng is read, never shrinks or reorders.
  virtual const std::vector<Interface>& interfaces() const = 0;
  // As the user named it, "-" for standard input.
  virtual const std::string& name() const = 0;
  virtual CaptureLoss loss() const { return {}; }
  // True where data arrives by the clock (pipe, live): outputs must not lag.
  virtual bool is_prompt() const { return false; }
  // Cheap; asked once a batch. Live: the octets captured.
  virtual ReadPosition position() const { return {}; }
  // What is worth telling but no error (trailing bytes that were ignored, ...), known once the
  // source is at its end. Without the input's name.
  virtual std::vector<std::string> notes() const { return {}; }
  // Decryption secrets blocks of a pcapng (type, payload), kept for scanners; empty elsewhere.
  virtual const std::vector<std::pair<uint32_t, std::string>>& secrets() const;
};

}  // namespace tcpflow
