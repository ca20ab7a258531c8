#include "capture/live.h"

#include <algorithm>
#include <array>
#include <utility>

#include "capture/dlt.h"
#include "capture/live_source.h"

namespace tcpflow {
namespace {

constexpr const char* kPermissionHint =
    "no permission to capture; run as root, or give the program the capability CAP_NET_RAW "
    "(setcap cap_net_raw+ep PROGRAM)";

struct FreeDevices {
  void operator()(pcap_if_t* list) const { pcap_freealldevs(list); }
};

std::string device_names() {
  const Result<std::vector<Device>> devices = list_devices();
  std::string names;
  if (!devices) return names;
  for (const Device& device : *devices) names += (names.empty() ? "" : ", ") + device.name;
  return names;
}

// What went wrong with `device`, and what to do about it.
Error activation_error(pcap_t* handle, const std::string& device, int code) {
  const std::string prefix = device + ": ";
  const std::string detail = pcap_geterr(handle);
  if (code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED) {
    return {prefix + kPermissionHint, EPERM};
  }
  if (code == PCAP_ERROR_NO_SUCH_DEVICE) {
    return {prefix + "no such network interface; there are: " + device_names(), ENODEV};
  }
  if (code == PCAP_ERROR_IFACE_NOT_UP) {
    return {prefix + "the interface is not up; bring it up first (ip link set " + device + " up)",
            ENETDOWN};
  }
  return {prefix + (detail.empty() ? pcap_statustostr(code) : detail), 0};
}

Result<std::string> default_device() {
  const Result<std::vector<Device>> devices = list_devices();
  if (!devices) return devices.error();
  if (devices->empty()) {
    return Error{std::string("no network interface to capture on: ") + kPermissionHint, 0};
  }
  return devices->front().name;
}

void configure(pcap_t* handle, const LiveOptions& options) {
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.timeout);
  pcap_set_snaplen(handle, options.snap_length);
  pcap_set_promisc(handle, options.promiscuous ? 1 : 0);
  // Zero would wait until the kernel's buffer is full.
  pcap_set_timeout(handle, static_cast<int>(std::clamp<int64_t>(timeout.count(), 1, 60'000)));
  const int by_default = options.immediate ? kImmediateBufferBytes : kBufferBytes;
  pcap_set_buffer_size(handle, options.buffer_bytes > 0 ? options.buffer_bytes : by_default);
  pcap_set_immediate_mode(handle, options.immediate ? 1 : 0);
  // Refused by devices that have no nanoseconds; then they stay with microseconds.
  pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
}

// An expression that the device's link type refuses is left to the FilteredSource alone.
void filter_in_kernel(pcap_t* handle, const std::string& expression) {
  bpf_program program{};
  if (expression.empty()) return;
  if (pcap_compile(handle, &program, expression.c_str(), 1, 0) != 0) return;
  pcap_setfilter(handle, &program);
  pcap_freecode(&program);
}

}  // namespace

Result<std::vector<Device>> list_devices() {
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  pcap_if_t* first = nullptr;
  if (pcap_findalldevs(&first, reason.data()) != 0) {
    return Error{std::string("can't list network interfaces: ") + reason.data(), 0};
  }
  const std::unique_ptr<pcap_if_t, FreeDevices> owner(first);
  std::vector<Device> devices;
  for (const pcap_if_t* device = first; device; device = device->next) {
    devices.push_back({device->name, device->description ? device->description : ""});
  }
  return devices;
}

Result<std::unique_ptr<PacketSource>> open_live(const LiveOptions& options, Waiter& waiter) {
  Result<std::string> device = options.device.empty() ? default_device() : options.device;
  if (!device) return device.error();
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  PcapHandle handle(pcap_create(device->c_str(), reason.data()));
  if (!handle) return Error{*device + ": " + reason.data(), 0};
  configure(handle.get(), options);
  const int code = pcap_activate(handle.get());
  if (code < 0) return activation_error(handle.get(), *device, code);
  filter_in_kernel(handle.get(), options.filter);

  // A descriptor to wait on is what makes signals and idle times work; where a device has none,
  // libpcap's own timeout has to do.
  if (pcap_get_selectable_fd(handle.get()) >= 0 &&
      pcap_setnonblock(handle.get(), 1, reason.data()) != 0) {
    return Error{*device + ": " + reason.data(), 0};
  }
  std::vector<std::string> notes;
  if (code > 0) notes.emplace_back(pcap_statustostr(code));
  return std::unique_ptr<PacketSource>(
      std::make_unique<LiveSource>(std::move(handle), *device, std::move(notes), waiter));
}

}  // namespace tcpflow
