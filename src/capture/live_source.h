// An open device as a source of frames; live.h opens it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/wait.h"
#include "capture/idle_clock.h"
#include "capture/pcap_handle.h"
#include "capture/source.h"

namespace tcpflow {

// A 32-bit counter of the kernel that wraps, made 64-bit by looking often enough.
class WrappingCounter {
 public:
  void update(uint32_t now) {
    total_ += static_cast<uint32_t>(now - last_);
    last_ = now;
  }
  uint64_t total() const { return total_; }

 private:
  uint64_t total_ = 0;
  uint32_t last_ = 0;
};

// Between which frames packets may be lost, as far as a counter tells that is read now and then:
// its news may be about frames read since it was read before, or about those still in the kernel's
// buffer, which are read until it is read again.
class LossWindow {
 public:
  // The counter was read; `lost`: it had moved.
  void looked(bool lost) {
    if (lost) within_ = read_since_ + 1;
    is_losing_ = lost;
    read_since_ = 0;
  }
  // The next frame's Frame::lost_within.
  uint32_t next() {
    ++read_since_;
    const uint32_t at_least = is_losing_ ? 1 : 0;
    return std::max(std::exchange(within_, 0u), at_least);
  }

 private:
  uint32_t read_since_ = 0;
  uint32_t within_ = 0;
  bool is_losing_ = false;
};

// Copies frames out of the kernel's ring, whose blocks are only lent. Owned and used by the reader
// thread; borrows the waiter.
class LiveSource : public PacketSource {
 public:
  LiveSource(PcapHandle handle, std::string device, std::vector<std::string> notes, Waiter& waiter);

  Result<ReadState> read(FrameBatch& batch) override;
  const std::vector<Interface>& interfaces() const override { return interfaces_; }
  const std::string& name() const override { return interfaces_[0].name; }
  CaptureLoss loss() const override;
  bool is_prompt() const override { return true; }
  ReadPosition position() const override { return {octets_, 0}; }
  std::vector<std::string> notes() const override { return notes_; }

 private:
  struct Losses {
    WrappingCounter received;
    WrappingCounter dropped_by_kernel;
    WrappingCounter dropped_by_interface;
  };

  static void on_packet(u_char* self, const pcap_pkthdr* header, const u_char* bytes);
  void add_frame(const pcap_pkthdr& header, const u_char* bytes);
  Ready wait();
  ReadState idle();
  void update(Losses& losses) const;

  PcapHandle handle_;
  std::vector<Interface> interfaces_;
  std::vector<std::string> notes_;
  Waiter& waiter_;
  int fd_;                 // -1: the device has none
  Duration longest_wait_;  // some devices want to be asked again without being readable
  int64_t nanos_per_fraction_;
  IdleClock idle_clock_;
  FrameBatch* batch_ = nullptr;  // of the read that is going on
  Losses losses_;
  LossWindow loss_window_;
  int reads_after_stop_ = 0;
  uint64_t octets_ = 0;
};

}  // namespace tcpflow
