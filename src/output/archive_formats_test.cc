// What stands in the headers of zip and tar where numbers are too large to be tried.
#include <gtest/gtest.h>

#include "output/tar_format.h"
#include "output/test_archives.h"
#include "output/utf8.h"
#include "output/zip_format.h"

namespace tcpflow {
namespace {

constexpr uint64_t kHuge = uint64_t{3} << 40;

uint64_t little(const std::string& text, size_t at, size_t octets) {
  uint64_t value = 0;
  for (size_t i = octets; i-- > 0;) value = value << 8 | static_cast<uint8_t>(text[at + i]);
  return value;
}

ZipEntry huge_entry() {
  ZipEntry entry{"name", make_time(1'500'000'000, 0), 0644, ZipMethod::deflated, 0x12345678};
  entry.size = kHuge;
  entry.packed_size = 17;
  entry.offset = kHuge + 5;
  return entry;
}

TEST(ZipFormat, PutsHugeSizesOfALocalHeaderBesideIt) {
  std::string header;
  append_zip_local(header, huge_entry());
  EXPECT_EQ(little(header, 4, 2), 45U);  // version needed
  EXPECT_EQ(little(header, 14, 4), 0x12345678U);
  EXPECT_EQ(little(header, 18, 4), UINT32_MAX);
  EXPECT_EQ(little(header, 22, 4), UINT32_MAX);
  ASSERT_EQ(header.size(), 30U + 4 + 20 + 9);
  EXPECT_EQ(little(header, 28, 2), 29U);
  EXPECT_EQ(little(header, 34, 2), 1U);  // the field for 64 bits
  EXPECT_EQ(little(header, 38, 8), kHuge);
  EXPECT_EQ(little(header, 46, 8), 17U);
}

TEST(ZipFormat, ListsInTheDirectoryWhatNeeds64Bits) {
  std::string header;
  append_zip_central(header, huge_entry());
  EXPECT_EQ(little(header, 20, 4), 17U);
  EXPECT_EQ(little(header, 24, 4), UINT32_MAX);
  EXPECT_EQ(little(header, 42, 4), UINT32_MAX);
  ASSERT_EQ(header.size(), 46U + 4 + 20 + 9);
  EXPECT_EQ(little(header, 52, 2), 16U);
  EXPECT_EQ(little(header, 54, 8), kHuge);
  EXPECT_EQ(little(header, 62, 8), kHuge + 5);
}

TEST(ZipFormat, KeepsALocalHeadersLengthWhateverThePackedSizeBecomes) {
  for (const uint64_t size : {uint64_t{5000}, uint64_t{0xfbffffff}, uint64_t{0xfc000000}, kHuge}) {
    std::string before;
    std::string after;
    ZipEntry entry = huge_entry();
    entry.size = size;
    entry.packed_size = 0;
    append_zip_local(before, entry);
    entry.packed_size = size + size / 1000;
    append_zip_local(after, entry);
    EXPECT_EQ(before.size(), after.size()) << size;
    const bool has_room = entry.packed_size < UINT32_MAX || little(after, 4, 2) == 45;
    EXPECT_TRUE(has_room) << size;
  }
}

TEST(ZipFormat, EndsWithLargeNumbersOnlyWhereTheyAreNeeded) {
  std::string end;
  append_zip_end(end, {65534, 1000, 2000});
  EXPECT_EQ(end.size(), 22U);
  end.clear();
  append_zip_end(end, {65535, 1000, 2000});
  ASSERT_EQ(end.size(), 56U + 20 + 22);
  EXPECT_EQ(little(end, 24, 8), 65535U);
  EXPECT_EQ(little(end, 64, 8), 3000U);  // where that record stands
  end.clear();
  append_zip_end(end, {1, kHuge, 50});
  EXPECT_EQ(little(end, 48, 8), kHuge);
  EXPECT_EQ(little(end, 76 + 16, 4), UINT32_MAX);
}

TEST(ZipFormat, TellsTimesThatMsDosKnowsAndTheNearestOfOthers) {
  const auto dos = [](int64_t seconds) {
    ZipEntry entry = huge_entry();
    entry.time = make_time(seconds, 0);
    std::string header;
    append_zip_local(header, entry);
    return little(header, 10, 4);
  };
  // 2017-07-14 02:40:00
  EXPECT_EQ(dos(1'500'000'000), uint64_t{37 << 9 | 7 << 5 | 14} << 16 | (2 << 11 | 40 << 5));
  EXPECT_EQ(dos(-5), uint64_t{1 << 5 | 1} << 16);  // 1980-01-01
  EXPECT_EQ(dos(7'000'000'000) >> 25, 127U);       // past 2107
}

// The header alone, read by libarchive; the entry's bytes are not there.
archive_entry* read_header(archive* reader, const TarEntry& entry, std::string& octets) {
  append_tar_header(octets, entry);
  archive_read_support_format_tar(reader);
  EXPECT_EQ(archive_read_open_memory(reader, octets.data(), octets.size()), ARCHIVE_OK);
  archive_entry* header = nullptr;
  EXPECT_GE(archive_read_next_header(reader, &header), ARCHIVE_WARN)
      << archive_error_string(reader);
  return header;
}

TEST(TarFormat, TellsWhatDoesNotFitIntoAHeader) {
  const std::string long_name = std::string(300, 'n') + "/file";
  const TarEntry entries[] = {
      {"short", make_time(1'500'000'000, 0), 0644, 5},
      {"short", make_time(1'500'000'000, 1), 0600, (uint64_t{1} << 33) - 1},
      {long_name, make_time(-1, 250'000'000), 0644, uint64_t{1} << 33},
      {std::string_view("\xff\xfe", 2), make_time(-5, 0), 0644, kHuge},
      {std::string_view(long_name).substr(0, 100), make_time(9'000'000'000, 0), 0644, 0}};
  for (const TarEntry& entry : entries) {
    archive* const reader = archive_read_new();
    std::string octets;
    archive_entry* const header = read_header(reader, entry, octets);
    ASSERT_NE(header, nullptr);
    EXPECT_EQ(archive_entry_pathname(header), entry.name);
    EXPECT_EQ(archive_entry_size(header), static_cast<int64_t>(entry.size));
    EXPECT_EQ(archive_entry_perm(header), entry.mode);
    if (whole_seconds(entry.time) >= 0) {  // libarchive takes fractions before 1970 for later ones
      EXPECT_EQ(archive_entry_mtime(header), whole_seconds(entry.time));
      EXPECT_EQ(archive_entry_mtime_nsec(header), subsecond_nanos(entry.time));
    }
    EXPECT_LE(octets.size(), most_tar_header(entry.name.size()));
    EXPECT_EQ(octets.size() % kTarBlock, 0U);
    archive_read_free(reader);
  }
}

TEST(TarFormat, NeedsOneBlockForAnOrdinaryEntry) {
  std::string octets;
  append_tar_header(octets, {"name", make_time(1'500'000'000, 0), 0644, 5});
  EXPECT_EQ(octets.size(), kTarBlock);
}

TEST(TarFormat, WritesTimesBefore1970AsPosixHasThem) {
  std::string octets;
  append_tar_header(octets, {"name", make_time(-2, 250'000'000), 0644, 5});
  EXPECT_NE(octets.find("22 mtime=-1.750000000\n"), std::string::npos);
}

TEST(Utf8, IsToldFromOtherOctets) {
  EXPECT_EQ(text_kind(""), TextKind::ascii);
  EXPECT_EQ(text_kind("plain"), TextKind::ascii);
  for (const char* text : {"caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xb1", "\xed\x9f\xbf"}) {
    EXPECT_EQ(text_kind(text), TextKind::utf8) << text;
  }
  for (const char* text : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xc3(",
                           "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_EQ(text_kind(text), TextKind::other);
  }
}

}  // namespace
}  // namespace tcpflow
