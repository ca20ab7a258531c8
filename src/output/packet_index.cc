#include "output/packet_index.h"

#include <fcntl.h>

#include <array>
#include <charconv>

#include "output/gathered_write.h"

namespace tcpflow {
namespace {

// A sign, 20 digits, 9 of a fraction and what stands between, with room to spare.
using LineBuffer = std::array<char, 96>;

char* put_number(char* at, char* end, int64_t value) { return std::to_chars(at, end, value).ptr; }
char* put_number(char* at, char* end, uint64_t value) { return std::to_chars(at, end, value).ptr; }

// "." and the fraction of a second: six digits, nine where the time needs them.
char* put_fraction(char* at, int64_t nanos) {
  const int digits = nanos % 1000 == 0 ? 6 : 9;
  int64_t value = digits == 6 ? nanos / 1000 : nanos;
  *at = '.';
  for (int i = digits; i > 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + digits + 1;
}

}  // namespace

void PacketIndex::append(uint64_t offset, Timestamp time, uint64_t length) {
  if (failed_) return;
  LineBuffer line{};
  char* const end = line.data() + line.size();
  char* at = put_number(line.data(), end, offset);
  *at++ = '|';
  at = put_number(at, end, whole_seconds(time));
  at = put_fraction(at, subsecond_nanos(time));
  *at++ = '|';
  at = put_number(at, end, length);
  *at++ = '\n';
  lines_.append(line.data(), at);
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
