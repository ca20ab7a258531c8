// --strict: what proves that a SYN begins the next connection on the same ports.
#include "flow/strict_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

constexpr uint32_t kFarther = 100'000;

// A connection into which somebody else puts a SYN with its own number, and payload behind it.
Conversation with_forged_syn() {
  Conversation talk;
  talk.syn().client("hello").server("welcome");
  talk.raw(Side::client, kSyn, kFarther);
  talk.raw(Side::client, kPsh | kAck, kFarther + 1, "evil");
  talk.client(" world").server(" back");
  return talk;
}

TEST(StrictReuse, TakesNoSynForANewConnectionThatThePeerDidNotAnswer) {
  TableRun by_default;
  by_default.feed(with_forged_syn()).finish();
  EXPECT_EQ(by_default.records.records.size(), 2u) << "its payload proves it";
  TableRun strict(strict_options());
  strict.feed(with_forged_syn()).finish();
  EXPECT_EQ(strict.texts(), (Texts{"hello world", "welcome back"}));
  EXPECT_EQ(strict.suspects(0, Suspect::syn_repeated), 1u);
  EXPECT_EQ(strict.suspects(0, Suspect::beyond_window), 1u);
}

TEST(StrictReuse, TakesTheAnswerOfThePeerForProof) {
  Conversation first;
  first.syn().client("first").server("one");
  Conversation second = again(first, 1000 + kFarther);
  second.syn().client("second").server("two");
  for (const bool is_strict : {false, true}) {
    TableRun run(is_strict ? strict_options() : FlowOptions());
    run.feed(first.segments() + second.segments()).finish();
    EXPECT_EQ(run.texts(), (Texts{"first", "one", "second", "two"}));
  }
}

// The capture shows one side only.
TEST(StrictReuse, TakesPayloadForProofWhereThePeerIsNotSeen) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0).raw(Side::client, kPsh | kAck, 1, "first");
  talk.raw(Side::client, kSyn, kFarther).raw(Side::client, kPsh | kAck, kFarther + 1, "second");
  TableRun run(strict_options());
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", "second"}));
}

}  // namespace
}  // namespace tcpflow
