// MD5 of what each flow file holds, computed from the stream while it passes.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "flow/consumer.h"

namespace tcpflow {

struct EvpDeleter {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Makes one hashing consumer a flow, which adds {"MD5", hex} to each half that has content: what
// stands in its file below the byte limit, gaps in their form. create() may be called on any
// shard's thread; the factory outlives its consumers.
class Md5Scanner : public ConsumerFactory {
 public:
  using Digest = std::unique_ptr<EVP_MD, EvpDeleter>;

  // `byte_limit`: -b; `gap`: how gaps stand in the file. Fails where OpenSSL was set up without MD5
  // (FIPS).
  static Result<std::unique_ptr<Md5Scanner>> make(std::optional<uint64_t> byte_limit,
                                                  GapForm gap = GapForm::zero);

  // For make(), which knows that `digest` is there.
  Md5Scanner(Digest digest, uint64_t limit, GapForm gap)
      : digest_(std::move(digest)), limit_(limit), gap_(gap) {}

  std::unique_ptr<StreamConsumer> create() override;

 private:
  Digest digest_;
  uint64_t limit_;
  GapForm gap_;
};

}  // namespace tcpflow
