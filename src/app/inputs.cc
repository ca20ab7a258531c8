#include "app/inputs.h"

#include <algorithm>

#include "capture/live.h"
#include "capture/open.h"
#include "decode/decoder.h"
#include "decode/link_decoder.h"

namespace tcpflow {
namespace {

Bytes ip_packet_in(const Frame& frame) {
  const Result<Bytes, Drop> packet = find_ip_packet(frame);
  return packet ? *packet : Bytes{};
}

}  // namespace

Inputs::Inputs(const Options& options, Messages& messages, Waiter& waiter)
    : options_(options), messages_(messages), waiter_(waiter) {}

Status Inputs::open_first() {
  if (!options_.input.filter.empty()) {
    Result<Filter> filter = Filter::compile(options_.input.filter);
    if (!filter) return filter.error();
    filter_ = std::move(*filter);
    filter_->locate_ip_with(ip_packet_in);
  }
  if (options_.input.is_live()) {
    Result<std::unique_ptr<PacketSource>> device = open_device();
    if (!device) return device.error();
    opened_ = Input{filtered(std::move(*device))};
    messages_.note("listening on " + opened_->source->name());
    return Ok{};
  }
  opened_ = open_next();
  if (!opened_) return Error{"", 0};  // each was told by itself
  return Ok{};
}

Result<std::unique_ptr<PacketSource>> Inputs::open_device() {
  LiveOptions live;
  live.device = options_.input.interface;
  live.promiscuous = options_.input.is_promiscuous;
  live.snap_length = static_cast<int>(options_.input.snap_length);
  live.buffer_bytes = static_cast<int>(options_.input.kernel_buffer_kib.value_or(0) * 1024);
  live.immediate = options_.console.is_on;
  live.timeout = options_.input.read_timeout;
  live.filter = options_.input.filter;
  Result<std::unique_ptr<PacketSource>> device = open_live(live, waiter_);
  if (!device) return device;
  const LinkType link = (*device)->interfaces().front().link;
  if (Decoder::knows(link)) return device;
  const std::string number = std::to_string(static_cast<int>(link));
  return Error{(*device)->name() + ": unknown link type " + number + ", nothing could be decoded",
               0};
}

std::unique_ptr<PacketSource> Inputs::filtered(std::unique_ptr<PacketSource> source) {
  if (!filter_) return source;
  return std::make_unique<FilteredSource>(std::move(source), *filter_);
}

std::optional<Inputs::Input> Inputs::open_next() {
  const std::vector<std::string>& files = options_.input.files;
  const std::vector<std::string>& finish = options_.input.finish_files;
  while (next_ < files.size() + finish.size()) {
    const bool opens_flows = next_ < files.size();
    const std::string& path = opens_flows ? files[next_] : finish[next_ - files.size()];
    ++next_;
    Result<std::unique_ptr<PacketSource>> source =
        open_capture(path, waiter_, options_.limits.read_size);
    if (source) return Input{filtered(std::move(*source)), opens_flows, next_ - 1};
    messages_.error(source.error().message);
    facts_.push_back({path, 0, source.error().message, false, 0, 0, 0});
  }
  return std::nullopt;
}

std::optional<Inputs::Input> Inputs::next() {
  if (opened_) return std::exchange(opened_, std::nullopt);
  if (options_.input.is_live()) return std::nullopt;
  return open_next();
}

std::vector<std::string> Inputs::paths() const {
  std::vector<std::string> paths = options_.input.files;
  const std::vector<std::string>& finish = options_.input.finish_files;
  paths.insert(paths.end(), finish.begin(), finish.end());
  return paths;
}

void Inputs::finished(const PacketSource& source, const Status& status) {
  InputFacts facts;
  facts.name = source.name();
  for (const Interface& interface : source.interfaces()) facts.packets += interface.frames;
  if (!status) {
    facts.error = status.error().message;
    messages_.error(facts.error);
  }
  for (const std::string& note : source.notes()) messages_.note(source.name() + ": " + note);
  const CaptureLoss loss = source.loss();
  facts.loss_known = loss.known;
  facts.received = loss.received;
  facts.dropped_by_kernel = loss.dropped_by_kernel;
  facts.dropped_by_interface = loss.dropped_by_interface;
  facts_.push_back(std::move(facts));
  tell_loss(source);
  check_links(source);
}

// Packets that the machine lost are holes in the streams: never silent, but with -d 0.
void Inputs::tell_loss(const PacketSource& source) {
  const CaptureLoss loss = source.loss();
  const bool any = loss.dropped_by_kernel != 0 || loss.dropped_by_interface != 0;
  if (!loss.known || (!any && !options_.input.is_live())) return;
  messages_.note(source.name() + ": " + std::to_string(loss.received) + " packets received, " +
                 std::to_string(loss.dropped_by_kernel) + " dropped by the kernel, " +
                 std::to_string(loss.dropped_by_interface) + " by the interface");
}

// An unknown link type costs its interface's packets; an input with none that is known is an error.
void Inputs::check_links(const PacketSource& source) {
  const std::vector<Interface>& all = source.interfaces();
  const auto known = [](const Interface& i) { return Decoder::knows(i.link); };
  const bool none_known = !all.empty() && std::none_of(all.begin(), all.end(), known);
  for (const Interface& interface : all) {
    if (known(interface) || (!none_known && interface.frames == 0)) continue;
    const std::string text = source.name() + ": " + std::to_string(interface.frames) +
                             (interface.frames == 1 ? " packet" : " packets") +
                             " of unknown link type " +
                             std::to_string(static_cast<int>(interface.link)) + " not decoded";
    if (none_known) {
      messages_.error(text);
    } else {
      messages_.note(text);
    }
  }
}

}  // namespace tcpflow
