#include "app/messages.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tcpflow {
namespace {

TEST(Messages, ShowsNotesFromTheirLevelOnAndErrorsAlways) {
  testing::internal::CaptureStderr();
  Messages messages("tcpflow", 0);
  messages.note("hidden");
  EXPECT_FALSE(messages.failed());
  messages.error("x.pcap: No such file or directory");
  EXPECT_TRUE(messages.failed());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "tcpflow: x.pcap: No such file or directory\n");
}

TEST(Messages, ShowsWhatATerminalWouldObey) {
  testing::internal::CaptureStderr();
  Messages messages("tcpflow", 1);
  messages.error("a\x1b]0;x\x07\nb\x7f\xc2\x9b caf\xc3\xa9");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "tcpflow: a\\x1B]0;x\\x07\\x0Ab\\x7F\xc2\\x9B caf\xc3\xa9\n");
}

TEST(Messages, DoesNotDrownTheUserInOneLineForEachFileOfAFullDisk) {
  testing::internal::CaptureStderr();
  Messages messages("tcpflow", 1);
  for (int i = 0; i < 1000; ++i) messages.on_output_error({"f: No space left on device", 28});
  messages.finish();
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 21);
  EXPECT_NE(shown.find("980 more outputs or scripts failed"), std::string::npos);
  EXPECT_EQ(messages.errors().size(), 21u);
}

TEST(Messages, ShowsLinesThatStandByThemselves) {
  testing::internal::CaptureStderr();
  Messages messages("tcpflow", 0);
  messages.show("Read  1\nin \x1b[1m\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "Read  1\nin \\x1B[1m\n");
}

}  // namespace
}  // namespace tcpflow
