#include "capture/live.h"

#include <gtest/gtest.h>

#include "capture/frame_store.h"
#include "capture/live_source.h"
#include "capture/test_captures.h"

namespace tcpflow {
namespace {

TEST(Live, NamesTheDeviceThatCannotBeOpened) {
  testing::EagerWaiter waiter;
  LiveOptions options;
  options.device = "nosuchdevice0";
  const Result<std::unique_ptr<PacketSource>> source = open_live(options, waiter);
  ASSERT_FALSE(source);
  EXPECT_TRUE(source.error().message.starts_with("nosuchdevice0: ")) << source.error().message;
}

TEST(Live, CountsOnWhenACounterOfTheKernelWraps) {
  WrappingCounter counter;
  for (const uint32_t now : {5u, 0xfffffff0u, 0x10u}) counter.update(now);
  EXPECT_EQ(counter.total(), 0x100000010u);
}

TEST(Live, TellsBetweenWhichFramesThoseWereThatTheKernelDropped) {
  LossWindow window;
  std::vector<uint32_t> told;
  const auto read = [&](int frames) {
    for (int i = 0; i < frames; ++i) told.push_back(window.next());
  };
  read(2);
  window.looked(false);
  read(3);
  window.looked(true);  // among the last three, or those to come
  read(2);
  window.looked(false);
  read(1);
  EXPECT_EQ(told, (std::vector<uint32_t>{0, 0, 0, 0, 0, 4, 1, 0}));
}

TEST(FrameStore, KeepsFramesOfEverySizeWhereTheyLieUntilCleared) {
  FrameStore store;
  for (const size_t factor : {size_t{1}, size_t{100}}) {
    std::vector<Bytes> kept;
    for (size_t i = 0; i < 40; ++i) {
      const std::string bytes(i * 770 * factor, static_cast<char>(i));
      kept.push_back(store.copy(as_bytes(bytes)));
    }
    for (size_t i = 0; i < 40; ++i) {
      EXPECT_TRUE(as_text(kept[i]) == std::string(i * 770 * factor, static_cast<char>(i)));
    }
    store.clear();
  }
}

}  // namespace
}  // namespace tcpflow
