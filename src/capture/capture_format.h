// What the two capture file formats have in common for whoever drives them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "capture/damage.h"
#include "capture/read_buffer.h"
#include "capture/source.h"

namespace tcpflow {

// The longest frame that is believed. Longer than what libpcap writes for any link type that
// carries IP; a length past it is damage.
inline constexpr uint32_t kMaxSnapLength = 262144;
// Where a file states a larger snap length, frames up to that are believed, within reason.
inline constexpr uint32_t kMaxStatedSnapLength = uint32_t{128} << 20;

// Parses records in place. Owned and driven by a CaptureFile, on its thread.
class CaptureFormat {
 public:
  virtual ~CaptureFormat() = default;
  // Appends a frame for every whole packet record in `in` and consumes what it read. Returns how
  // many bytes of in.rest() the next step needs, always more than there are. Frames found before
  // damage are in the batch.
  virtual Result<size_t, Damage> parse(ReadBuffer& in, FrameBatch& batch) = 0;
  // True once the file's own header was read and is good.
  virtual bool started() const = 0;
  // The stream ended with `rest` not consumed. Says what is cut, nothing if the end is a good one.
  virtual std::optional<Damage> cut(Bytes rest) const = 0;
  virtual const std::vector<Interface>& interfaces() const = 0;

  // What only some formats hold; as in PacketSource.
  virtual CaptureLoss loss() const { return {}; }
  virtual const std::vector<std::pair<uint32_t, std::string>>* secrets() const { return nullptr; }
  virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace tcpflow
