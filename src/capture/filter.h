// Packet filters in libpcap's language.
#pragma once

#include <pcap/pcap.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "capture/frame.h"
#include "capture/source.h"

namespace tcpflow {

// Finds the IP packet in a frame; empty if there is none. decode/ knows how.
using IpLocator = std::function<Bytes(const Frame&)>;

// One expression, compiled by libpcap for each link type when its first frame comes. Where the
// compiler refuses a link type, the expression is compiled for raw IP and run on the packet that
// the IpLocator finds. Owned by app, used on the reader's thread.
class Filter {
 public:
  // Errors of syntax are found here: "can't parse filter expression: ...".
  static Result<Filter> compile(const std::string& text);

  // Without one, frames of link types that the compiler refuses do not match.
  void locate_ip_with(IpLocator locator) { locate_ip_ = std::move(locator); }

  bool matches(const Frame& frame);
  // Why the expression cannot be applied to this link type in any way; nothing if it can, or if no
  // frame of it was seen.
  std::optional<std::string> refusal(LinkType link) const;

  const std::string& text() const { return text_; }

 private:
  using Program = std::vector<bpf_insn>;
  // What became of the expression for one link type.
  struct Compiled {
    LinkType link = LinkType::ethernet;
    Program program;  // empty: refused
    bool is_for_ip = false;
    std::string refusal;
  };

  explicit Filter(std::string text) : text_(std::move(text)) {}
  static Result<Program> compile_for(const std::string& text, int dlt);
  const Compiled& compiled_for(LinkType link);
  Compiled compile_link(LinkType link) const;

  std::string text_;
  IpLocator locate_ip_;
  std::vector<Compiled> compiled_;
};

// Keeps the frames of a source that match; numbers keep counting. Borrows the filter. Where it
// cannot be applied to a link type, those frames are left out and the source ends with an error
// that says so.
class FilteredSource : public PacketSource {
 public:
  FilteredSource(std::unique_ptr<PacketSource> inner, Filter& filter)
      : inner_(std::move(inner)), filter_(filter) {}

  Result<ReadState> read(FrameBatch& batch) override;
  const std::vector<Interface>& interfaces() const override { return inner_->interfaces(); }
  const std::string& name() const override { return inner_->name(); }
  CaptureLoss loss() const override { return inner_->loss(); }
  bool is_prompt() const override { return inner_->is_prompt(); }
  ReadPosition position() const override { return inner_->position(); }
  std::vector<std::string> notes() const override { return inner_->notes(); }
  const std::vector<std::pair<uint32_t, std::string>>& secrets() const override {
    return inner_->secrets();
  }

 private:
  std::optional<Error> refusal() const;
  void carry_loss(Frame& frame);

  std::unique_ptr<PacketSource> inner_;
  Filter& filter_;
  bool is_over_ = false;
  // The capture lost packets behind the one with this number, said frames that were left out since.
  std::optional<uint64_t> lost_behind_;
};

}  // namespace tcpflow
