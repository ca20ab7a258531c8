// Digests of bytes that come piece by piece, by OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

// Contexts of one algorithm that were used and will be again: OpenSSL takes longer to make one than
// to hash a few packets. One thread; outlives the digests.
class SpareDigests {
 public:
  explicit SpareDigests(DigestKind kind) : kind_(std::move(kind)) {}

  // Null: there is no such algorithm.
  const EVP_MD* kind() const { return kind_.get(); }
  // The caller's, to be given back or freed. Null: out of memory.
  EVP_MD_CTX* take();
  void give_back(EVP_MD_CTX* context);

 private:
  static constexpr size_t kMost = 64;

  DigestKind kind_;
  std::vector<std::unique_ptr<EVP_MD_CTX, EvpDeleter>> spare_;
};

struct ContextReturn {
  SpareDigests* to = nullptr;  // null: it is freed
  void operator()(EVP_MD_CTX* context) const {
    to == nullptr ? EVP_MD_CTX_free(context) : to->give_back(context);
  }
};

// One digest on its way. One owner, one thread.
class RunningDigest {
 public:
  bool has_begun() const { return context_ != nullptr; }
  // False: out of memory, or OpenSSL refuses; nothing will come of it.
  bool begin(const EVP_MD& kind);
  bool begin(SpareDigests& spare);
  void add(Bytes bytes);
  // In lower-case hexadecimal; empty if nothing was begun or something failed. Ends it.
  std::string hex();

 private:
  std::unique_ptr<EVP_MD_CTX, ContextReturn> context_;
  bool is_good_ = false;
};

}  // namespace tcpflow
