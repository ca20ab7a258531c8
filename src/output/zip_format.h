// The headers of a zip (APPNOTE 6.3), with its 64-bit forms where numbers need them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tcpflow {

enum class ZipMethod : uint16_t { stored = 0, deflated = 8 };

// One entry. The name is borrowed.
struct ZipEntry {
  std::string_view name;  // at most kLongestZipName octets
  Timestamp time;
  uint32_t mode = 0;  // permissions
  ZipMethod method = ZipMethod::stored;
  uint32_t crc = 0;  // of its bytes
  uint64_t packed_size = 0;
  uint64_t size = 0;
  uint64_t offset = 0;  // of its local header
};
inline constexpr size_t kLongestZipName = 65535;
// The most that is added to a name in both its headers and at the end of the archive.
inline constexpr uint64_t kZipOverhead = 400;

// What stands before the bytes. Its length depends on name, time and size only, so that it can be
// written again when crc and packed_size are known. Times are whole seconds (in UTC where a reader
// only knows the fields of MS-DOS).
void append_zip_local(std::string& out, const ZipEntry& entry);
// The entry in the directory.
void append_zip_central(std::string& out, const ZipEntry& entry);

// Where the directory lies.
struct ZipDirectory {
  uint64_t entries = 0;
  uint64_t at = 0;
  uint64_t size = 0;
};
// What stands behind the directory, and ends the archive.
void append_zip_end(std::string& out, const ZipDirectory& directory);

}  // namespace tcpflow
