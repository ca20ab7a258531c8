// A name for a connection that other tools give it, too.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/bytes.h"
#include "flow/flow_info.h"

namespace tcpflow {

// Makes Community IDs, version 1, with seed 0: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=". One thread.
class CommunityIds {
 public:
  CommunityIds();
  // The same for both halves of a connection. Empty if OpenSSL has no SHA-1 (FIPS).
  std::string of(const HalfInfo& half) const;

 private:
  struct Free {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  };
  std::unique_ptr<EVP_MD, Free> sha1_;
};

// Appends RFC 4648 base64, with padding.
void append_base64(std::string& out, Bytes bytes);

}  // namespace tcpflow
