#include "output/gathered_write.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>
#include <vector>

#include "base/fd.h"
#include "output/test_flows.h"

namespace tcpflow {
namespace {

TEST(GatheredWrite, WritesMorePiecesThanTheKernelTakesAtOnce) {
  const test::TemporaryFolder folder;
  const Fd fd(::open((folder / "f").c_str(), O_WRONLY | O_CREAT, 0600));
  std::string text(3 * IOV_MAX + 7, 'x');
  std::vector<iovec> pieces;
  for (size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<char>('a' + i % 26);
    pieces.push_back({&text[i], 1});
  }
  pieces.insert(pieces.begin(), {nullptr, 0});
  const Written done = write_at(fd.get(), pieces, 2);
  EXPECT_EQ(done.bytes, text.size());
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(test::content(folder / "f"), std::string(2, '\0') + text);
}

TEST(GatheredWrite, SaysWhyNothingCouldBeWritten) { EXPECT_EQ(write_at(-1, "abc", 0).code, EBADF); }

}  // namespace
}  // namespace tcpflow
