// measure COMMAND...: runs it, passes its exit status on, and writes on standard error one line
// with seconds on the wall, in the program and in the kernel, and peak kilobytes. A program of its
// own because a child's peak starts from that of the process it was forked from, and Python's is 15
// MB.
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int measure(char** command) {
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawnp(&child, command[0], nullptr, nullptr, command, environ) != 0) {
    std::perror(command[0]);
    return 127;
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 127;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::fprintf(stderr, "%.6f %.6f %.6f %ld\n", wall.count(), seconds(usage.ru_utime),
               seconds(usage.ru_stime), usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int argc, char** argv) { return argc > 1 ? measure(argv + 1) : 2; }
