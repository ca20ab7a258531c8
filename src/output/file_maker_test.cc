#include "output/file_maker.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "output/test_flows.h"

namespace tcpflow {
namespace {

using test::client_half;
using test::TemporaryFolder;

FileMaker maker(const std::string& text, const TemporaryFolder& folder) {
  NameTemplateBuilder builder;
  builder.set(text);
  return FileMaker(*builder.build(folder.path()));
}

// The name, inside the folder, of one more file.
std::string next_name(FileMaker& files, const TemporaryFolder& folder) {
  FileBudget budget(4);
  BudgetedFile file;
  const HalfInfo half = client_half();
  const int fd = files.create(budget, file, {half, 0}).fd;
  return fd < 0 ? std::to_string(fd) : file.name.substr(folder.path().size() + 1);
}

TEST(FileMaker, CountsUpWhileANameIsTaken) {
  const TemporaryFolder folder;
  FileMaker files = maker("x", folder);
  EXPECT_EQ(next_name(files, folder), "x");
  EXPECT_EQ(next_name(files, folder), "xc1");
  EXPECT_EQ(next_name(files, folder), "xc2");
}

TEST(FileMaker, LeavesAloneFilesFoldersAndDanglingLinksThatItFinds) {
  const TemporaryFolder folder;
  test::put_file(folder / "x", "old");
  ASSERT_EQ(::mkdir((folder / "xc1").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("/nonexistent/target", (folder / "xc2").c_str()), 0);
  FileMaker files = maker("x", folder);
  EXPECT_EQ(next_name(files, folder), "xc3");
  EXPECT_EQ(test::content(folder / "x"), "old");
}

TEST(FileMaker, SkipsATakenNameAlsoAboveTheRememberedCounter) {
  const TemporaryFolder folder;
  FileMaker files = maker("x", folder);
  next_name(files, folder);
  next_name(files, folder);
  test::put_file(folder / "xc2");
  EXPECT_EQ(next_name(files, folder), "xc3");
  EXPECT_EQ(next_name(files, folder), "xc4");
}

TEST(FileMaker, EndsForTemplatesWhoseCounterIsEscapedOrTakenOut) {
  const TemporaryFolder folder;
  FileMaker escaped = maker("a%%c", folder);
  EXPECT_EQ(next_name(escaped, folder), "a%c");
  EXPECT_EQ(next_name(escaped, folder), "a%cc1");
  EXPECT_EQ(next_name(escaped, folder), "a%cc2");
  NameTemplateBuilder builder;
  builder.set("x");
  builder.apply('c');
  FileMaker taken_out(*builder.build(folder.path()));
  EXPECT_EQ(next_name(taken_out, folder), "x");
  EXPECT_EQ(next_name(taken_out, folder), "xcc");
  EXPECT_EQ(next_name(taken_out, folder), "xcc2");
}

TEST(FileMaker, MakesFoldersOnDemand) {
  const TemporaryFolder folder;
  FileMaker files = maker("%A/%a/%B/%b", folder);
  EXPECT_EQ(next_name(files, folder), "010.001.002.003/40000/192.000.002.080/00080");
  EXPECT_EQ(next_name(files, folder), "010.001.002.003/40000/192.000.002.080/00080c1");
}

TEST(FileMaker, SaysWhyAFileCannotBe) {
  const TemporaryFolder folder;
  test::put_file(folder / "file");
  FileMaker inside_a_file = maker("file/x", folder);
  EXPECT_EQ(next_name(inside_a_file, folder), std::to_string(-ENOTDIR));
  FileMaker no_name = maker("dir/%V", folder);
  EXPECT_EQ(next_name(no_name, folder), std::to_string(-EISDIR));
  FileMaker too_long = maker(std::string(300, 'x'), folder);
  EXPECT_EQ(next_name(too_long, folder), std::to_string(-ENAMETOOLONG));
}

TEST(FileMaker, MakesManyFilesOfOneName) {
  const TemporaryFolder folder;
  FileMaker files = maker("same", folder);
  for (int i = 0; i < 2000; ++i) ASSERT_FALSE(next_name(files, folder).empty());
  EXPECT_TRUE(test::exists(folder / "samec1999"));
}

TEST(AboutNamedFile, SaysWhatHelpsWhereTheNameIsTooLong) {
  EXPECT_EQ(about_named_file(errno_error("o/long", ENAMETOOLONG)).message,
            "o/long: File name too long; a shorter template (-T) makes a shorter name");
  EXPECT_EQ(about_named_file(errno_error("o/full", ENOSPC)).message,
            "o/full: No space left on device");
}

}  // namespace
}  // namespace tcpflow
