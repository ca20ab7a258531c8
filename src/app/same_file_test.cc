#include "app/same_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tcpflow {
namespace {

class SameFile : public ::testing::Test {
 protected:
  SameFile() {
    folder_ = ::testing::TempDir() + "same_XXXXXX";
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    std::ofstream(folder_ + "/in") << "capture";
    std::filesystem::create_symlink("in", folder_ + "/link");
    options_.input.files = {folder_ + "/other", folder_ + "/in"};
    options_.report_file = folder_ + "/report.xml";
  }
  ~SameFile() override { std::filesystem::remove_all(folder_); }

  std::string fault() const {
    const Status apart = check_outputs_are_apart(options_);
    return apart ? "" : apart.error().message.substr(folder_.size());
  }

  std::string folder_;
  Options options_;
};

TEST_F(SameFile, LeavesAloneWhatIsApart) {
  options_.file.unused_packets = folder_ + "/unused";
  EXPECT_EQ(fault(), "");
  options_.file.unused_packets = "/dev/null";
  options_.report_file = "/dev/null";
  options_.input.finish_files = {"/dev/null"};
  EXPECT_TRUE(check_outputs_are_apart(options_));
}

TEST_F(SameFile, KeepsAnInputFromBeingEmptied) {
  options_.file.unused_packets = folder_ + "/link";
  EXPECT_EQ(fault(), "/link: cannot be written, it is an input of this run");
  options_.file.unused_packets.clear();
  options_.report_file = folder_ + "/in";
  EXPECT_EQ(fault(), "/in: cannot be written, it is an input of this run");
}

TEST_F(SameFile, KeepsTheArchiveApartFromAllElse) {
  std::filesystem::create_symlink("in", folder_ + "/in.tar");
  options_.file.archive = folder_ + "/in.tar";
  EXPECT_EQ(fault(), "/in.tar: cannot be written, it is an input of this run");
  options_.file.archive = options_.report_file = folder_ + "/new.tar";
  EXPECT_EQ(fault(), "/new.tar: cannot be the archive and the report at once");
  options_.report_file = folder_ + "/report.xml";
  EXPECT_EQ(fault(), "");
  options_.file.unused_packets = folder_ + "/old.tar";
  std::ofstream(folder_ + "/old.tar") << "old";
  std::filesystem::create_symlink("old.tar", folder_ + "/link.tar");
  options_.file.archive = folder_ + "/link.tar";
  EXPECT_EQ(fault(), "/link.tar: cannot be the archive and the file of -w at once");
}

TEST_F(SameFile, KeepsTheReportAndTheFileOfWApart) {
  options_.file.unused_packets = options_.report_file;
  EXPECT_EQ(fault(), "/report.xml: cannot be the file of -w and the report at once");
}

TEST_F(SameFile, KeepsRecordsApart) {
  RecordSettings& record = options_.record;
  for (std::string* name : {&record.json, &record.sqlite, &record.transcript}) {
    *name = folder_ + "/link";
    EXPECT_EQ(fault(), "/link: cannot be written, it is an input of this run");
    *name = folder_ + "/./report.xml";
    EXPECT_NE(fault().find("and the report at once"), std::string::npos);
    *name = "-";
    EXPECT_TRUE(check_outputs_are_apart(options_));
    *name = "/dev/null";
    EXPECT_TRUE(check_outputs_are_apart(options_));
  }
  record = {};
  record.json = "not-there-yet";
  record.transcript = "./not-there-yet";
  EXPECT_FALSE(check_outputs_are_apart(options_));
  record.transcript = std::filesystem::current_path() / "not-there-yet";
  EXPECT_FALSE(check_outputs_are_apart(options_));
  record.json = record.transcript = folder_ + "/talk";
  EXPECT_EQ(fault(), "/talk: cannot be the file of --json and the file of --transcript at once");
}

}  // namespace
}  // namespace tcpflow
