#include "capture/filter.h"

#include <algorithm>
#include <array>

#include "capture/capture_format.h"
#include "capture/dlt.h"
#include "capture/pcap_handle.h"

namespace tcpflow {
namespace {

// An expression may make sense for some links only ("type mgt", "ppp proto"), so it is right if one
// of these takes it.
constexpr std::array kTried = {DLT_EN10MB,     DLT_RAW,        DLT_IEEE802_11_RADIO,
                               DLT_PPP_SERIAL, DLT_LINUX_SLL2, DLT_NULL};

}  // namespace

Result<Filter::Program> Filter::compile_for(const std::string& text, int dlt) {
  const PcapHandle handle(pcap_open_dead(dlt, static_cast<int>(kMaxSnapLength)));
  if (!handle) return Error{"out of memory", ENOMEM};
  constexpr int kOptimise = 1;
  constexpr bpf_u_int32 kNoNetmask = 0;
  bpf_program code{};
  if (pcap_compile(handle.get(), &code, text.c_str(), kOptimise, kNoNetmask) != 0) {
    return Error{pcap_geterr(handle.get()), 0};
  }
  Program program(code.bf_insns, code.bf_insns + code.bf_len);
  pcap_freecode(&code);
  return program;
}

Result<Filter> Filter::compile(const std::string& text) {
  std::string reason;
  for (const int dlt : kTried) {
    const Result<Program> program = compile_for(text, dlt);
    if (program) return Filter(text);
    if (reason.empty()) reason = program.error().message;
  }
  // For a fault of syntax libpcap says so itself.
  static constexpr std::string_view kWhat = "can't parse filter expression: ";
  if (!reason.starts_with(kWhat)) reason.insert(0, kWhat);
  return Error{reason, 0};
}

Filter::Compiled Filter::compile_link(LinkType link) const {
  Compiled compiled;
  compiled.link = link;
  Result<Program> own = compile_for(text_, dlt_of(link));
  if (own) {
    compiled.program = std::move(*own);
    return compiled;
  }
  // libpcap's compiler does not know this link type, or not the expression on it. On the IP packet
  // within the same expression may make sense.
  compiled.is_for_ip = true;
  Result<Program> ip = compile_for(text_, DLT_RAW);
  if (ip) {
    compiled.program = std::move(*ip);
  } else {
    compiled.refusal = own.error().message;
  }
  return compiled;
}

const Filter::Compiled& Filter::compiled_for(LinkType link) {
  for (const Compiled& compiled : compiled_) {
    if (compiled.link == link) return compiled;
  }
  return compiled_.emplace_back(compile_link(link));
}

bool Filter::matches(const Frame& frame) {
  const Compiled& compiled = compiled_for(frame.link);
  if (compiled.program.empty()) return false;
  Bytes bytes = frame.bytes;
  if (compiled.is_for_ip) bytes = locate_ip_ ? locate_ip_(frame) : Bytes{};
  if (compiled.is_for_ip && bytes.empty()) return false;
  const u_int captured = static_cast<u_int>(bytes.size());
  const u_int not_captured = frame.original_length - static_cast<u_int>(frame.bytes.size());
  return bpf_filter(compiled.program.data(), bytes.data(), captured + not_captured, captured) != 0;
}

std::optional<std::string> Filter::refusal(LinkType link) const {
  for (const Compiled& compiled : compiled_) {
    if (compiled.link == link && compiled.program.empty()) return compiled.refusal;
  }
  return std::nullopt;
}

Result<ReadState> FilteredSource::read(FrameBatch& batch) {
  if (is_over_) return ReadState::end;
  const size_t before = batch.frames.size();
  const Result<ReadState> state = inner_->read(batch);
  size_t kept = before;
  for (size_t i = before; i < batch.frames.size(); ++i) {
    Frame& frame = batch.frames[i];
    carry_loss(frame);
    if (!filter_.matches(frame)) continue;
    lost_behind_.reset();
    batch.frames[kept++] = frame;
  }
  batch.frames.resize(kept);
  if (!state || *state != ReadState::end) return state;
  is_over_ = true;
  const std::optional<Error> refused = refusal();
  if (refused && batch.frames.size() == before) return *refused;
  return state;
}

// What a frame says that is left out holds for the next one that is kept.
void FilteredSource::carry_loss(Frame& frame) {
  if (frame.lost_within != 0) {
    const uint64_t behind = frame.number - std::min<uint64_t>(frame.lost_within, frame.number);
    lost_behind_ = std::min(lost_behind_.value_or(behind), behind);
  }
  if (!lost_behind_) return;
  frame.lost_within =
      static_cast<uint32_t>(std::min<uint64_t>(frame.number - *lost_behind_, UINT32_MAX));
}

std::optional<Error> FilteredSource::refusal() const {
  for (const Interface& interface : interfaces()) {
    if (interface.frames == 0) continue;
    const std::optional<std::string> why = filter_.refusal(interface.link);
    if (!why) continue;
    return Error{name() + ": can't apply the filter to packets of link type " +
                     std::to_string(static_cast<int>(interface.link)) +
                     ", which were left out: " + *why,
                 0};
  }
  return std::nullopt;
}

}  // namespace tcpflow
