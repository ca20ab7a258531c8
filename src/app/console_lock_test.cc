#include "app/console_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tcpflow {
namespace {

class StopAfter : public Waiter {
 public:
  explicit StopAfter(int questions) : left_(questions) {}
  Ready wait_readable(int, Duration) override { return Ready::timed_out; }
  bool stop_requested() override { return left_-- <= 0; }

 private:
  int left_;
};

class SharedConsoleLockTest : public ::testing::Test {
 protected:
  ~SharedConsoleLockTest() override { ::sem_unlink(("/" + name_).c_str()); }

  std::unique_ptr<SharedConsoleLock> open(const std::string& name) {
    auto lock = SharedConsoleLock::open(name, stopped_, messages_);
    EXPECT_TRUE(lock) << lock.error().message;
    return lock ? std::move(*lock) : nullptr;
  }

  const std::string name_ = "tcpflow-test-" + std::to_string(::getpid());
  StopAfter stopped_{0};
  Messages messages_{"tcpflow", 1};
};

TEST_F(SharedConsoleLockTest, IsOneForAllWhoUseItsName) {
  const auto one = open(name_);
  const auto other = open("/" + name_);
  one->lock();
  EXPECT_TRUE(one->is_held());
  other->lock();
  EXPECT_FALSE(other->is_held()) << "gave up, as a stop was asked for";
  other->unlock();  // which it has not, so nothing happens
  other->lock();
  EXPECT_FALSE(other->is_held());
  one->unlock();
  other->lock();
  EXPECT_TRUE(other->is_held());
}

TEST_F(SharedConsoleLockTest, IsReleasedWhenItsHolderEnds) {
  const auto stays = open(name_);
  { open(name_)->lock(); }
  stays->lock();
  EXPECT_TRUE(stays->is_held());
}

TEST_F(SharedConsoleLockTest, TellsOnceWhatToDoAboutAHolderThatWasKilled) {
  const auto killed = open(name_);
  killed->lock();
  StopAfter patient(11);
  const auto lock = SharedConsoleLock::open(name_, patient, messages_);
  ASSERT_TRUE(lock);
  testing::internal::CaptureStderr();
  (*lock)->lock();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "tcpflow: -L: another program holds the semaphore /" + name_ +
                "; if it was killed, remove /dev/shm/sem." + name_ + " and start again\n");
}

TEST_F(SharedConsoleLockTest, NamesASemaphoreThatCannotBe) {
  StopAfter waiter(0);
  const auto lock = SharedConsoleLock::open("a/b/c", waiter, messages_);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().message.substr(0, 9), "-L a/b/c:");
}

}  // namespace
}  // namespace tcpflow
