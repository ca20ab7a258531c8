#include "output/flow_pcap.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "base/patient_write.h"
#include "base/time.h"
#include "output/file_maker.h"

namespace tcpflow {
namespace {

constexpr uint32_t kSnapLength = 65535;
// File systems keep times in ticks of the clock, so a file of this run may seem a little older.
constexpr Duration kClockTick = std::chrono::milliseconds(20);

size_t mix(size_t hash, Bytes bytes) {
  return hash * 31 + std::hash<std::string_view>()(as_text(bytes));
}

}  // namespace

struct FlowPcap::File {
  File(const Borrowed& borrowed, const std::string& path)
      : capture(borrowed.budget, borrowed.waiter, path, kSnapLength) {}

  SavedCapture capture;
  size_t users = 0;  // entries that write to it
  bool touched = false;
};

size_t FlowPcap::KeyHash::operator()(const Key& key) const {
  const size_t ports = key.source_port * size_t{65537} + key.destination_port;
  const size_t which = ports + static_cast<size_t>(key.transport);
  return mix(mix(which ^ key.path, key.source.octets), key.destination.octets);
}

FlowPcap::FlowPcap(NameTemplate names, const FlowPcapOptions& options, const Borrowed& borrowed,
                   Timestamp now)
    : names_(std::move(names)),
      options_(options),
      borrowed_(borrowed),
      run_start_(now - kClockTick) {}

FlowPcap::~FlowPcap() = default;

void FlowPcap::on_segment(const Segment& segment) {
  add({{segment.source, segment.destination, segment.source_port, segment.destination_port,
        Transport::tcp, segment.path_key},
       *segment.frame,
       segment.link,
       segment.path});
}

void FlowPcap::on_datagram(const Datagram& datagram) {
  add({{datagram.source, datagram.destination, datagram.source_port, datagram.destination_port,
        Transport::udp, datagram.path_key},
       *datagram.frame,
       datagram.link,
       datagram.path});
}

void FlowPcap::add(const Packet& packet) {
  File& file = file_of(packet);
  if (!file.touched) {
    file.touched = true;
    touched_.push_back(&file);
  }
  check(file, file.capture.add(packet.frame));
}

// The direction as names are made of it.
HalfInfo FlowPcap::half_of(const Packet& packet) const {
  HalfInfo half;
  half.source = packet.key.source;
  half.destination = packet.key.destination;
  half.source_port = packet.key.source_port;
  half.destination_port = packet.key.destination_port;
  half.transport = packet.key.transport;
  half.link = packet.link;
  if (packet.path != nullptr) half.encapsulation = packet.path->text();
  half.start = shifted(packet.frame.time, options_.time_shift);
  return half;
}

FlowPcap::File& FlowPcap::file_of(const Packet& packet) {
  const Key& key = packet.key;
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return *found->second->file;
  }
  File& file = open(packet);
  ++file.users;
  entries_.push_front({key, &file});
  by_key_[key] = entries_.begin();
  if (entries_.size() > std::max<size_t>(options_.directions, 1)) forget_oldest();
  return file;
}

FlowPcap::File& FlowPcap::open(const Packet& packet) {
  names_.expand(half_of(packet), 0, 0, name_);
  name_ += ".pcap";
  std::unique_ptr<File>& file = files_[name_];
  if (file == nullptr) {
    file = std::make_unique<File>(borrowed_, name_);
    check(*file, forgot_some_ ? file->capture.resume(run_start_) : file->capture.create());
  }
  return *file;
}

void FlowPcap::forget_oldest() {
  const Entry oldest = entries_.back();
  by_key_.erase(oldest.key);
  entries_.pop_back();
  forgot_some_ = true;
  if (--oldest.file->users != 0) return;
  check(*oldest.file, oldest.file->capture.close());
  if (oldest.file->touched) std::erase(touched_, oldest.file);
  files_.erase(std::string(oldest.file->capture.path()));
}

void FlowPcap::on_batch_end(bool) {
  for (File* file : touched_) {
    file->touched = false;
    check(*file, file->capture.write_out());
  }
  touched_.clear();
}

void FlowPcap::finish() {
  for (const auto& [name, file] : files_) check(*file, file->capture.close());
  touched_.clear();
  entries_.clear();
  by_key_.clear();
  files_.clear();
}

// A failed file takes nothing more, so this is told once a file.
void FlowPcap::check(const File& file, int code) {
  if (code == 0) return;
  borrowed_.errors.on_output_error(about_named_file(write_error(file.capture.path(), code)));
}

}  // namespace tcpflow
