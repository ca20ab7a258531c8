#include "output/archive_file.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>

#include "output/test_archives.h"

namespace tcpflow {
namespace {

using test::content_of;
using test::noise;
using test::Unpacked;

constexpr const char* kEnds[] = {".zip", ".tar", ".tar.zst"};
const Timestamp kTime = make_time(1'500'000'000, 123'456'789);

std::unique_ptr<ArchiveFile> open_archive(const std::string& path, Waiter& waiter) {
  Result<std::unique_ptr<ArchiveFile>> file = ArchiveFile::open(path, waiter);
  EXPECT_TRUE(file) << (file ? "" : file.error().message);
  return std::move(*file);
}

constexpr size_t kSizes[] = {0, 1, 511, 512, 513, 4095, 4096, 4097, 100'000, 3'000'000};

// Entries of many sizes, with a hole each; returns what is stored by name.
std::map<std::string, std::string> fill(ArchiveFile& file, Spool* spool) {
  std::mt19937 random(7);
  std::map<std::string, std::string> wanted;
  for (const size_t size : kSizes) {
    std::string text = noise(random, size / 2) + std::string(size - size / 2, 'x');
    EntryContent content = content_of(text);
    content.append(size + 700, as_bytes("end"));
    text.append(700, '\0').append("end");
    if (spool != nullptr) {
      EXPECT_EQ(content.spool_to(*spool), 0);
    }
    const std::string name = "folder/" + std::to_string(size);
    EXPECT_EQ(file.add(name, kTime, content), 0);
    wanted[name] = text;
  }
  EXPECT_EQ(file.finish(), 0);
  return wanted;
}

TEST(ArchiveFile, GivesEveryEntryBackAsItWas) {
  for (const std::string end : kEnds) {
    for (const bool is_spooled : {false, true}) {
      const test::TemporaryFolder folder;
      test::NeverStops waiter;
      const std::string path = folder / ("a" + end);
      const Result<std::unique_ptr<Spool>> spool = Spool::open(folder.path());
      const std::unique_ptr<ArchiveFile> file = open_archive(path, waiter);
      const auto wanted = fill(*file, is_spooled ? spool->get() : nullptr);
      const std::map<std::string, Unpacked> got = test::unpack(path);
      ASSERT_EQ(got.size(), wanted.size());
      for (const auto& [name, text] : wanted) EXPECT_TRUE(got.at(name).octets == text) << name;
    }
  }
}

TEST(ArchiveFile, KeepsTimesAndPermissions) {
  const mode_t mask = ::umask(027);
  for (const std::string end : kEnds) {
    const test::TemporaryFolder folder;
    test::NeverStops waiter;
    const std::unique_ptr<ArchiveFile> file = open_archive(folder / ("a" + end), waiter);
    EXPECT_EQ(file->add("now", kTime, content_of("x")), 0);
    EXPECT_EQ(file->finish(), 0);
    std::map<std::string, Unpacked> got = test::unpack(folder / ("a" + end));
    EXPECT_EQ(got["now"].seconds, 1'500'000'000);
    EXPECT_EQ(got["now"].nanos, end == ".zip" ? 0 : 123'456'789);
    EXPECT_EQ(got["now"].mode, 0640U);
  }
  ::umask(mask);
}

TEST(ArchiveFile, TakesNamesOfEveryKind) {
  const std::string names[] = {std::string(90, 'a') + "/" + std::string(200, 'b'), "caf\xc3\xa9",
                               std::string(100, 'c'), std::string(101, 'd')};
  for (const std::string end : kEnds) {
    const test::TemporaryFolder folder;
    test::NeverStops waiter;
    const std::unique_ptr<ArchiveFile> file = open_archive(folder / ("a" + end), waiter);
    for (const std::string& name : names) EXPECT_EQ(file->add(name, kTime, content_of(name)), 0);
    EXPECT_EQ(file->add(std::string(1 << 21, 'x'), kTime, content_of("")), ENAMETOOLONG);
    EXPECT_EQ(file->finish(), 0);
    // A locale with UTF-8 need not be there, so that name is compared in the raw.
    const std::string raw = test::content(folder / ("a" + end));
    if (end != ".tar.zst") {
      EXPECT_NE(raw.find(names[1]), std::string::npos);
    }
    const std::map<std::string, Unpacked> got = test::unpack(folder / ("a" + end));
    EXPECT_EQ(got.size(), 4U);
    for (const size_t i : {size_t{0}, size_t{2}, size_t{3}})
      EXPECT_EQ(got.count(names[i]), 1U) << names[i];
  }
}

TEST(ArchiveFile, HoldsLargeHolesOfATarAsHoles) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  const Result<std::unique_ptr<Spool>> spool = Spool::open(folder.path());
  const std::unique_ptr<ArchiveFile> file = open_archive(folder / "a.tar", waiter);
  EntryContent content = content_of("begin");
  std::string wanted = "begin";
  for (size_t i = 0; i < 40; ++i) {
    wanted.append(i % 3 == 0 ? 100'000 : 300 + 7 * i, '\0').append("piece");
    content.append(wanted.size() - 5, as_bytes("piece"));
    if (i % 7 == 0) {
      EXPECT_EQ(content.spool_to(**spool), 0);
    }
  }
  EXPECT_EQ(file->add("a", kTime, content), 0);
  EXPECT_EQ(file->add("b", kTime, content_of("behind")), 0);
  EXPECT_EQ(file->finish(), 0);
  EXPECT_LT(test::content(folder / "a.tar").size(), 40'000U);
  std::map<std::string, Unpacked> got = test::unpack(folder / "a.tar");
  EXPECT_TRUE(got["a"].octets == wanted);
  EXPECT_EQ(got["a"].nanos, 123'456'789);
  EXPECT_EQ(got["b"].octets, "behind");
}

TEST(ArchiveFile, IsReadableWhenNoMoreFits) {
  for (const std::string end : kEnds) {
    std::mt19937 random(1);
    const test::TemporaryFolder folder;
    test::NeverStops waiter;
    const std::unique_ptr<ArchiveFile> file = open_archive(folder / ("a" + end), waiter);
    std::map<std::string, std::string> wanted;
    // zstd may hold a mebibyte back, for which there must be room, too.
    const rlim_t limit = end == ".tar.zst" ? 1'400'000 : 200'000;
    {
      const test::FileSizeLimit small(limit);
      for (int i = 0; i < 40; ++i) {
        const std::string name = std::to_string(i);
        const std::string text = noise(random, i % 2 == 0 ? 1000 : 30'000);
        const int code = file->add(name, kTime, content_of(text));
        if (code == 0) wanted[name] = text;
        if (code != 0) {
          EXPECT_EQ(code, EFBIG);
        }
      }
      EXPECT_EQ(file->finish(), 0);
    }
    EXPECT_GT(wanted.size(), 5U);
    EXPECT_LT(wanted.size(), 40U);
    EXPECT_LE(std::filesystem::file_size(folder / ("a" + end)), limit);
    const std::map<std::string, Unpacked> got = test::unpack(folder / ("a" + end));
    EXPECT_EQ(got.size(), wanted.size());
    for (const auto& [name, text] : wanted) EXPECT_TRUE(got.at(name).octets == text) << name;
  }
}

TEST(ArchiveFile, SaysThatADeviceIsFull) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  std::filesystem::create_symlink("/dev/full", folder / "a.tar");
  const std::unique_ptr<ArchiveFile> file = open_archive(folder / "a.tar", waiter);
  EXPECT_EQ(file->add("a", kTime, content_of("x")), 0);
  EXPECT_EQ(file->flush(), ENOSPC);
  EXPECT_EQ(file->add("b", kTime, content_of("x")), ENOSPC);
  EXPECT_EQ(file->broken(), ENOSPC);
  EXPECT_EQ(file->finish(), ENOSPC);
}

// A file that cannot grow, in a file system that keeps no room.
TEST(ArchiveFile, EndsWhereAWriteFailsInSpiteOfAll) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  Fd memory(::memfd_create("archive", MFD_ALLOW_SEALING));
  ASSERT_EQ(::ftruncate(memory.get(), 20'000), 0);
  ASSERT_EQ(::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_GROW), 0);
  const std::string path = "/proc/self/fd/" + std::to_string(memory.get());
  auto output =
      std::make_unique<ArchiveOutput>(ArchiveOutput::Target{Fd(::dup(memory.get())), true}, waiter);
  Result<std::unique_ptr<ArchiveFormat>> format = ArchiveFormat::make(ArchiveKind::tar, *output);
  ArchiveFile file("a.tar", 0644, std::move(output), std::move(*format));
  EXPECT_EQ(file.add("fits", kTime, content_of("yes")), 0);
  EXPECT_EQ(file.add("not", kTime, content_of(std::string(30'000, 'n'))), EPERM);
  EXPECT_EQ(file.broken(), EPERM);
  EXPECT_EQ(file.add("later", kTime, content_of("x")), EPERM);
}

// Contents of many sizes, some with holes.
std::vector<EntryContent> contents_of_many_kinds(const std::string& end) {
  std::mt19937 random(3);
  std::vector<EntryContent> contents;
  for (const size_t size : kSizes) {
    EntryContent content = content_of(noise(random, size));
    if (size % 3 == 0) content.append(size + 100'000, as_bytes(end));
    if (size % 7 == 0) content.append(content.size() + 600, as_bytes(end));
    contents.push_back(std::move(content));
  }
  return contents;
}

// Promises of room rest on this.
void expect_no_more_room_than_said(ArchiveKind kind, const std::string& name) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  Result<std::unique_ptr<ArchiveOutput>> output = ArchiveOutput::open(folder / "a", waiter);
  Result<std::unique_ptr<ArchiveFormat>> format = ArchiveFormat::make(kind, **output);
  uint64_t end = 0;
  for (const EntryContent& content : contents_of_many_kinds(name)) {
    const EntryMeta meta{name, content.size() % 2 == 0 ? kTime : make_time(-7, 5), 0600};
    end = (*output)->position() + (*format)->room_for(meta, content);
    ASSERT_EQ((*format)->put(meta, content), 0);
    EXPECT_LE((*output)->position(), end) << name << " " << content.size();
  }
  (*format)->end();
  EXPECT_LE((*output)->position(), end);
  EXPECT_EQ((*output)->close(), 0);
}

TEST(ArchiveFormat, TakesNoMoreRoomThanItSaid) {
  for (const ArchiveKind kind : {ArchiveKind::zip, ArchiveKind::tar}) {
    for (const std::string& name :
         {std::string("a"), std::string(99, 'n'), std::string(300, 'n'), std::string("caf\xc3\xa9"),
          std::string("\xff\xfe") + std::string(200, 'x')}) {
      expect_no_more_room_than_said(kind, name);
    }
  }
}

TEST(ArchiveFormat, MarksNamesAsTextOnlyWhereTheyAre) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  const std::unique_ptr<ArchiveFile> file = open_archive(folder / "a.zip", waiter);
  const std::string names[] = {"plain", "caf\xc3\xa9", "caf\xe9"};
  for (const std::string& name : names) EXPECT_EQ(file->add(name, kTime, content_of("x")), 0);
  EXPECT_EQ(file->finish(), 0);
  const std::string raw = test::content(folder / "a.zip");
  size_t at = 0;
  for (const bool is_utf8 : {false, true, false}) {
    at = raw.find("PK\1\2", at) + 4;
    EXPECT_EQ((static_cast<uint8_t>(raw[at + 5]) & 8) != 0, is_utf8);
  }
  for (const std::string& name : names) EXPECT_NE(raw.find(name), std::string::npos);
}

TEST(ArchiveFile, KeepsHolesUpToTheirLimitAndZerosBehindIt) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  const std::unique_ptr<ArchiveFile> file = open_archive(folder / "a.tar", waiter);
  EntryContent content;
  const size_t holes = OutputLimits().archive_holes_per_half + 10;
  for (size_t i = 0; i < holes; ++i) content.append(2048 * (i + 1), as_bytes("x"));
  EXPECT_EQ(file->add("a", kTime, content), 0);
  EXPECT_EQ(file->finish(), 0);
  const std::map<std::string, Unpacked> got = test::unpack(folder / "a.tar");
  const std::string& octets = got.at("a").octets;
  ASSERT_EQ(octets.size(), 2048 * holes + 1);
  EXPECT_EQ(std::count(octets.begin(), octets.end(), 'x'), static_cast<ptrdiff_t>(holes));
  for (size_t i = 0; i < holes; ++i) ASSERT_EQ(octets[2048 * (i + 1)], 'x');
}

TEST(ArchiveFile, TellsOfBytesThatAreLost) {
  for (const std::string end : kEnds) {
    const test::TemporaryFolder folder;
    test::NeverStops waiter;
    const Fd spooled(::open(folder.path().c_str(), O_RDWR | O_TMPFILE, 0600));
    Spool spool(Fd(::dup(spooled.get())));
    EntryContent content = content_of(std::string(10'000, 'x'));
    ASSERT_EQ(content.spool_to(spool), 0);
    ASSERT_EQ(::ftruncate(spooled.get(), 100), 0);
    const std::unique_ptr<ArchiveFile> file = open_archive(folder / ("a" + end), waiter);
    EXPECT_EQ(file->add("lost", kTime, content), ArchiveFile::kEntryDamaged);
    EXPECT_EQ(file->add("good", kTime, content_of("good")), 0);
    EXPECT_EQ(file->finish(), 0);
    std::map<std::string, Unpacked> got = test::unpack(folder / ("a" + end));
    EXPECT_EQ(got["lost"].octets.size(), 10'000U);
    EXPECT_EQ(got["good"].octets, "good");
  }
}

TEST(ArchiveFile, LeavesOutWhatTheDirectoryOfAZipHasNoRoomFor) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  OutputLimits limits;
  limits.archive_directory = 1000;
  const Result<std::unique_ptr<ArchiveFile>> file =
      ArchiveFile::open(folder / "a.zip", waiter, limits);
  int stored = 0;
  while (stored < 100 && (*file)->add(std::to_string(stored), kTime, content_of("x")) == 0) {
    ++stored;
  }
  EXPECT_GT(stored, 5);
  EXPECT_LT(stored, 10);
  EXPECT_EQ((*file)->add("later", kTime, content_of("x")), EFBIG);
  EXPECT_EQ((*file)->finish(), 0);
  EXPECT_EQ(test::unpack(folder / "a.zip").size(), static_cast<size_t>(stored));
}

TEST(ArchiveFile, NumbersMoreThan65535Entries) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  const std::unique_ptr<ArchiveFile> file = open_archive(folder / "a.zip", waiter);
  for (int i = 0; i < 66'000; ++i) {
    ASSERT_EQ(file->add(std::to_string(i), kTime, content_of(std::to_string(i))), 0);
  }
  EXPECT_EQ(file->finish(), 0);
  const std::map<std::string, Unpacked> got = test::unpack(folder / "a.zip");
  EXPECT_EQ(got.size(), 66'000U);
  for (const auto& [name, entry] : got) ASSERT_EQ(entry.octets, name);
}

TEST(ArchiveFile, KnowsKindsByTheEndsOfNames) {
  EXPECT_EQ(archive_kind("-"), ArchiveKind::tar);
  EXPECT_EQ(archive_kind("x/a.tar"), ArchiveKind::tar);
  EXPECT_EQ(archive_kind("a.tar.zst"), ArchiveKind::tar_zst);
  EXPECT_EQ(archive_kind("a.zip"), ArchiveKind::zip);
  for (const char* other : {"", "zip", "a.zst", "a.tgz", "a.ZIP", "a.tar.gz"}) {
    EXPECT_EQ(archive_kind(other), std::nullopt) << other;
  }
}

TEST(ArchiveFile, MakesNoZipWhereNobodyCanReadItsEnd) {
  const test::TemporaryFolder folder;
  test::NeverStops waiter;
  std::filesystem::create_symlink("/dev/null", folder / "a.zip");
  const Result<std::unique_ptr<ArchiveFile>> file = ArchiveFile::open(folder / "a.zip", waiter);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, folder / "a.zip: a zip needs a file on disk; a pipe takes a tar");
}

TEST(ArchiveFile, IsEmptyWithoutEntries) {
  for (const std::string end : kEnds) {
    const test::TemporaryFolder folder;
    test::NeverStops waiter;
    EXPECT_EQ(open_archive(folder / ("a" + end), waiter)->finish(), 0);
    EXPECT_TRUE(test::unpack(folder / ("a" + end)).empty());
  }
}

}  // namespace
}  // namespace tcpflow
