#include "app/input_volume.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tcpflow {
namespace {

bool operator==(const ReadPosition& a, const ReadPosition& b) {
  return a.read == b.read && a.size == b.size;
}

TEST(InputVolume, AddsUpFilesOneAfterTheOther) {
  InputVolume volume({100, 300});
  EXPECT_TRUE(volume.position() == (ReadPosition{0, 400}));
  volume.begin(0, {10, 100});
  volume.move({60, 100});
  EXPECT_TRUE(volume.position() == (ReadPosition{60, 400}));
  volume.begin(1, {0, 300});
  volume.move({30, 300});
  EXPECT_TRUE(volume.position() == (ReadPosition{130, 400}));
}

TEST(InputVolume, CountsAFileThatEndedInDamageAsOverButNotAsRead) {
  InputVolume volume({100, 100});
  volume.begin(0, {0, 100});
  volume.move({40, 100});
  volume.begin(1, {0, 100});
  volume.move({20, 100});
  EXPECT_TRUE(volume.position() == (ReadPosition{120, 200}));
  EXPECT_EQ(volume.octets(), 60u);
}

TEST(InputVolume, SkipsFilesThatCouldNotBeOpened) {
  InputVolume volume({50, 0, 100, 100});
  volume.begin(2, {0, 100});
  EXPECT_TRUE(volume.position() == (ReadPosition{50, 250}));
  EXPECT_EQ(volume.octets(), 0u);
}

TEST(InputVolume, HasNoSizeWhereAPipeIsAmongTheInputs) {
  InputVolume volume({100, std::nullopt});
  volume.begin(0, {0, 100});
  volume.move({100, 100});
  EXPECT_EQ(volume.position().size, 0u);
  volume.begin(1, {0, 0});
  volume.move({70, 0});
  EXPECT_TRUE(volume.position() == (ReadPosition{170, 0}));
}

TEST(InputVolume, BelievesAnOpenedFileMoreThanItsName) {
  InputVolume volume({0, 100});  // the first was opened before the root folder changed
  volume.begin(0, {0, 500});
  EXPECT_TRUE(volume.position() == (ReadPosition{0, 600}));
  InputVolume replaced({std::nullopt});
  replaced.begin(0, {0, 500});
  EXPECT_EQ(replaced.position().size, 500u);
}

TEST(InputVolume, HasNoSizeForADevice) {
  InputVolume volume({});
  volume.begin(0, {0, 0});
  volume.move({70, 0});
  EXPECT_TRUE(volume.position() == (ReadPosition{70, 0}));
}

TEST(InputVolume, KnowsFilesByTheirSizeAndPipesByHavingNone) {
  std::string folder = ::testing::TempDir() + "volume_XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  std::ofstream(folder + "/file") << "12345";
  ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
  const InputVolume::Sizes sizes =
      InputVolume::sizes_of({folder + "/file", folder + "/pipe", folder + "/none"});
  EXPECT_EQ(sizes, (InputVolume::Sizes{5, std::nullopt, 0}));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tcpflow
