#include "examples/scanner/ssh_banner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tcpflow::example {
namespace {

// What the report would have of a half that came in these pieces; a piece "" is a gap.
std::vector<std::string> results_of(const std::vector<std::string>& pieces) {
  SshBannerScanner scanner;
  const std::unique_ptr<StreamConsumer> consumer = scanner.create();
  uint64_t offset = 0;
  for (const std::string& piece : pieces) {
    if (piece.empty()) {
      consumer->on_gap(Direction::responder, offset++, 1, GapReason::not_captured);
      continue;
    }
    consumer->on_bytes(Direction::responder, offset, as_bytes(piece), PacketRef{});
    offset += piece.size();
  }
  FlowRecord record;
  consumer->on_end(FlowEnd::closed, record);
  std::vector<std::string> texts;
  for (const ScanResult& result : record.half(Direction::responder).output.results) {
    texts.push_back(result.scanner + ": " + result.text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(SshBannerScanner, FindsTheBannerHoweverPacketsCutIt) {
  EXPECT_EQ(results_of({"SSH-2.0-OpenSSH_9.2\r\nmore"}), Texts{"ssh: SSH-2.0-OpenSSH_9.2"});
  EXPECT_EQ(results_of({"SS", "H-2.0-x\r", "\n", "SSH-2.0-y"}), Texts{"ssh: SSH-2.0-x"});
}

TEST(SshBannerScanner, SaysNothingOfOtherProtocolsAndBehindGaps) {
  EXPECT_EQ(results_of({"HTTP/1.1 200 OK\r\n"}), Texts{});
  EXPECT_EQ(results_of({"", "SSH-2.0-x\r\n"}), Texts{});
}

TEST(SshBannerScanner, KeepsNoMoreThanALineMayBeLong) {
  EXPECT_EQ(results_of({"SSH-" + std::string(1'000'000, 'x')}).at(0).size(), 5u + 255u);
}

}  // namespace
}  // namespace tcpflow::example
