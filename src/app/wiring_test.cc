#include "app/wiring.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/pcap_builder.h"

namespace tcpflow {
namespace {

// A folder of its own with an empty capture in it, removed at the end.
class Folder {
 public:
  Folder() {
    path_ = ::testing::TempDir() + "job_XXXXXX";
    EXPECT_NE(::mkdtemp(path_.data()), nullptr);
    // The header of a pcap file: little-endian, version 2.4, snap length 65535, Ethernet.
    static constexpr char kHeader[] =
        "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0";
    std::ofstream(path_ + "/in.pcap", std::ios::binary).write(kHeader, sizeof kHeader - 1);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Runs the program on the empty capture with `words` besides. Returns the exit status.
int run(const Folder& folder, std::vector<std::string> words, int debug = 0) {
  const std::vector<std::string> always = {"-r", folder / "in.pcap", "-o", folder / "out"};
  words.insert(words.end(), always.begin(), always.end());
  words.insert(words.begin(), "tcpflow");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  const Result<Options, UsageError> options = parse_options(arguments);
  if (!options) return 2;
  Messages messages("tcpflow", debug);
  const Result<std::unique_ptr<SignalWaiter>> signals = SignalWaiter::make();
  EXPECT_TRUE(signals);
  const Result<std::unique_ptr<Job>> job = Job::open(*options, messages, **signals);
  if (!job) {
    if (!job.error().message.empty()) messages.error(job.error().message);
    return 1;
  }
  (*job)->run();
  return messages.failed() ? 1 : 0;
}

std::string report(const Folder& folder) {
  std::ostringstream text;
  text << std::ifstream(folder / "out/report.xml").rdbuf();
  return text.str();
}

TEST(Job, EndsWithAWholeReportWhateverItWasToDo) {
  const std::vector<std::vector<std::string>> lines = {
      {}, {"-K"}, {"-FX"}, {"-x", "tcpdemux"}, {"-x", "all", "-I"}, {"-a", "-I"}};
  for (const std::vector<std::string>& line : lines) {
    const Folder folder;
    EXPECT_EQ(run(folder, line), 0);
    EXPECT_TRUE(report(folder).ends_with("</dfxml>\n")) << (line.empty() ? "" : line[0]);
  }
}

TEST(Job, MakesNothingWhereNoInputCanBeRead) {
  const Folder folder;
  std::filesystem::remove(folder / "in.pcap");
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(folder, {}), 1);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("No such file"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

// Beside this program there is no module with Python in it.
TEST(Job, MakesNothingWhereAScannerCannotBeHad) {
  const Folder folder;
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(folder, {"-e", "python", "-S", "py_module=m", "-S", "py_function=f", "--json",
                         folder / "x.json", "-w", folder / "rest.pcap"}),
            1);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("pybind11"), std::string::npos);
  for (const char* name : {"out", "x.json", "rest.pcap"})
    EXPECT_FALSE(std::filesystem::exists(folder / name)) << name;
}

// So many connections between two hosts that their files are slow to list.
test::Octets many_connections(std::string_view text) {
  test::PcapBuilder capture;
  for (uint16_t i = 0; i < 10'001; ++i) {
    test::ConversationParams params;
    params.client_port = static_cast<uint16_t>(20'000 + i);
    test::Conversation talk(params);
    capture.add(text.empty() ? talk.raw(test::Side::client, tcp_flag::kSyn, 0).frames()
                             : talk.client(text).frames());
  }
  return capture.file();
}

TEST(Job, AdvisesSubFoldersForManyFilesOnly) {
  for (const std::string text : {"", "x"}) {
    const Folder folder;
    ASSERT_TRUE(test::write_file(folder / "in.pcap", many_connections(text)));
    testing::internal::CaptureStderr();
    EXPECT_EQ(run(folder, {}, 1), 0);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              text.empty() ? ""
                           : "tcpflow: 10001 flow files went into one folder; "
                             "-Fk makes sub-folders of 1,000, --archive one file of all\n");
  }
}

}  // namespace
}  // namespace tcpflow
