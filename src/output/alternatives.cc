#include "output/alternatives.h"

#include <algorithm>

#include "base/number_text.h"

namespace tcpflow {

void Alternatives::append(const StreamConflict& conflict, uint64_t limit) {
  std::string* const lines = text();
  if (lines == nullptr || is_cut_ || conflict.offset >= limit) return;
  const uint64_t room = limit - conflict.offset;
  const Bytes other = conflict.other.first(std::min<uint64_t>(room, conflict.other.size()));
  const size_t before = lines->size();
  for (const uint64_t number : {conflict.offset, std::min(room, conflict.length()),
                                conflict.kept_by.number, conflict.other_by.number}) {
    append_number(*lines, number);
    *lines += '|';
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t octet : other) {
    *lines += kDigits[octet >> 4];
    *lines += kDigits[octet & 0xf];
  }
  *lines += '\n';
  const size_t length = lines->size() - before;
  is_cut_ = length > room_;
  if (is_cut_) {
    lines->resize(before);
  } else {
    room_ -= length;
  }
}

}  // namespace tcpflow
