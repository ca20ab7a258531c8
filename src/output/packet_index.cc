#include "output/packet_index.h"

#include "base/number_text.h"

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
  std::string* const lines = text();
  if (lines == nullptr) return;
  append_number(*lines, offset);
  *lines += '|';
  append_time(*lines, time);
  *lines += '|';
  append_number(*lines, length);
  *lines += '\n';
}

}  // namespace tcpflow
