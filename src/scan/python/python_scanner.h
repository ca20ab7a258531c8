// Hands each half of a flow to a Python function.
#pragma once

#include <cstdint>
#include <memory>

#include "base/gap.h"
#include "base/limits.h"
#include "scan/half_scanner.h"
#include "scan/python/python_host.h"
#include "scan/scanner_maker.h"

namespace tcpflow {

// Plain values.
struct PythonOptions {
  uint64_t byte_limit = UINT64_MAX;  // -b: what lies behind it in a flow's file is left out
  GapForm gap = GapForm::zero;       // how gaps stand in the flow's file
  ScanLimits scan;
  PythonLimits limits;
};

// Gathers what stands in each half's file and calls the function once with it, when the flow ends.
// What the function returns becomes a result of the half, and so does an exception, which is told
// of besides. One per shard, used on its thread; outlives its readers.
class PythonScanner : public HalfScanner {
 public:
  // Borrows host and errors for its life.
  PythonScanner(const PythonOptions& options, const PythonHost& host, ScanErrors& errors)
      : options_(options), host_(host), errors_(errors) {}

  std::unique_ptr<HalfReader> make_reader() override;

 private:
  friend class PythonHalf;

  const PythonOptions options_;
  const PythonHost& host_;
  ScanErrors& errors_;
  size_t held_ = 0;  // octets gathered
};

}  // namespace tcpflow
