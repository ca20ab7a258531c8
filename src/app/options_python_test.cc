#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/options_test_support.h"

namespace tcpflow {
namespace {

using test::error_of;
using test::options_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kWhole = "-e python -S py_module=m -S py_function=f ";

std::string with_python(const char* more) { return std::string(kWhole).append(more); }

TEST(PythonOptions, SayWhereTheFunctionIs) {
  const Options options = options_of(with_python("-S py_path=/scripts --max-python 3M"));
  EXPECT_TRUE(options.scanners.is_on("python"));
  EXPECT_EQ(options.python.path, "/scripts");
  EXPECT_EQ(options.python.module, "m");
  EXPECT_EQ(options.python.function, "f");
  EXPECT_EQ(options.limits.python.per_half, size_t{3} << 20);
  EXPECT_EQ(options_of(kWhole).python.path, ".");
  EXPECT_THAT(options.warnings, IsEmpty());
}

TEST(PythonOptions, NeedAModuleAndAFunction) {
  static constexpr const char* kMissing =
      "-e python needs -S py_module=NAME and -S py_function=NAME";
  for (const char* line : {"-e python", "-E python", "-e python -S py_module=m",
                           "-e python -S py_function=f", "-e python -S py_path=/scripts"}) {
    EXPECT_EQ(error_of(line), kMissing) << line;
  }
}

// -a leaves it out, so it needs nothing.
TEST(PythonOptions, AreNotAskedForByAllScanners) {
  EXPECT_FALSE(options_of("-a").scanners.is_on("python"));
  EXPECT_TRUE(options_of(with_python("-a")).scanners.is_on("md5"));
  EXPECT_FALSE(options_of(with_python("-a")).scanners.is_on("python"));
  EXPECT_TRUE(options_of(std::string("-a ") + kWhole).scanners.is_on("python"));
}

TEST(PythonOptions, RefuseARootWithoutALibrary) {
  EXPECT_EQ(error_of(with_python("-U nobody -z /empty")),
            "-z leaves Python without its library: not with -e python");
}

TEST(PythonOptions, RefuseASizeThatIsNone) {
  EXPECT_EQ(error_of(with_python("--max-python 0")), "--max-python must be at least 1");
  EXPECT_THAT(error_of(with_python("--max-python much")), HasSubstr("--max-python needs a size"));
}

TEST(PythonOptions, WarnWithoutTheScanner) {
  const std::pair<const char*, const char*> cases[] = {
      {"-S py_path=/scripts", "-S py_path"},       {"-S py_module=m", "-S py_module"},
      {"-S py_function=f", "-S py_function"},      {"--max-python 5M", "--max-python"},
      {"-e http --max-python 5M", "--max-python"},
  };
  for (const auto& [line, option] : cases) {
    const std::string warning =
        std::string(option) + " has no effect without the scanner python: add -e python";
    EXPECT_THAT(options_of(line).warnings, ElementsAre(warning)) << line;
  }
  EXPECT_EQ(options_of(with_python("-x python --max-python 5M")).warnings.size(), 3u);
}

TEST(PythonOptions, WarnWhereThereAreNoStreams) {
  EXPECT_THAT(options_of(with_python("-K")).warnings,
              ElementsAre("scanner python has no effect with -K: there are no streams"));
  EXPECT_THAT(options_of(with_python("-x tcpdemux")).warnings,
              Contains("scanner python has no effect with -x tcpdemux: there are no streams"));
}

TEST(PythonOptions, AreForStreamsThatAreNotStoredToo) {
  for (const char* more : {"-c", "-FX -X r.xml", "-FX --json x", "-c --gap mark",
                           "-FX -X r.xml --gap mark", "--archive x.zip", "--max-scan 5M"}) {
    const Options options = options_of(with_python(more));
    EXPECT_TRUE(options.scanners.is_on("python")) << more;
    EXPECT_THAT(options.warnings, IsEmpty()) << more;
  }
  EXPECT_THAT(error_of(with_python("-FX -X r.xml -e md5")), HasSubstr("-FX stores nothing"));
}

}  // namespace
}  // namespace tcpflow
