#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/options_test_support.h"

namespace tcpflow {
namespace {

using test::error_of;
using test::options_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RecordOptions, SayWhereRecordsGo) {
  const RecordSettings record = options_of("--json x.json --json-payload --sqlite x.db").record;
  EXPECT_EQ(record.json, "x.json");
  EXPECT_TRUE(record.json_payload);
  EXPECT_EQ(record.sqlite, "x.db");
  EXPECT_FALSE(record.http_log);
  EXPECT_FALSE(options_of("").record.any());
}

TEST(RecordOptions, LeaveFilesAndReportAsTheyAre) {
  const Options options = options_of("--json x.json --sqlite x.db");
  EXPECT_FALSE(options.file.store_nothing);
  EXPECT_EQ(report_path(options), "./report.xml");
  EXPECT_FALSE(options.scanners.is_on("http"));
}

TEST(RecordOptions, WriteNoFilesForALogUnlessTheyAreAskedFor) {
  EXPECT_TRUE(options_of("--http-log").file.store_nothing);
  EXPECT_EQ(report_path(options_of("--http-log")), std::nullopt);
  EXPECT_TRUE(reads_http(options_of("--http-log")));
  for (const char* asks : {"-o .", "-e http", "-a", "--archive x.zip"}) {
    const Options options = options_of(std::string("--http-log ") + asks);
    EXPECT_FALSE(options.file.store_nothing) << asks;
    EXPECT_NE(report_path(options), std::nullopt) << asks;
  }
  EXPECT_EQ(report_path(options_of("--http-log -X x.xml")), "x.xml");
}

TEST(RecordOptions, WriteNoFilesForAPrintedTranscriptUnlessTheyAreAskedFor) {
  EXPECT_TRUE(options_of("--transcript -").file.store_nothing);
  EXPECT_EQ(report_path(options_of("--transcript -")), std::nullopt);
  EXPECT_FALSE(reads_http(options_of("--transcript -")));
  EXPECT_FALSE(options_of("--transcript - -o .").file.store_nothing);
  EXPECT_FALSE(options_of("--transcript x").file.store_nothing);
  EXPECT_NE(report_path(options_of("--transcript x")), std::nullopt);
}

TEST(RecordOptions, LetScannersReadWhatIsNotStored) {
  EXPECT_TRUE(options_of("-FX -e http --json x.json").scanners.is_on("http"));
  EXPECT_THAT(error_of("-FX -e http"), HasSubstr("-FX stores nothing"));
  EXPECT_THAT(error_of("-FX -e http --transcript x"), HasSubstr("-FX stores nothing"));
}

TEST(RecordOptions, RefuseWhatCannotBe) {
  EXPECT_THAT(error_of("--json x -K"), HasSubstr("--json tells of streams, and -K has none"));
  EXPECT_THAT(error_of("--sqlite x -x tcpdemux"), HasSubstr("--sqlite tells of flows"));
  EXPECT_THAT(error_of("--json-payload"), HasSubstr("--json-payload needs --json"));
  EXPECT_THAT(error_of("--sqlite -"), HasSubstr("--sqlite needs a file"));
  for (const char* other : {"-c", "-C", "--archive -", "-w - -r x", "--http-log"}) {
    EXPECT_THAT(error_of(std::string("--json - ") + other), HasSubstr("standard output")) << other;
  }
  for (const char* other : {"-c", "--archive -", "-w - -r x", "--json -"}) {
    EXPECT_THAT(error_of(std::string("--transcript - ") + other),
                HasSubstr("--transcript prints to standard output"))
        << other;
  }
  EXPECT_THAT(error_of("--http-log --transcript -"), HasSubstr("so does --transcript -"));
  EXPECT_THAT(error_of("--transcript x -K"), HasSubstr("--transcript tells of streams"));
  EXPECT_THAT(error_of("--http-log -c"), HasSubstr("--http-log prints to standard output"));
}

TEST(RecordOptions, NeedTheNameOfAFile) {
  for (const std::string option : {"--json", "--sqlite", "--transcript"}) {
    EXPECT_EQ(error_of(option + "="), option + " needs the name of a file");
  }
}

TEST(RecordOptions, KeepStandardOutputForOneReader) {
  for (const char* args : {"--json -", "--http-log", "--transcript -", "--archive -", "-w -"}) {
    EXPECT_TRUE(options_of(args).has_stdout_record()) << args;
  }
  for (const char* args : {"--json x", "-c", "-w x", ""}) {
    EXPECT_FALSE(options_of(args).has_stdout_record()) << args;
  }
}

TEST(RecordOptions, WarnOfWhatHasNoEffect) {
  EXPECT_THAT(options_of("-r x -FX -e http --json x --http-names").warnings,
              ::testing::ElementsAre(HasSubstr("--http-names has no effect with -FX")));
  EXPECT_THAT(options_of("-r x -FX -e http --json x").warnings, IsEmpty());
  EXPECT_THAT(options_of("-r x --http-log -g").warnings, IsEmpty());
  EXPECT_THAT(options_of("-r x -FX -S enable_report=NO -e md5 --json x").warnings, IsEmpty());
}

}  // namespace
}  // namespace tcpflow
