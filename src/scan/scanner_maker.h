// How the scanners of each shard are made.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "flow/consumer.h"
#include "flow/object_output.h"

namespace tcpflow {

// Told of what a scanner could not do, a line each; the run goes on. Called on the shard's thread;
// lines appear in the order of the packets.
class ScanErrors {
 public:
  virtual ~ScanErrors() = default;
  virtual void on_scan_error(const Error& error) = 0;
};

// What a scanner may use for its life; all of it belongs to its shard.
struct ScannerTools {
  ScanErrors& errors;
  ObjectOutput* objects = nullptr;  // null: what is found is not stored
  size_t shards = 1;                // that share its limits evenly
};

// Makes the scanner of one shard, on the main thread; from then on it is used on the shard's.
using ScannerMaker = std::function<std::unique_ptr<ConsumerFactory>(const ScannerTools&)>;

}  // namespace tcpflow
