// A worked example of docs/writing-a-scanner.md: which SSH software each side runs.
#pragma once

#include <memory>

#include "scan/half_scanner.h"

namespace tcpflow::example {

// Puts the identification string of SSH (RFC 4253, 4.2) of each half into the report. One per
// shard, used on its thread; outlives its readers.
class SshBannerScanner : public HalfScanner {
 public:
  std::unique_ptr<HalfReader> make_reader() override;
};

}  // namespace tcpflow::example
