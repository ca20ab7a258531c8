// Digests of bytes that come piece by piece, by OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/bytes.h"

namespace tcpflow {

struct EvpDeleter {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// An algorithm, fetched once: an implicit fetch for each digest costs more than hashing a little.
// Null where OpenSSL was set up without it (FIPS). Good on any thread once it is made.
using DigestKind = std::unique_ptr<EVP_MD, EvpDeleter>;
DigestKind fetch_digest(const char* name);

// One digest on its way. One owner, one thread.
class RunningDigest {
 public:
  bool has_begun() const { return context_ != nullptr; }
  // False: out of memory, or OpenSSL refuses; nothing will come of it.
  bool begin(const EVP_MD& kind);
  void add(Bytes bytes);
  // In lower-case hexadecimal; empty if nothing was begun or something failed. Ends it.
  std::string hex();

 private:
  std::unique_ptr<EVP_MD_CTX, EvpDeleter> context_;
  bool is_good_ = false;
};

}  // namespace tcpflow
