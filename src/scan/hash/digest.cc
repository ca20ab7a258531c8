#include "scan/hash/digest.h"

#include <array>
#include <utility>

namespace tcpflow {

DigestKind fetch_digest(const char* name) {
  return DigestKind(EVP_MD_fetch(nullptr, name, nullptr));
}

EVP_MD_CTX* SpareDigests::take() {
  if (spare_.empty()) return EVP_MD_CTX_new();
  EVP_MD_CTX* const context = spare_.back().release();
  spare_.pop_back();
  return context;
}

void SpareDigests::give_back(EVP_MD_CTX* context) {
  std::unique_ptr<EVP_MD_CTX, EvpDeleter> owned(context);
  if (spare_.size() < kMost) spare_.push_back(std::move(owned));
}

bool RunningDigest::begin(SpareDigests& spare) {
  if (spare.kind() == nullptr) return false;
  context_ = {spare.take(), ContextReturn{&spare}};
  is_good_ = context_ && EVP_DigestInit_ex(context_.get(), spare.kind(), nullptr) == 1;
  return is_good_;
}

bool RunningDigest::begin(const EVP_MD& kind) {
  context_ = {EVP_MD_CTX_new(), ContextReturn{}};
  is_good_ = context_ && EVP_DigestInit_ex(context_.get(), &kind, nullptr) == 1;
  return is_good_;
}

void RunningDigest::add(Bytes bytes) {
  is_good_ = is_good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

std::string RunningDigest::hex() {
  std::array<uint8_t, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  const bool is_done = std::exchange(is_good_, false) &&
                       EVP_DigestFinal_ex(context_.get(), sum.data(), &length) == 1;
  context_.reset();
  if (!is_done) return {};
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(2 * size_t{length}, '0');
  for (size_t i = 0; i < length; ++i) {
    text[2 * i] = kDigits[sum[i] >> 4];
    text[2 * i + 1] = kDigits[sum[i] & 0xf];
  }
  return text;
}

}  // namespace tcpflow
