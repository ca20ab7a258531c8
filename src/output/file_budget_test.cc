#include "output/file_budget.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <memory>
#include <vector>

#include "base/fd.h"
#include "output/gathered_write.h"
#include "output/test_flows.h"

namespace tcpflow {
namespace {

constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL;

TEST(FileBudget, KeepsAtMostItsNumberOpen) {
  const test::TemporaryFolder folder;
  FileBudget budget(2);
  std::array<BudgetedFile, 5> files;
  for (size_t i = 0; i < files.size(); ++i) {
    files[i].name = folder / std::to_string(i);
    EXPECT_GE(budget.create(files[i], kNew), 0);
    EXPECT_LE(budget.open_count(), 2U);
  }
  EXPECT_FALSE(files[2].is_open());
  EXPECT_TRUE(files[3].is_open());
  EXPECT_TRUE(files[4].is_open());
}

TEST(FileBudget, ClosesTheOneUsedLongestAgo) {
  const test::TemporaryFolder folder;
  FileBudget budget(2);
  std::array<BudgetedFile, 3> files;
  for (size_t i = 0; i < files.size(); ++i) files[i].name = folder / std::to_string(i);
  budget.create(files[0], kNew);
  budget.create(files[1], kNew);
  budget.use(files[0]);
  budget.create(files[2], kNew);
  EXPECT_TRUE(files[0].is_open());
  EXPECT_FALSE(files[1].is_open());
}

TEST(FileBudget, ReopensWithoutLosingWhatWasWritten) {
  const test::TemporaryFolder folder;
  FileBudget budget(1);
  BudgetedFile one;
  BudgetedFile two;
  one.name = folder / "one";
  two.name = folder / "two";
  write_at(budget.create(one, kNew | O_TRUNC), "first ", 0);
  write_at(budget.create(two, kNew | O_TRUNC), "other", 0);
  write_at(budget.use(one), "second", 6);
  EXPECT_EQ(budget.close(one), 0);
  EXPECT_EQ(budget.close(two), 0);
  EXPECT_EQ(test::content(one.name), "first second");
  EXPECT_EQ(test::content(two.name), "other");
}

TEST(FileBudget, NeverReopensThroughALinkPutInItsPlace) {
  const test::TemporaryFolder folder;
  FileBudget budget(1);
  BudgetedFile file;
  file.name = folder / "file";
  budget.create(file, kNew);
  budget.close(file);
  ASSERT_EQ(::unlink(file.name.c_str()), 0);
  ASSERT_EQ(::symlink((folder / "target").c_str(), file.name.c_str()), 0);
  EXPECT_EQ(budget.use(file), -ELOOP);
}

TEST(FileBudget, SaysWhyAFileCannotBeOpened) {
  FileBudget budget(1);
  BudgetedFile file;
  file.name = "/nonexistent/file";
  EXPECT_EQ(budget.create(file, kNew), -ENOENT);
  EXPECT_FALSE(file.is_open());
  EXPECT_EQ(budget.open_count(), 0U);
}

TEST(FileBudget, MakesRoomWhenTheProcessIsOutOfDescriptors) {
  const test::TemporaryFolder folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const Fd highest(::open("/dev/null", O_RDONLY));
  rlimit small = before;
  small.rlim_cur = static_cast<rlim_t>(highest.get()) + 4;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &small), 0);
  FileBudget budget(1000);
  std::vector<std::unique_ptr<BudgetedFile>> files;
  for (int i = 0; i < 20; ++i) {
    files.push_back(std::make_unique<BudgetedFile>());
    files.back()->name = folder / std::to_string(i);
    EXPECT_GE(budget.create(*files.back(), kNew), 0);
  }
  EXPECT_LT(budget.open_count(), 20U);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(FileBudget, ForgetsAFileThatGoes) {
  const test::TemporaryFolder folder;
  FileBudget budget(1);
  {
    BudgetedFile file;
    file.name = folder / "gone";
    budget.create(file, kNew);
    EXPECT_EQ(budget.open_count(), 1U);
  }
  EXPECT_EQ(budget.open_count(), 0U);
}

TEST(FileBudget, LeavesDescriptorsForTheRestOfTheProgram) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_LT(FileBudget::default_max_open(), limit.rlim_cur);
  EXPECT_GE(FileBudget::default_max_open(), 1U);
}

}  // namespace
}  // namespace tcpflow
