// MD5 of what each flow file holds, computed from the stream while it passes.
#pragma once

#include <cstdint>
#include <memory>

#include "base/limits.h"
#include "base/result.h"
#include "flow/consumer.h"
#include "scan/hash/digest.h"

namespace tcpflow {

// How the files are that are to be hashed. Plain values.
struct Md5Options {
  uint64_t byte_limit = UINT64_MAX;  // -b
  GapForm gap = GapForm::zero;       // how gaps stand in the file
  ScanLimits limits;
};

// Makes one hashing consumer a flow, which adds {"MD5", hex} to each half that has content: what
// stands in its file below the byte limit, gaps in their form. A half over a limit of scanners has
// no digest, which would be that of another file, and is marked. create() may be called on any
// shard's thread; the factory outlives its consumers.
class Md5Scanner : public ConsumerFactory {
 public:
  // Fails where OpenSSL was set up without MD5 (FIPS).
  static Result<std::unique_ptr<Md5Scanner>> make(const Md5Options& options);

  // For make(), which knows that `digest` is there.
  Md5Scanner(DigestKind digest, const Md5Options& options)
      : digest_(std::move(digest)), options_(options) {}

  std::unique_ptr<StreamConsumer> create() override;

 private:
  DigestKind digest_;
  const Md5Options options_;
};

}  // namespace tcpflow
