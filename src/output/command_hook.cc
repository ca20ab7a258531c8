#include "output/command_hook.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace tcpflow {
namespace {

constexpr char kShell[] = "/bin/sh";
constexpr int kStepMilliseconds = 50;  // how soon a wish to stop is noticed

// True once the child has ended, or is not ours to wait for.
bool has_ended(pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; }

Fd watch(pid_t pid) { return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

// How children start: our signal settings are not theirs.
class SpawnSettings {
 public:
  explicit SpawnSettings(CommandHook::Prints prints) {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_init(&actions_);
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGXFSZ);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (prints == CommandHook::Prints::to_errors)
      ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  // Returns 0 or an errno.
  int spawn(pid_t& pid, char* const* arguments) const {
    return ::posix_spawn(&pid, kShell, &actions_, &attributes_, arguments, environ);
  }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

CommandHook::~CommandHook() { wait_for_all(); }

void CommandHook::on_file_closed(const std::string& name) {
  reap_ended();
  if (children_.size() >= kMostChildren) wait_for_one();
  const int code = start(name);
  if (code == 0 || failed_) return;
  failed_ = true;
  errors_.on_output_error(errno_error(std::string("cannot run ") + kShell, code));
}

int CommandHook::start(const std::string& name) {
  std::string shell = "sh";
  std::string option = "-c";
  std::string self = "tcpflow";
  std::string file = name;
  std::array<char*, 6> arguments = {shell.data(), option.data(), script_.data(),
                                    self.data(),  file.data(),   nullptr};
  pid_t pid = -1;
  const int code = SpawnSettings(prints_).spawn(pid, arguments.data());
  if (code == 0) children_.push_back({pid, watch(pid)});
  return code;
}

void CommandHook::reap_ended() {
  const auto ended = [](const Child& child) { return has_ended(child.pid); };
  children_.erase(std::remove_if(children_.begin(), children_.end(), ended), children_.end());
}

// Waits until any child has ended. Only our own are waited for: others may have children too.
void CommandHook::wait_for_one() {
  std::vector<pollfd> watched;
  for (const Child& child : children_) {
    if (child.ended) watched.push_back({child.ended.get(), POLLIN, 0});
  }
  if (watched.size() == children_.size()) {
    while (::poll(watched.data(), watched.size(), kStepMilliseconds) == 0) waiter_.stop_requested();
    reap_ended();
  }
  if (children_.size() < kMostChildren) return;
  wait_for(children_.front());  // the oldest, where nothing told which
  children_.erase(children_.begin());
}

void CommandHook::wait_for(const Child& child) {
  pollfd watched{child.ended.get(), POLLIN, 0};  // without a descriptor poll only waits
  while (!has_ended(child.pid)) {
    waiter_.stop_requested();
    ::poll(&watched, 1, kStepMilliseconds);
  }
}

void CommandHook::wait_for_all() {
  for (const Child& child : children_) wait_for(child);
  children_.clear();
}

}  // namespace tcpflow
