// The scanners that are made by rows of one list; those of md5 and http are older than it.
#pragma once

#include <memory>
#include <vector>

#include "app/options.h"
#include "base/result.h"
#include "scan/python/python_host.h"
#include "scan/scanner_maker.h"

namespace tcpflow {

// Which scanners a run has, and what those of all shards share. Owned by Job; main thread. A
// new scanner is a row in scan/registry.h and a maker here.
class Scanners {
 public:
  // Borrows the options for its life.
  explicit Scanners(const Options& options) : options_(options) {}

  // Finds what the scanners need, if they have any streams to read.
  Status make();
  // Starts it.
  Status open();
  // What each shard makes of them; what it makes borrows from this object.
  std::vector<ScannerMaker> makers() const;
  // No flow is left.
  void close();

 private:
  const Options& options_;
  std::unique_ptr<PythonHost> python_;  // null: not wanted
};

}  // namespace tcpflow
