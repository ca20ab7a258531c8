// Archives in tests: contents to store, and what libarchive makes of the result.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "output/archive_file.h"
#include "output/test_flows.h"

namespace tcpflow::test {

// One file of an archive, as a reader sees it.
struct Unpacked {
  std::string octets;
  int64_t seconds = 0;
  long nanos = 0;
  unsigned mode = 0;
};

// Everything in the archive at `path`, by name. A fault of the archive is a failure of the test.
inline std::map<std::string, Unpacked> unpack(const std::string& path) {
  std::map<std::string, Unpacked> all;
  archive* const reader = archive_read_new();
  archive_read_support_format_all(reader);
  archive_read_support_filter_all(reader);
  EXPECT_EQ(archive_read_open_filename(reader, path.c_str(), 65536), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  // A warning is about a name that does not suit the locale.
  while ((status = archive_read_next_header(reader, &entry)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN) {
    Unpacked one{"", archive_entry_mtime(entry), archive_entry_mtime_nsec(entry),
                 archive_entry_perm(entry)};
    std::vector<char> some(65536);
    la_ssize_t got = 0;
    while ((got = archive_read_data(reader, some.data(), some.size())) > 0) {
      one.octets.append(some.data(), static_cast<size_t>(got));
    }
    EXPECT_EQ(got, 0) << archive_error_string(reader);
    const char* const path_name = archive_entry_pathname(entry);
    const std::string name = path_name == nullptr ? "?" : path_name;
    EXPECT_TRUE(all.emplace(name, std::move(one)).second) << name;
  }
  EXPECT_EQ(status, ARCHIVE_EOF) << archive_error_string(reader);
  archive_read_free(reader);
  return all;
}

inline EntryContent content_of(const std::string& text) {
  EntryContent content;
  content.append(0, as_bytes(text));
  return content;
}

// Octets without a pattern.
inline std::string noise(std::mt19937& random, size_t count) {
  std::string text(count, '\0');
  for (char& octet : text) octet = static_cast<char>(random());
  return text;
}

}  // namespace tcpflow::test
