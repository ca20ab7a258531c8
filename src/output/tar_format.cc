#include "output/tar_format.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "output/utf8.h"

namespace tcpflow {
namespace {

constexpr size_t kNameSize = 100;
constexpr uint64_t kMostOctal11 = (uint64_t{1} << 33) - 1;  // of size and time
constexpr size_t kNameAt = 0;
constexpr size_t kModeAt = 100;
constexpr size_t kUserAt = 108;
constexpr size_t kGroupAt = 116;
constexpr size_t kSizeAt = 124;
constexpr size_t kTimeAt = 136;
constexpr size_t kSumAt = 148;
constexpr size_t kTypeAt = 156;
constexpr size_t kMagicAt = 257;

using Block = std::array<char, kTarBlock>;

void put_octal(Block& block, size_t at, size_t digits, uint64_t value) {
  for (size_t i = digits; i-- > 0; value >>= 3) block[at + i] = static_cast<char>('0' + value % 8);
}

// What goes into one block of header.
struct Fields {
  std::string_view name;
  std::string_view prefix;  // in front of the name
  char type = '0';
  uint64_t size = 0;
};

void append_block(std::string& out, const TarEntry& entry, const Fields& fields) {
  Block block{};
  const size_t before = fields.prefix.copy(block.data() + kNameAt, kNameSize);
  fields.name.copy(block.data() + kNameAt + before, kNameSize - before);
  put_octal(block, kModeAt, 7, entry.mode);
  put_octal(block, kUserAt, 7, 0);
  put_octal(block, kGroupAt, 7, 0);
  put_octal(block, kSizeAt, 11, std::min(fields.size, kMostOctal11));
  const int64_t seconds = std::max<int64_t>(whole_seconds(entry.time), 0);
  put_octal(block, kTimeAt, 11, std::min(static_cast<uint64_t>(seconds), kMostOctal11));
  block[kTypeAt] = fields.type;
  std::string_view("ustar\00000", 8).copy(block.data() + kMagicAt, 8);
  std::fill_n(block.begin() + kSumAt, 8, ' ');
  uint32_t sum = 0;
  for (const char octet : block) sum += static_cast<uint8_t>(octet);
  put_octal(block, kSumAt, 6, sum);
  block[kSumAt + 6] = '\0';
  out.append(block.data(), block.size());
}

// "LENGTH KEY=VALUE\n", where LENGTH counts its own digits, too.
void append_record(std::string& out, std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;
  size_t length = rest + 1;
  while (rest + std::to_string(length).size() != length) {
    length = rest + std::to_string(length).size();
  }
  append_number(out, length);
  out.append(" ").append(key).append("=").append(value).append("\n");
}

void append_record(std::string& out, std::string_view key, uint64_t value) {
  std::string text;
  append_number(text, value);
  append_record(out, key, text);
}

// Seconds with nine digits behind the point.
std::string time_text(Timestamp time) {
  const int64_t nanos = time.time_since_epoch().count();
  const uint64_t magnitude =
      nanos < 0 ? 0 - static_cast<uint64_t>(nanos) : static_cast<uint64_t>(nanos);
  std::string text = nanos < 0 ? "-" : "";
  append_number(text, magnitude / 1'000'000'000);
  text += '.';
  append_number(text, magnitude % 1'000'000'000, 9);
  return text;
}

std::string extended_records(const TarEntry& entry) {
  std::string records;
  const TextKind kind = text_kind(entry.name);
  if (kind == TextKind::other) append_record(records, "hdrcharset", "BINARY");
  if (entry.is_sparse) {
    append_record(records, "GNU.sparse.major", 1);
    append_record(records, "GNU.sparse.minor", uint64_t{0});
    append_record(records, "GNU.sparse.name", entry.name);
    append_record(records, "GNU.sparse.realsize", entry.size);
  } else if (entry.name.size() > kNameSize || kind != TextKind::ascii) {
    append_record(records, "path", entry.name);
  }
  const uint64_t size = entry.is_sparse ? entry.packed_size : entry.size;
  if (size > kMostOctal11) append_record(records, "size", size);
  const int64_t seconds = whole_seconds(entry.time);
  const bool is_plain = subsecond_nanos(entry.time) == 0 && seconds >= 0;
  if (!is_plain || static_cast<uint64_t>(seconds) > kMostOctal11) {
    append_record(records, "mtime", time_text(entry.time));
  }
  return records;
}

}  // namespace

void append_tar_header(std::string& out, const TarEntry& entry) {
  const std::string records = extended_records(entry);
  if (!records.empty()) {
    append_block(out, entry, {entry.name, "PaxHeaders/", 'x', records.size()});
    out.append(records).append(tar_padding(records.size()), '\0');
  }
  Fields fields{entry.name, "", '0', entry.size};
  if (entry.is_sparse) {
    fields.prefix = "GNUSparseFile.0/";
    fields.size = entry.packed_size;
  }
  append_block(out, entry, fields);
}

}  // namespace tcpflow
