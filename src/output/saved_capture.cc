#include "output/saved_capture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/free_memory.h"
#include "output/file_maker.h"
#include "output/gathered_write.h"
#include "output/pcap_upgrade.h"

namespace tcpflow {

SavedCapture::SavedCapture(FileBudget& budget, Waiter& waiter, std::string path,
                           uint32_t snap_length)
    : budget_(budget), waiter_(waiter) {
  file_.name = std::move(path);
  header_.snap_length = snap_length;
}

int SavedCapture::create() {
  if (file_.name != "-") return open(O_TRUNC);
  const int fd = ::dup(STDOUT_FILENO);
  if (fd < 0) return check(errno);
  budget_.adopt(file_, fd);
  regular_ = false;
  return 0;
}

int SavedCapture::open(int flags) {
  // Reading is needed for an upgrade; a pipe is opened for writing only, so that its end is seen.
  struct stat info {};
  const bool exists = ::stat(file_.name.c_str(), &info) == 0;
  regular_ = !exists || S_ISREG(info.st_mode);
  if ((flags & O_TRUNC) != 0) size_ = 0;
  const bool is_fifo = exists && S_ISFIFO(info.st_mode);
  // Without O_NONBLOCK the open would wait for the FIFO's reader, deaf to signals.
  flags |= O_CREAT | (regular_ ? O_RDWR : O_WRONLY) | (is_fifo ? O_NONBLOCK : 0);
  int fd = open_once(flags);
  while (is_fifo && fd == -ENXIO) {
    fd = may_still_be_read(waiter_) ? open_once(flags) : -ECANCELED;
  }
  return fd < 0 ? check(-fd) : 0;
}

int SavedCapture::open_once(int flags) {
  return makes_folders_ ? create_with_folders(budget_, file_, flags) : budget_.create(file_, flags);
}

int SavedCapture::resume(Timestamp not_before) {
  struct stat info {};
  if (::stat(file_.name.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return create();
  if (make_time(info.st_mtim.tv_sec, info.st_mtim.tv_nsec) < not_before) return create();
  const int code = open(0);
  if (code != 0) return code;
  size_ = static_cast<uint64_t>(info.st_size);
  return recognise(budget_.use(file_));
}

int SavedCapture::recognise(int fd) {
  std::array<uint8_t, kPcapHeaderSize> head{};
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  if (got < 0) return check(errno);
  if (static_cast<size_t>(got) < head.size()) return create();
  std::string section;
  append_pcapng_section(section);
  if (std::equal(head.begin(), head.end(), as_bytes(section).begin())) {
    kind_ = Kind::pcapng;
    waiting_ = section;  // interfaces are numbered anew
    return 0;
  }
  const uint32_t magic = load_le32(head.data());
  if (magic != kPcapMicroMagic && magic != kPcapNanoMagic) return create();
  kind_ = Kind::pcap;
  header_.unit = magic == kPcapNanoMagic ? PcapUnit::nano : PcapUnit::micro;
  header_.link = static_cast<LinkType>(load_le16(head.data() + kPcapLinkAt));
  header_.snap_length = load_le32(head.data() + kPcapSnapLengthAt);
  return 0;
}

int SavedCapture::add(const Frame& frame) {
  if (failed_) return 0;
  if (kind_ == Kind::undecided) {
    header_.unit = needs_nanoseconds(frame.time) ? PcapUnit::nano : PcapUnit::micro;
    header_.snap_length = std::max(header_.snap_length, static_cast<uint32_t>(frame.bytes.size()));
    begin_empty(frame.link);
  }
  if (kind_ == Kind::pcap && !fits(frame)) {
    const int code = upgrade();
    if (code != 0) return code;
  }
  if (kind_ == Kind::pcapng) {
    const uint32_t interface = interface_of(frame.link);
    append_pcapng_packet(waiting_, frame, interface);
    return 0;
  }
  if (frame.bytes.size() > header_.snap_length) {
    header_.snap_length = static_cast<uint32_t>(frame.bytes.size());
    snap_length_grew_ = true;
  }
  append_pcap_record(waiting_, frame, header_.unit);
  return 0;
}

int SavedCapture::give_to(const Owner& owner) { return give_file(budget_.use(file_), owner); }

void SavedCapture::begin_empty(LinkType link) {
  if (kind_ != Kind::undecided) return;
  kind_ = regular_ ? Kind::pcap : Kind::pcapng;
  header_.link = link;
  if (kind_ == Kind::pcap) {
    append_pcap_header(waiting_, header_);
  } else {
    append_pcapng_section(waiting_);
    interface_of(link);
  }
}

bool SavedCapture::fits(const Frame& frame) const {
  return frame.link == header_.link &&
         (header_.unit == PcapUnit::nano || !needs_nanoseconds(frame.time));
}

int SavedCapture::upgrade() {
  int code = write_out();
  if (code != 0) return code;
  const int fd = budget_.use(file_);
  if (fd < 0) return check(-fd);
  const Result<uint64_t, int> new_size = upgrade_to_pcapng(fd, size_);
  if (!new_size) return check(new_size.error());
  size_ = *new_size;
  kind_ = Kind::pcapng;
  interfaces_ = {header_.link};
  return 0;
}

uint32_t SavedCapture::interface_of(LinkType link) {
  const auto found = std::find(interfaces_.begin(), interfaces_.end(), link);
  const uint32_t number = static_cast<uint32_t>(found - interfaces_.begin());
  if (found == interfaces_.end()) {
    interfaces_.push_back(link);
    append_pcapng_interface(waiting_, link);
  }
  return number;
}

int SavedCapture::write_out() {
  if (waiting_.empty() || failed_) return 0;
  const int fd = budget_.use(file_);
  if (fd < 0) return check(-fd);
  const Written done =
      regular_ ? write_at(fd, waiting_, size_) : write_all(fd, waiting_, {waiter_});
  size_ += done.bytes;
  waiting_.clear();
  if (done.code == 0 && snap_length_grew_ && kind_ == Kind::pcap) return write_snap_length(fd);
  return check(done.code);
}

// Readers cut what is longer than the header says.
int SavedCapture::write_snap_length(int fd) {
  snap_length_grew_ = false;
  std::string header;
  append_pcap_header(header, header_);
  return check(write_at(fd, header, 0).code);
}

int SavedCapture::close() {
  const int code = write_out();
  free_memory(waiting_);
  const int close_code = budget_.close(file_);
  return code != 0 ? code : check(close_code);
}

int SavedCapture::check(int code) {
  if (code != 0) {
    failed_ = true;
    free_memory(waiting_);
  }
  return code;
}

}  // namespace tcpflow
