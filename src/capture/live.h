// Frames from a network interface, by libpcap.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/wait.h"
#include "capture/source.h"

namespace tcpflow {

// libpcap's own 2 MiB lose packets at a burst of a few milliseconds. In immediate mode each packet
// takes a slot of a whole snap length.
inline constexpr int kBufferBytes = 32 << 20;
inline constexpr int kImmediateBufferBytes = 64 << 20;

struct LiveOptions {
  std::string device;  // empty: the first that libpcap lists; "any": all
  bool promiscuous = true;
  int snap_length = 262144;
  int buffer_bytes = 0;    // the kernel's buffer; 0: kBufferBytes or kImmediateBufferBytes
  bool immediate = false;  // each frame as it comes, not when a block of the kernel is full
  Duration timeout = std::chrono::milliseconds(100);  // for which the kernel may collect frames
  // Set in the kernel where libpcap can, so that frames are not copied in vain. A FilteredSource is
  // still needed: it decides.
  std::string filter;
};

// A device that can be captured on.
struct Device {
  std::string name;
  std::string description;  // may be empty
};

// Every device that libpcap finds, in its order.
Result<std::vector<Device>> list_devices();

// Opens a device; errors name it and say what to do. Borrows `waiter` for the source's life.
Result<std::unique_ptr<PacketSource>> open_live(const LiveOptions& options, Waiter& waiter);

}  // namespace tcpflow
