#include "output/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "output/gathered_write.h"

namespace tcpflow {
namespace {

// What stands before the bytes of a run. It never leaves the host.
using RawRecord = std::array<uint64_t, 3>;  // next, place, length

void append_raw(std::string& out, const RawRecord& record) {
  out.append(reinterpret_cast<const char*>(record.data()), sizeof record);
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::string& folder) {
  int fd = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (fd < 0) {
    std::string name = folder;
    name.append("/tcpflow-XXXXXX");
    fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) return errno_error("cannot make a temporary file in " + folder, errno);
    ::unlink(name.c_str());
  }
  return std::make_unique<Spool>(Fd(fd));
}

int Spool::append(SpoolChain& chain, std::span<const ContentRun> runs, Bytes bytes) {
  if (runs.empty()) return 0;
  scratch_.clear();
  uint64_t last = end_;
  size_t taken = 0;
  for (const ContentRun& run : runs) {
    last = end_ + scratch_.size();
    append_raw(scratch_, {last + sizeof(RawRecord) + run.length, run.place, run.length});
    scratch_ += as_text(bytes.subspan(taken, run.length));
    taken += run.length;
  }
  const Written done = write_at(fd_.get(), scratch_, end_);
  if (done.code != 0) return done.code;
  // From here on what was written is at most unused.
  const uint64_t first = end_;
  end_ += scratch_.size();
  if (chain.runs != 0) {
    const std::string_view next(reinterpret_cast<const char*>(&first), sizeof first);
    const Written linked = write_at(fd_.get(), next, chain.last);
    if (linked.code != 0) return linked.code;
  } else {
    chain.first = first;
  }
  chain.last = last;
  chain.runs += runs.size();
  return 0;
}

bool Spool::read_record(uint64_t at, Record& record) const {
  RawRecord raw{};
  if (!read(at, {reinterpret_cast<uint8_t*>(raw.data()), sizeof raw})) return false;
  record = {{raw[1], raw[2]}, at + sizeof raw, raw[0]};
  return true;
}

bool Spool::read(uint64_t at, std::span<uint8_t> into) const {
  while (!into.empty()) {
    const ssize_t got = ::pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += static_cast<uint64_t>(got);
    into = into.subspan(static_cast<size_t>(got));
  }
  return true;
}

// Records that lie one behind the other go in one call.
void Spool::release(const SpoolChain& chain) const {
  uint64_t from = chain.first;
  uint64_t to = chain.first;
  uint64_t at = chain.first;
  Record record;
  for (uint64_t i = 0; i < chain.runs && read_record(at, record); ++i) {
    if (at != to) {
      punch(from, to);
      from = at;
    }
    to = record.bytes_at + record.run.length;
    at = record.next;
  }
  punch(from, to);
}

void Spool::punch(uint64_t from, uint64_t to) const {
  if (from == to) return;
  ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(from),
              static_cast<off_t>(to - from));
}

}  // namespace tcpflow
