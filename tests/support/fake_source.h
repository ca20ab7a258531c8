// A PacketSource over frames in memory.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "capture/source.h"
#include "tests/support/conversation.h"

namespace tcpflow::test {

struct FakeSourceParams {
  size_t batch = 256;           // frames a read hands out at most
  std::set<size_t> idle_after;  // after so many frames a read ends early and says idle
  std::optional<Error> error;   // what the read after the last frame says instead of "end"
  std::string name = "fake.pcap";
  std::vector<Interface> interfaces{Interface{}};
  CaptureLoss loss;
  bool is_prompt = false;
};

// Owns its frames; those it hands out borrow from it and stay good while it lives.
class FakeSource : public PacketSource {
 public:
  explicit FakeSource(std::vector<TimedFrame> frames, FakeSourceParams params = {});

  Result<ReadState> read(FrameBatch& batch) override;
  const std::vector<Interface>& interfaces() const override { return params_.interfaces; }
  const std::string& name() const override { return params_.name; }
  CaptureLoss loss() const override { return params_.loss; }
  bool is_prompt() const override { return params_.is_prompt; }

 private:
  void hand_out(FrameBatch& batch);
  Result<ReadState> finish();

  std::vector<TimedFrame> frames_;
  FakeSourceParams params_;
  size_t next_ = 0;
};

}  // namespace tcpflow::test
