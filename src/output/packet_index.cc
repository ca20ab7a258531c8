#include "output/packet_index.h"

#include <fcntl.h>

#include "output/gathered_write.h"
#include "output/number_text.h"

namespace tcpflow {
namespace {

// "SEC.UUUUUU": six digits of a fraction, nine where the time needs them.
void append_time(std::string& out, Timestamp time) {
  const uint64_t nanos = static_cast<uint64_t>(subsecond_nanos(time));
  append_signed(out, whole_seconds(time));
  out += '.';
  if (nanos % 1000 == 0) {
    append_number(out, nanos / 1000, 6);
  } else {
    append_number(out, nanos, 9);
  }
}

}  // namespace

void PacketIndex::append(uint64_t offset, Timestamp time, uint64_t length) {
  if (failed_) return;
  append_number(lines_, offset);
  lines_ += '|';
  append_time(lines_, time);
  lines_ += '|';
  append_number(lines_, length);
  lines_ += '\n';
}

int PacketIndex::write_out(FileBudget& budget, const std::string& flow_file) {
  if (lines_.empty() || failed_) return 0;
  int fd = -1;
  if (file_.name.empty()) {
    file_.name = flow_file + ".findx";
    fd = budget.create(file_, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  } else {
    fd = budget.use(file_);
  }
  const Written done = fd < 0 ? Written{0, -fd} : write_at(fd, lines_, size_);
  size_ += done.bytes;
  lines_.clear();
  failed_ = done.code != 0;
  return done.code;
}

}  // namespace tcpflow
