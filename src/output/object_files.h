// A file for each object that scanners find.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/moment.h"
#include "flow/consumer.h"
#include "flow/object_output.h"
#include "output/file_budget.h"
#include "output/file_events.h"
#include "output/flow_names.h"
#include "output/piece_list.h"

namespace tcpflow {

class ObjectFile;

// What the object files of one thread share. Outlives them.
struct ObjectFilesShared {
  FileBudget& budget;
  FlowNames& names;
  OutputErrors& errors;
  FileEvents* events;  // may be null
  Moment& now;
  // Octets that all of them hold back before some are written ahead of the batch's end.
  size_t held_limit;
  size_t held = 0;
  std::vector<ObjectFile*> touched = {};  // since the last batch ended; null where one has gone
  std::vector<ObjectFile*> resting = {};  // which hold something back beyond the batch
  PieceArena lent = {};                   // of this batch
  std::vector<iovec> gathered = {};       // for one write
};

// Stores objects beside the files of their flows, under these files' names. Little is kept in
// memory until an object is over, so that a short one is opened, written and closed in one go;
// what would be too much is written at once, and where its flow has no name yet the object is cut.
// One per thread that has flows, used on that thread; outlives what it opens.
class ObjectFiles : public ObjectOutput, public BatchListener {
 public:
  // What it borrows; `events` may be null. `now` as for FlowFiles.
  struct Borrowed {
    FileBudget& budget;
    FlowNames& names;
    OutputErrors& errors;
    Moment& now;
    FileEvents* events = nullptr;
  };
  ObjectFiles(const Borrowed& borrowed, size_t held_limit)
      : shared_{borrowed.budget, borrowed.names, borrowed.errors,
                borrowed.events, borrowed.now,   held_limit} {}

  std::unique_ptr<FlowObjects> open(const Flow& flow) override;
  // After that of the flows' own files.
  void on_batch_end(bool idle) override;

 private:
  ObjectFilesShared shared_;
};

}  // namespace tcpflow
