// What the engine tells of a run while it lasts.
#pragma once

#include "capture/source.h"

namespace tcpflow {

struct EngineTotals;

// Told after each batch, where nothing borrows from it any more, on the thread that reads; between
// batches of a source that arrives by the clock pass at most 100 ms. `totals.frames` lacks those of
// `source`, whose interfaces know. Must be cheap.
class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  virtual void on_progress(const EngineTotals& totals, const PacketSource& source) = 0;
};

}  // namespace tcpflow
