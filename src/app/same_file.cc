#include "app/same_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tcpflow {
namespace {

// "-" is `standard_fd` where that is not -1. Nothing where there is no regular file.
std::optional<struct stat> regular_file(const std::string& path, int standard_fd) {
  struct stat info {};
  const bool is_standard = path == "-" && standard_fd != -1;
  const int failed = is_standard ? ::fstat(standard_fd, &info) : ::stat(path.c_str(), &info);
  if (failed != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return info;
}

bool is_same(const std::optional<struct stat>& a, const std::optional<struct stat>& b) {
  return a && b && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

// What a run writes under a name that the user gave.
struct Named {
  std::string path;  // empty: there is none
  const char* what;
  int standard_fd = -1;  // what "-" is; -1: a file of that name

  std::optional<struct stat> file() const { return regular_file(path, standard_fd); }
};

// "-" of a record is standard output, which check_together() keeps for one of them.
Named record(const Options& options, const std::string& given, const char* what) {
  return {given.empty() || given == "-" ? "" : seen_from_outside(options, given), what};
}

std::vector<Named> outputs(const Options& options) {
  return {{options.file.archive, "the archive", STDOUT_FILENO},
          record(options, options.record.json, "the file of --json"),
          record(options, options.record.sqlite, "the file of --sqlite"),
          record(options, options.record.transcript, "the file of --transcript"),
          {options.file.unused_packets, "the file of -w", STDOUT_FILENO},
          {report_path(options).value_or(""), "the report"}};
}

// Empty: the folders on the way cannot be looked at. A name of which not even the first component
// is there would stay relative without absolute().
std::filesystem::path full_path(const std::string& name) {
  std::error_code fault;
  const auto path = std::filesystem::absolute(name, fault);
  if (fault) return {};
  const auto canonical = std::filesystem::weakly_canonical(path, fault);
  return fault ? std::filesystem::path() : canonical;
}

// Of a file that there is not yet its name must tell.
bool is_same_new(const std::string& a, const std::string& b) {
  const auto path = full_path(a);
  std::error_code fault;
  return !path.empty() && !std::filesystem::exists(path, fault) && path == full_path(b);
}

Status check_no_input(const Options& options, const Named& output) {
  const std::optional<struct stat> file = output.file();
  for (const std::vector<std::string>* files :
       {&options.input.files, &options.input.finish_files}) {
    for (const std::string& input : *files) {
      if (is_same(regular_file(input, STDIN_FILENO), file)) {
        return Error{output.path + ": cannot be written, it is an input of this run", 0};
      }
    }
  }
  return Ok{};
}

Status check_pair(const Named& one, const Named& other) {
  if (one.path.empty() || other.path.empty()) return Ok{};
  if (!is_same_new(one.path, other.path) && !is_same(one.file(), other.file())) return Ok{};
  return Error{
      one.path + ": cannot be " + one.what + " and " + std::string(other.what) + " at once", 0};
}

}  // namespace

Status check_outputs_are_apart(const Options& options) {
  const std::vector<Named> all = outputs(options);
  for (size_t i = 0; i < all.size(); ++i) {
    if (const Status apart = check_no_input(options, all[i]); !apart) return apart;
    for (size_t other = i + 1; other < all.size(); ++other) {
      if (const Status apart = check_pair(all[i], all[other]); !apart) return apart;
    }
  }
  return Ok{};
}

}  // namespace tcpflow
