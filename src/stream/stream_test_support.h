// A sink for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stream/ordered_sink.h"

namespace tcpflow::test {

// Text as it came out, gaps as [reason:length], conflicts as they were told.
class TextSink : public OrderedSink {
 public:
  void on_bytes(uint64_t offset, Bytes bytes, PacketRef packet) override {
    EXPECT_EQ(offset, next_);
    next_ += bytes.size();
    text += as_text(bytes);
    packets.push_back(packet.number);
  }
  void on_gap(uint64_t offset, uint64_t length, GapReason why) override {
    EXPECT_EQ(offset, next_);
    next_ += length;
    text.append("[").append(std::to_string(static_cast<int>(why))).append(":");
    text.append(std::to_string(length)).append("]");
  }
  void on_conflict(const StreamConflict& found) override {
    EXPECT_EQ(found.kept.size(), found.other.size());
    EXPECT_NE(found.kept.front(), found.other.front());
    EXPECT_NE(found.kept.back(), found.other.back());
    conflicting += found.differing;
    conflicts += std::to_string(found.offset) + ":";
    conflicts.append(as_text(found.kept)).append("/").append(as_text(found.other)).append(" ");
  }
  std::string text;
  std::string conflicts;  // "5:kept/other "
  std::vector<uint64_t> packets;
  uint64_t conflicting = 0;

 private:
  uint64_t next_ = 0;
};

}  // namespace tcpflow::test
