#include "output/entry_content.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "output/test_archives.h"

namespace tcpflow {
namespace {

using test::noise;

// A spool whose file the test can look at.
struct OpenSpool {
  OpenSpool() : file(::open(testing::TempDir().c_str(), O_RDWR | O_TMPFILE, 0600)) {}
  uint64_t blocks() const {
    struct stat info {};
    EXPECT_EQ(::fstat(file.get(), &info), 0);
    return static_cast<uint64_t>(info.st_blocks);
  }

  Fd file;
  Spool spool{Fd(::dup(file.get()))};
};

std::string whole(const EntryContent& content, size_t buffer_size = 7) {
  std::vector<uint8_t> buffer(buffer_size);
  std::string text;
  EXPECT_TRUE(read_whole(content, buffer, [&](std::string_view piece) { text += piece; }));
  return text;
}

TEST(EntryContent, IsTheSameWhateverOfItIsOnDisk) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    OpenSpool on;
    std::vector<EntryContent> contents(3);
    std::vector<std::string> wanted(3);
    for (int step = 0; step < 60; ++step) {
      const size_t which = random() % contents.size();
      std::string& text = wanted[which];
      if (random() % 4 == 0) text.append(random() % 50, '\0');
      const std::string more = noise(random, 1 + random() % 40);
      contents[which].append(text.size(), as_bytes(more));
      text += more;
      if (random() % 3 == 0) {
        EXPECT_EQ(contents[random() % contents.size()].spool_to(on.spool), 0);
      }
    }
    for (size_t i = 0; i < contents.size(); ++i) {
      EXPECT_EQ(contents[i].size(), wanted[i].size());
      EXPECT_EQ(whole(contents[i], 1 + random() % 64), wanted[i]) << "seed " << seed;
    }
  }
}

TEST(EntryContent, KnowsItsHoles) {
  EntryContent content;
  content.append(0, as_bytes("ab"));
  content.append(10, as_bytes("c"));
  EXPECT_EQ(content.size(), 11U);
  EXPECT_EQ(content.stored(), 3U);
  EXPECT_EQ(content.missing(), 8U);
  EXPECT_EQ(content.most_runs(), 2U);
}

TEST(EntryContent, GivesMemoryAndDiskBack) {
  OpenSpool on;
  const uint64_t before = on.blocks();
  {
    EntryContent content = test::content_of(std::string(1 << 20, 'x'));
    EXPECT_GE(content.held(), size_t{1} << 20);
    EXPECT_EQ(content.spool_to(on.spool), 0);
    EXPECT_EQ(content.held(), 0U);
    EXPECT_GE(on.blocks(), before + (1 << 20) / 512);
    EntryContent moved = std::move(content);
    EXPECT_EQ(whole(moved).size(), size_t{1} << 20);
  }
  EXPECT_LE(on.blocks(), before + 16);
}

TEST(EntryContent, EndsBeforeWhatDidNotFitIntoTheSpool) {
  Spool full(Fd(::open("/dev/full", O_RDWR)));
  EntryContent content = test::content_of("lost");
  EXPECT_NE(content.spool_to(full), 0);
  EXPECT_EQ(whole(content), "lost");
  content.drop_held();
  EXPECT_EQ(content.size(), 0U);
  EXPECT_EQ(content.stored(), 0U);
}

TEST(EntryContent, HasZerosForWhatCannotBeReadBack) {
  OpenSpool on;
  EntryContent content = test::content_of("0123456789");
  EXPECT_EQ(content.spool_to(on.spool), 0);
  content.append(10, as_bytes("ab"));
  ASSERT_EQ(::ftruncate(on.file.get(), 28), 0);  // in the middle of the bytes
  std::vector<uint8_t> buffer(4);
  std::string text;
  EXPECT_FALSE(read_whole(content, buffer, [&](std::string_view piece) { text += piece; }));
  EXPECT_EQ(text, std::string("0123") + std::string(8, '\0'));
}

TEST(EntryContent, IsReadOnOneThreadWhileOthersGrowOnAnother) {
  OpenSpool on;
  EntryContent first = test::content_of(std::string(100000, 'a'));
  ASSERT_EQ(first.spool_to(on.spool), 0);
  std::string read;
  std::thread reader([&read, content = std::move(first)] { read = whole(content, 512); });
  EntryContent second;
  for (int i = 0; i < 100; ++i) {
    second.append(second.size(), as_bytes(std::string(1000, 'b')));
    EXPECT_EQ(second.spool_to(on.spool), 0);
  }
  reader.join();
  EXPECT_EQ(read, std::string(100000, 'a'));
  EXPECT_EQ(whole(second, 512), std::string(100000, 'b'));
}

TEST(Spool, SaysWhereItCannotBe) {
  const Result<std::unique_ptr<Spool>> spool = Spool::open("/nonexistent");
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error().message,
            "cannot make a temporary file in /nonexistent: No such file or directory");
}

TEST(Spool, LeavesNothingInItsFolder) {
  const test::TemporaryFolder folder;
  const Result<std::unique_ptr<Spool>> spool = Spool::open(folder.path());
  ASSERT_TRUE(spool);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace tcpflow
