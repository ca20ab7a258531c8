#include "output/pcap_upgrade.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "output/gathered_write.h"
#include "output/saved_format.h"

namespace tcpflow {
namespace {

constexpr size_t kChunk = size_t{1} << 20;

// Reads `length` bytes at `offset` into `buffer`, fewer at the end of the file. Returns an errno.
int read_at(int fd, uint64_t offset, size_t length, std::string& buffer) {
  buffer.resize(length);
  size_t got = 0;
  while (got < length) {
    const ssize_t n =
        ::pread(fd, buffer.data() + got, length - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  buffer.resize(got);
  return 0;
}

// Of the record whose header is at the front of `bytes`, header included.
uint64_t record_length(Bytes bytes) {
  return kPcapRecordHeaderSize + uint64_t{load_le32(bytes.data() + 8)};
}

// Consecutive records of the old file and where their blocks go in the new one. Blocks are longer
// than records, so nothing moves to the left.
struct Chunk {
  uint64_t from = 0;
  uint64_t to = 0;
  size_t length = 0;  // in the old file
};

// Holds the state of one conversion. Lives for a call.
class Upgrade {
 public:
  Upgrade(int fd, uint64_t size) : fd_(fd), size_(size) {}

  Result<uint64_t, int> run();

 private:
  int read_header();
  int plan();
  int read_records(uint64_t from);
  int claim_room();
  int move(const Chunk& chunk);
  // The record at `at` of `buffer_`, empty where it is not whole.
  Bytes record(size_t at) const;
  Frame frame(Bytes record) const;
  void append_block(std::string& out, Bytes record) const;

  int fd_;
  uint64_t size_;
  PcapFileHeader header_;
  std::string head_;  // of the new file
  std::string buffer_;
  std::vector<Chunk> chunks_;
  uint64_t new_size_ = 0;
};

Result<uint64_t, int> Upgrade::run() {
  int code = read_header();
  if (code == 0) code = plan();
  if (code == 0) code = claim_room();
  // Last chunk first: each then overwrites only what has moved already.
  for (auto chunk = chunks_.rbegin(); code == 0 && chunk != chunks_.rend(); ++chunk) {
    code = move(*chunk);
  }
  if (code == 0) code = write_at(fd_, head_, 0).code;
  if (code != 0) return code;
  return new_size_;
}

int Upgrade::read_header() {
  const int code = read_at(fd_, 0, kPcapHeaderSize, buffer_);
  if (code != 0) return code;
  if (size_ < kPcapHeaderSize || buffer_.size() < kPcapHeaderSize) return EINVAL;
  const uint8_t* const octets = as_bytes(buffer_).data();
  header_.unit = load_le32(octets) == kPcapNanoMagic ? PcapUnit::nano : PcapUnit::micro;
  header_.link = static_cast<LinkType>(load_le16(octets + kPcapLinkAt));
  append_pcapng_section(head_);
  append_pcapng_interface(head_, header_.link);
  return 0;
}

// Cuts the file into chunks of whole records.
int Upgrade::plan() {
  std::string block;
  uint64_t from = kPcapHeaderSize;
  new_size_ = head_.size();
  while (from < size_) {
    const int code = read_records(from);
    if (code != 0) return code;
    Chunk chunk{from, new_size_, 0};
    for (Bytes next = record(0); !next.empty(); next = record(chunk.length)) {
      block.clear();
      append_block(block, next);
      new_size_ += block.size();
      chunk.length += next.size();
    }
    if (chunk.length == 0) return EINVAL;  // somebody else wrote into it
    chunks_.push_back(chunk);
    from += chunk.length;
  }
  return 0;
}

// Fills the buffer from `from` on, with at least one whole record.
int Upgrade::read_records(uint64_t from) {
  const uint64_t rest = size_ - from;
  int code = read_at(fd_, from, static_cast<size_t>(std::min<uint64_t>(kChunk, rest)), buffer_);
  if (code != 0 || buffer_.size() < kPcapRecordHeaderSize || !record(0).empty()) return code;
  const uint64_t length = record_length(as_bytes(buffer_));
  return length > rest ? EINVAL : read_at(fd_, from, static_cast<size_t>(length), buffer_);
}

int Upgrade::claim_room() {
  const int code = ::posix_fallocate(fd_, 0, static_cast<off_t>(new_size_));
  // What was claimed before it failed is given back.
  if (code != 0 && ::ftruncate(fd_, static_cast<off_t>(size_)) != 0) return errno;
  return code;
}

int Upgrade::move(const Chunk& chunk) {
  const int code = read_at(fd_, chunk.from, chunk.length, buffer_);
  if (code != 0) return code;
  std::string blocks;
  size_t at = 0;
  for (Bytes next = record(0); !next.empty(); next = record(at)) {
    append_block(blocks, next);
    at += next.size();
  }
  return write_at(fd_, blocks, chunk.to).code;
}

Bytes Upgrade::record(size_t at) const {
  const Bytes rest = as_bytes(buffer_).subspan(at);
  if (rest.size() < kPcapRecordHeaderSize) return {};
  const uint64_t length = record_length(rest);
  return length <= rest.size() ? rest.first(static_cast<size_t>(length)) : Bytes();
}

Frame Upgrade::frame(Bytes record) const {
  const int64_t fraction = load_le32(record.data() + 4);
  Frame made;
  made.time = make_time(load_le32(record.data()),
                        header_.unit == PcapUnit::nano ? fraction : fraction * 1000);
  made.original_length = load_le32(record.data() + 12);
  made.bytes = record.subspan(kPcapRecordHeaderSize);
  return made;
}

void Upgrade::append_block(std::string& out, Bytes record) const {
  append_pcapng_packet(out, frame(record), 0);
}

}  // namespace

Result<uint64_t, int> upgrade_to_pcapng(int fd, uint64_t size) { return Upgrade(fd, size).run(); }

}  // namespace tcpflow
