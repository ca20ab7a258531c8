// What flows hand over to be stored in an archive.
#pragma once

#include <cstdint>
#include <memory>

#include "flow/flow_info.h"
#include "flow/flow_record.h"
#include "output/entry_content.h"

namespace tcpflow {

// Who wants a name: one half. Plain values.
struct EntryOwner {
  HalfInfo half;  // its flow_number tells it from all others
  uint64_t session = 0;
};

// Everything there is to be stored of a half that is over. Stands by itself: it can be moved to
// another thread and be kept as long as the Spool lives that its contents refer to.
struct ArchiveEntry {
  EntryOwner owner;
  EntryContent bytes;
  std::unique_ptr<EntryContent> index;         // -I; null: there are no lines
  std::unique_ptr<EntryContent> alternatives;  // --keep-alternatives; the same
};

// Takes entries, in the order of the packets that ended them. For each half that has something to
// store: claim() when that begins, so that names are given in that order, later on_entry(), and
// then describe(), for the record of its flow. One thread.
class ArchiveSink {
 public:
  virtual ~ArchiveSink() = default;
  virtual void claim(const EntryOwner& owner) = 0;
  virtual void on_entry(ArchiveEntry entry) = 0;
  // Puts the name into `output`, and what went wrong.
  virtual void describe(const EntryOwner& owner, HalfOutput& output) = 0;
};

}  // namespace tcpflow
