// What flows hand over to be stored in an archive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/moment.h"
#include "base/time.h"
#include "output/entry_content.h"

namespace tcpflow {

// Everything there is to be stored of a half that is over, or of an object in it. Stands by itself:
// it can be moved to another thread and be kept as long as the Spool lives that its contents refer
// to.
struct ArchiveEntry {
  std::string name;
  uint64_t flow_number = 0;  // of the half
  Timestamp time;
  EntryContent bytes;
  std::unique_ptr<EntryContent> index;         // -I; null: there are no lines
  std::unique_ptr<EntryContent> alternatives;  // --keep-alternatives; the same
  bool is_object = false;

  // Octets of memory in use.
  size_t held() const {
    return sizeof(ArchiveEntry) + bytes.held() + (index ? index->held() : 0) +
           (alternatives ? alternatives->held() : 0);
  }
};

// Takes the entries of one thread, each with the moment at which its half or object was over; those
// of a batch in order, when it has been taken.
class ArchiveSink {
 public:
  virtual ~ArchiveSink() = default;
  // Takes the bytes away or copies them; the name stays.
  virtual void on_entry(const Moment& at, ArchiveEntry& entry) = 0;
};

}  // namespace tcpflow
