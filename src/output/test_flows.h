// Halves, temporary folders and small fakes for the tests of this layer.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/wait.h"
#include "flow/flow_info.h"
#include "output/file_events.h"
#include "output/file_name.h"

namespace tcpflow::test {

// The halves below, and the names that files of them have.
inline constexpr Direction kClient = Direction::originator;
inline constexpr Direction kServer = Direction::responder;
inline constexpr char kC[] = "010.001.002.003.40000-192.000.002.080.00080";
inline constexpr char kS[] = "192.000.002.080.00080-010.001.002.003.40000";

inline HalfInfo client_half() {
  const uint8_t source[] = {10, 1, 2, 3};
  const uint8_t destination[] = {192, 0, 2, 80};
  HalfInfo half;
  half.source = IpAddress::v4(source);
  half.destination = IpAddress::v4(destination);
  half.source_port = 40000;
  half.destination_port = 80;
  half.start = make_time(1'500'000'000, 1'000'000);
  half.role = Role::client;
  return half;
}

inline HalfInfo server_half() {
  HalfInfo half = client_half();
  std::swap(half.source, half.destination);
  std::swap(half.source_port, half.destination_port);
  half.start = make_time(1'500'000'000, 2'000'007);
  half.role = Role::server;
  return half;
}

inline HalfInfo ipv6_half() {
  const uint8_t source[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12};
  const uint8_t destination[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x80};
  HalfInfo half = client_half();
  half.source = IpAddress::v6(source);
  half.destination = IpAddress::v6(destination);
  return half;
}

// Nobody asks to stop. Keeps nothing, so one may serve all.
class NeverStops : public Waiter {
 public:
  Ready wait_readable(int, Duration) override { return Ready::timed_out; }
  bool stop_requested() override { return false; }
};

// A folder of its own for a test, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    path_ = testing::TempDir() + "/outputXXXXXX";
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Names of files in it, by this template; empty: by the usual one.
inline NameTemplate names_in(const TemporaryFolder& folder, const std::string& text = "") {
  NameTemplateBuilder builder;
  if (!text.empty()) builder.set(text);
  return *builder.build(folder.path());
}

inline std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void put_file(const std::string& path, const std::string& text = "") {
  std::ofstream(path, std::ios::binary) << text;
}

inline bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

// Keeps what it is told.
class ErrorLog : public OutputErrors {
 public:
  void on_output_error(const Error& error) override { messages.push_back(error.message); }
  std::vector<std::string> messages;
};

class EventLog : public FileEvents {
 public:
  void on_file_opened(const std::string& name) override { lines.push_back("open " + name); }
  void on_file_closed(const std::string& name) override { lines.push_back("close " + name); }
  std::vector<std::string> lines;
};

// While it lives, no file of this process can grow past `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace tcpflow::test
