// Sees every frame with what became of it.
#pragma once

#include "base/drop.h"
#include "capture/frame.h"

namespace tcpflow {

// `why` is Drop::none for a frame that became a segment or a datagram or is held as a fragment.
// `has_ip`: an IPv4 or IPv6 header was reached, whatever followed.
struct FrameFate {
  Drop why = Drop::none;
  bool has_ip = false;
};

// Called on the reader's thread, once a frame, in packet order; a frame that was held as a fragment
// and then not used is shown a second time, with the reason, when that is known (only if
// wants_fragments()).
class FrameObserver {
 public:
  virtual ~FrameObserver() = default;
  virtual void on_frame(const Frame& frame, const FrameFate& fate) = 0;
  // True: the decoder keeps copies of held fragments' frames so that unused ones can be shown
  // again.
  virtual bool wants_fragments() const { return false; }
};

}  // namespace tcpflow
