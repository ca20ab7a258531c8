// Where bytes wait on disk for their turn in an archive.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace tcpflow {

// A stretch of what is kept: where it stands in its entry, and how long it is. A value.
struct ContentRun {
  uint64_t place = 0;
  uint64_t length = 0;
};

// The runs of one entry in a spool, in order. A value.
struct SpoolChain {
  uint64_t first = 0;  // position of its first record
  uint64_t last = 0;   // and of its last one
  uint64_t runs = 0;
};

// One file without a name for the bytes of all entries, so that any number of them takes one
// descriptor and nothing is left behind, whatever ends the program. Runs are appended behind one
// another; each is a record {next, run} and its bytes, so a chain takes no memory, however many
// runs it has. One thread appends; chains that were appended may meanwhile be read and released on
// another. Outlives what refers to it.
class Spool {
 public:
  // Makes the file in `folder`, by O_TMPFILE where the file system knows it.
  static Result<std::unique_ptr<Spool>> open(const std::string& folder);
  explicit Spool(Fd fd) : fd_(std::move(fd)) {}

  // Adds `runs` to `chain`; their bytes stand in `bytes` one behind the other. Returns 0 or an
  // errno; then the chain is what it was.
  int append(SpoolChain& chain, std::span<const ContentRun> runs, Bytes bytes);

  struct Record {
    ContentRun run;
    uint64_t bytes_at = 0;  // position of its bytes
    uint64_t next = 0;      // of the next record of its chain
  };
  // The record at a position that a chain or a record named. False: it cannot be read.
  bool read_record(uint64_t at, Record& record) const;
  // Fills `into`. False: it cannot be read.
  bool read(uint64_t at, std::span<uint8_t> into) const;
  // Gives the room of a chain back to the file system, if it can take it.
  void release(const SpoolChain& chain) const;

 private:
  void punch(uint64_t from, uint64_t to) const;

  Fd fd_;
  uint64_t end_ = 0;
  std::string scratch_;
};

}  // namespace tcpflow
