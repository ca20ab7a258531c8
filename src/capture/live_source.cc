#include "capture/live_source.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "capture/dlt.h"

namespace tcpflow {
namespace {

// Bounds what a read copies: 512 frames of the longest kind are 128 MiB, usual ones below 1 MiB.
constexpr int kFramesPerRead = 512;
// What the kernel holds when the run is stopped is still read, but not for ever.
constexpr int kReadsAfterStop = 64;

}  // namespace

LiveSource::LiveSource(PcapHandle handle, std::string device, std::vector<std::string> notes,
                       Waiter& waiter)
    : handle_(std::move(handle)),
      notes_(std::move(notes)),
      waiter_(waiter),
      fd_(pcap_get_selectable_fd(handle_.get())),
      longest_wait_(IdleClock::kIdlePeriod),
      nanos_per_fraction_(
          pcap_get_tstamp_precision(handle_.get()) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000) {
  Interface only;
  only.link = link_type_of_dlt(pcap_datalink(handle_.get()));
  only.snap_length = static_cast<uint32_t>(pcap_snapshot(handle_.get()));
  only.name = std::move(device);
  interfaces_.push_back(std::move(only));
  if (const timeval* wanted = pcap_get_required_select_timeout(handle_.get())) {
    longest_wait_ =
        std::chrono::seconds(wanted->tv_sec) + std::chrono::microseconds(wanted->tv_usec);
  }
}

void LiveSource::on_packet(u_char* self, const pcap_pkthdr* header, const u_char* bytes) {
  reinterpret_cast<LiveSource*>(self)->add_frame(*header, bytes);
}

void LiveSource::add_frame(const pcap_pkthdr& header, const u_char* bytes) {
  Interface& interface = interfaces_[0];
  Frame& frame = batch_->frames.emplace_back();
  frame.number = ++interface.frames;
  frame.time = make_time(header.ts.tv_sec, header.ts.tv_usec * nanos_per_fraction_);
  frame.bytes = batch_->copies.copy({bytes, header.caplen});
  frame.original_length = std::max(header.len, header.caplen);
  frame.link = interface.link;
  frame.lost_within = loss_window_.next();
  octets_ += header.caplen;
}

Result<ReadState> LiveSource::read(FrameBatch& batch) {
  const bool is_stopped = waiter_.stop_requested();
  if (is_stopped && ++reads_after_stop_ > kReadsAfterStop) return ReadState::end;
  batch_ = &batch;
  errno = 0;
  const int count = pcap_dispatch(handle_.get(), kFramesPerRead, &LiveSource::on_packet,
                                  reinterpret_cast<u_char*>(this));
  batch_ = nullptr;
  // Some devices say by an error that nothing is at hand.
  const bool is_failure = count == PCAP_ERROR && errno != EAGAIN;
  if (is_failure) return Error{name() + ": " + pcap_geterr(handle_.get()), 0};
  if (count <= 0 && is_stopped) return ReadState::end;
  // Also in the middle of heavy traffic, or what waits for an idle moment would wait for ever.
  if (idle_clock_.left() == Duration::zero()) return idle();
  if (count > 0 || wait() != Ready::timed_out) return ReadState::more;
  return idle();
}

// Without a descriptor libpcap itself has waited.
Ready LiveSource::wait() {
  if (fd_ < 0) return Ready::timed_out;
  return waiter_.wait_readable(fd_, std::min(idle_clock_.left(), longest_wait_));
}

ReadState LiveSource::idle() {
  idle_clock_.said_idle();
  const uint64_t before = losses_.dropped_by_kernel.total();
  update(losses_);
  loss_window_.looked(losses_.dropped_by_kernel.total() != before);
  return ReadState::idle;
}

void LiveSource::update(Losses& losses) const {
  pcap_stat now{};
  if (pcap_stats(handle_.get(), &now) != 0) return;
  losses.received.update(now.ps_recv);
  losses.dropped_by_kernel.update(now.ps_drop);
  losses.dropped_by_interface.update(now.ps_ifdrop);
}

CaptureLoss LiveSource::loss() const {
  Losses losses = losses_;
  update(losses);
  CaptureLoss loss;
  loss.known = true;
  loss.received = losses.received.total();
  loss.dropped_by_kernel = losses.dropped_by_kernel.total();
  loss.dropped_by_interface = losses.dropped_by_interface.total();
  return loss;
}

}  // namespace tcpflow
