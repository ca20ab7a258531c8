// --archive: an entry of an archive for each object that scanners find.
#pragma once

#include <cstddef>
#include <memory>

#include "flow/object_output.h"
#include "output/flow_archive.h"

namespace tcpflow {

// What the objects of one thread share. Outlives them.
struct ArchiveObjectsShared {
  FlowArchive& archive;
  size_t held = 0;  // octets that objects take which are not handed over, without their bytes
  bool is_full = false;
};

// Stores objects beside the entries of their flows, under these entries' names. Their bytes share
// the memory and the spool of the flows' bytes; what is over is handed over when the batch has been
// taken, in one order with the halves that are, since by then their names are settled. An object
// that would be one too many in a batch is left out, which is told. One per thread that has flows,
// used on that thread; outlives what it opens.
class ArchiveObjects : public ObjectOutput {
 public:
  // Borrows `archive`, which has been asked for names.
  explicit ArchiveObjects(FlowArchive& archive) : shared_{archive} {}

  std::unique_ptr<FlowObjects> open(const Flow& flow) override;

 private:
  ArchiveObjectsShared shared_;
};

}  // namespace tcpflow
