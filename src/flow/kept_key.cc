#include "flow/kept_key.h"

namespace tcpflow {

KeptKey::KeptKey(const KeyedSender& sender) {
  const FlowKey& key = sender.key;
  if (key.low.family != Family::ipv4 || key.path != 0 || sender.path != nullptr) {
    wide_ = std::make_unique<const Wide>(
        Wide{key, sender.path != nullptr ? std::make_unique<const Encapsulation>(*sender.path)
                                         : nullptr});
    return;
  }
  low_ = octets_of_ipv4(key.low);
  high_ = octets_of_ipv4(key.high);
  low_port_ = key.low_port;
  high_port_ = key.high_port;
}

FlowKey KeptKey::key() const {
  if (wide_) return wide_->key;
  return {low(), high(), low_port_, high_port_, 0};
}

}  // namespace tcpflow
