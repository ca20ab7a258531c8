#include "output/zip_format.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "output/utf8.h"

namespace tcpflow {
namespace {

constexpr uint32_t kMost32 = UINT32_MAX;  // stands for "see the 64-bit field", so it is no number
constexpr uint16_t kMost16 = UINT16_MAX;
// From here on packed bytes might need 64 bits, too, if they are more than the bytes themselves.
constexpr uint64_t kLarge = kMost32 - (uint64_t{64} << 20);

constexpr uint16_t kWithFolders = 20;  // version needed: deflate
constexpr uint16_t kWith64Bits = 45;
constexpr uint16_t kMadeByUnix = 3 << 8 | kWith64Bits;
constexpr uint16_t kNameIsUtf8 = 1 << 11;
constexpr uint16_t kExtra64 = 0x0001;
constexpr uint16_t kExtraTime = 0x5455;
constexpr uint32_t kRegularFile = 0100000;

void put(std::string& out, uint64_t value, size_t octets) {
  std::array<char, 8> little{};
  for (size_t i = 0; i < little.size(); ++i) little[i] = static_cast<char>(value >> 8 * i & 0xff);
  out.append(little.data(), octets);
}
void put16(std::string& out, uint16_t value) { put(out, value, 2); }
void put32(std::string& out, uint64_t value) { put(out, std::min<uint64_t>(value, kMost32), 4); }
void put64(std::string& out, uint64_t value) { put(out, value, 8); }

// Time in the low half, date in the high one.
uint32_t dos_time(Timestamp time) {
  const std::time_t seconds = whole_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  if (parts.tm_year < 80) return 1 << 21 | 1 << 16;  // 1980-01-01
  if (parts.tm_year > 207) return 127u << 25 | 12 << 21 | 31 << 16 | 23 << 11 | 59 << 5 | 29;
  const int date = (parts.tm_year - 80) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday;
  const int clock = parts.tm_hour << 11 | parts.tm_min << 5 | std::min(parts.tm_sec, 59) / 2;
  return static_cast<uint32_t>(date) << 16 | static_cast<uint32_t>(clock);
}

// Readers take it for signed.
bool has_unix_time(Timestamp time) {
  return whole_seconds(time) >= INT32_MIN && whole_seconds(time) <= INT32_MAX;
}

void append_unix_time(std::string& out, Timestamp time) {
  if (!has_unix_time(time)) return;
  put16(out, kExtraTime);
  put16(out, 5);
  out += '\1';  // the time of modification only
  put(out, static_cast<uint64_t>(whole_seconds(time)), 4);
}

constexpr size_t kUnixTimeSize = 9;
size_t unix_time_size(Timestamp time) { return has_unix_time(time) ? kUnixTimeSize : 0; }

// What local and central headers have in common, from the version needed on.
void append_common(std::string& out, const ZipEntry& entry, bool is_large) {
  put16(out, is_large ? kWith64Bits : kWithFolders);
  put16(out, text_kind(entry.name) == TextKind::utf8 ? kNameIsUtf8 : 0);
  put16(out, static_cast<uint16_t>(entry.method));
  put32(out, dos_time(entry.time));
  put32(out, entry.crc);
}

}  // namespace

void append_zip_local(std::string& out, const ZipEntry& entry) {
  const bool is_large = entry.size >= kLarge;
  put32(out, 0x04034b50);
  append_common(out, entry, is_large);
  put32(out, is_large ? kMost32 : entry.packed_size);
  put32(out, is_large ? kMost32 : entry.size);
  put16(out, static_cast<uint16_t>(entry.name.size()));
  put16(out, static_cast<uint16_t>(unix_time_size(entry.time) + (is_large ? 20 : 0)));
  out += entry.name;
  if (is_large) {
    put16(out, kExtra64);
    put16(out, 16);
    put64(out, entry.size);
    put64(out, entry.packed_size);
  }
  append_unix_time(out, entry.time);
}

void append_zip_central(std::string& out, const ZipEntry& entry) {
  std::string large;
  for (const uint64_t value : {entry.size, entry.packed_size, entry.offset}) {
    if (value >= kMost32) put64(large, value);
  }
  const bool is_large = !large.empty() || entry.size >= kLarge;
  put32(out, 0x02014b50);
  put16(out, kMadeByUnix);
  append_common(out, entry, is_large);
  put32(out, entry.packed_size);
  put32(out, entry.size);
  put16(out, static_cast<uint16_t>(entry.name.size()));
  const size_t large_size = large.empty() ? 0 : 4 + large.size();
  put16(out, static_cast<uint16_t>(unix_time_size(entry.time) + large_size));
  put16(out, 0);  // no comment
  put16(out, 0);  // first disk
  put16(out, 0);  // internal attributes
  put32(out, uint64_t{kRegularFile | entry.mode} << 16);
  put32(out, entry.offset);
  out += entry.name;
  if (!large.empty()) {
    put16(out, kExtra64);
    put16(out, static_cast<uint16_t>(large.size()));
    out += large;
  }
  append_unix_time(out, entry.time);
}

void append_zip_end(std::string& out, const ZipDirectory& directory) {
  const uint64_t end = directory.at + directory.size;
  if (directory.entries >= kMost16 || end >= kMost32) {
    put32(out, 0x06064b50);
    put64(out, 44);  // what follows of this record
    put16(out, kMadeByUnix);
    put16(out, kWith64Bits);
    put32(out, 0);  // this disk
    put32(out, 0);  // the directory's
    put64(out, directory.entries);
    put64(out, directory.entries);
    put64(out, directory.size);
    put64(out, directory.at);
    put32(out, 0x07064b50);  // where that record is
    put32(out, 0);
    put64(out, end);
    put32(out, 1);
  }
  const uint16_t entries = static_cast<uint16_t>(std::min<uint64_t>(directory.entries, kMost16));
  put32(out, 0x06054b50);
  put16(out, 0);
  put16(out, 0);
  put16(out, entries);
  put16(out, entries);
  put32(out, directory.size);
  put32(out, directory.at);
  put16(out, 0);  // no comment
}

}  // namespace tcpflow
