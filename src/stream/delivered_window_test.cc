#include "stream/delivered_window.h"

#include <gtest/gtest.h>

#include "stream/reassembler.h"
#include "stream/stream_test_support.h"

namespace tcpflow {
namespace {

using namespace test;

TEST(DeliveredWindow, TakesNothingBeforeSomethingWasDelivered) {
  TextSink sink;
  RetiredBytes retired;
  Reassembler order;
  order.push({5, as_bytes("later"), 0, {}}, {sink, retired, 1000});
  EXPECT_EQ(order.window_cost(), 0u);
  order.push({0, as_bytes("first"), 0, {}}, {sink, retired, 1000});
  EXPECT_GT(order.window_cost(), 10u);
}

TEST(DeliveredWindow, CostsAtMostItsLimitAndCountsItself) {
  DeliveredWindow window(1000);
  EXPECT_GE(window.cost(), sizeof(DeliveredWindow));
  uint64_t at = 0;
  for (size_t length = 0; length < 2000; length += 7) {
    window.add(at, as_bytes(std::string(length, 'x')), {});
    at += length;
    EXPECT_LE(window.cost(), 1000u);
  }
}

TEST(DeliveredWindow, ComparesWhatIsLeftOfTheLastBytes) {
  DeliveredWindow window(DeliveredWindow::kOwnCost + 2 * (RunMap::kRunCost + 4));
  window.add(0, as_bytes("aaaa"), {1, {}});
  window.add(4, as_bytes("bbbb"), {2, {}});
  window.add(8, as_bytes("cccc"), {3, {}});
  TextSink sink;
  window.compare({0, as_bytes("AAAABbbBCc"), 0, {4, {}}}, sink);
  EXPECT_EQ(sink.conflicts, "4:bbbb/BbbB 8:c/C ");
  EXPECT_EQ(sink.conflicting, 3u);
}

TEST(DeliveredWindow, KeepsTheEndOfWhatIsLongerThanItself) {
  DeliveredWindow window(DeliveredWindow::kOwnCost + RunMap::kRunCost + 4);
  window.add(0, as_bytes("0123456789"), {1, {}});
  TextSink sink;
  window.compare({0, as_bytes("XXXXX5X7X9"), 0, {2, {}}}, sink);
  EXPECT_EQ(sink.conflicts, "6:678/X7X ");
}

}  // namespace
}  // namespace tcpflow
