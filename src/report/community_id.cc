#include "report/community_id.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace tcpflow {
namespace {

void append_port(std::vector<uint8_t>& out, uint16_t port) {
  out.push_back(static_cast<uint8_t>(port >> 8));
  out.push_back(static_cast<uint8_t>(port & 0xff));
}

void append_address(std::vector<uint8_t>& out, const IpAddress& address) {
  const size_t length = address.family == Family::ipv4 ? 4 : address.octets.size();
  out.insert(out.end(), address.octets.begin(),
             address.octets.begin() + static_cast<ptrdiff_t>(length));
}

// What is hashed: seed, the ends in order, protocol, padding, the ports in the same order.
std::vector<uint8_t> material_of(const HalfInfo& half) {
  std::pair<IpAddress, uint16_t> low{half.source, half.source_port};
  std::pair<IpAddress, uint16_t> high{half.destination, half.destination_port};
  if (high < low) std::swap(low, high);
  constexpr uint8_t kTcp = 6;
  constexpr uint8_t kUdp = 17;
  std::vector<uint8_t> material(2);
  append_address(material, low.first);
  append_address(material, high.first);
  material.push_back(half.transport == Transport::udp ? kUdp : kTcp);
  material.push_back(0);
  append_port(material, low.second);
  append_port(material, high.second);
  return material;
}

}  // namespace

CommunityIds::CommunityIds() : sha1_(EVP_MD_fetch(nullptr, "SHA1", nullptr)) {}

std::string CommunityIds::of(const HalfInfo& half) const {
  if (!sha1_) return {};
  const std::vector<uint8_t> material = material_of(half);
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(material.data(), material.size(), digest.data(), &length, sha1_.get(), nullptr) !=
      1)
    return {};
  std::string text = "1:";
  append_base64(text, Bytes(digest).first(length));
  return text;
}

void append_base64(std::string& out, Bytes bytes) {
  constexpr size_t kStep = 3 * 4096;
  std::array<uint8_t, kStep / 3 * 4 + 1> text{};  // and the NUL that OpenSSL adds
  while (!bytes.empty()) {
    const Bytes step = bytes.first(std::min(bytes.size(), kStep));
    bytes = bytes.subspan(step.size());
    const int length = EVP_EncodeBlock(text.data(), step.data(), static_cast<int>(step.size()));
    out += as_text(Bytes(text).first(static_cast<size_t>(length)));
  }
}

}  // namespace tcpflow
