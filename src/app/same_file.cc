#include "app/same_file.h"

#include <sys/stat.h>
#include <unistd.h>

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

Status check_no_input(const Options& options, const std::string& path,
                      const std::optional<struct stat>& output) {
  for (const std::vector<std::string>* files :
       {&options.input.files, &options.input.finish_files}) {
    for (const std::string& input : *files) {
      if (is_same(regular_file(input, STDIN_FILENO), output)) {
        return Error{path + ": cannot be written, it is an input of this run", 0};
      }
    }
  }
  return Ok{};
}

// Two outputs with one file, which may be new.
bool is_same_output(const std::string& a, const std::string& b, int standard_fd) {
  if (a.empty() || b.empty()) return false;
  const bool is_one_new = a == b && ::access(a.c_str(), F_OK) != 0;
  return is_one_new || is_same(regular_file(a, standard_fd), regular_file(b, standard_fd));
}

Status check_archive(const Options& options) {
  const std::string& archive = options.file.archive;
  if (archive.empty()) return Ok{};
  const std::string report = report_path(options).value_or("");
  if (is_same_output(archive, report, STDOUT_FILENO))
    return Error{archive + ": cannot be the archive and the report at once", 0};
  if (is_same_output(archive, options.file.unused_packets, STDOUT_FILENO))
    return Error{archive + ": cannot be the archive and the file of -w at once", 0};
  return check_no_input(options, archive, regular_file(archive, STDOUT_FILENO));
}

// The file of a record is nobody else's.
Status check_record(const Options& options, const std::string& given, const std::string& option) {
  if (given.empty() || given == "-") return Ok{};
  const std::string path = seen_from_outside(options, given);
  const std::string start = given + ": cannot be the file of " + option;
  if (is_same_output(path, report_path(options).value_or(""), -1))
    return Error{start + " and the report at once", 0};
  if (is_same_output(path, options.file.unused_packets, -1))
    return Error{start + " and that of -w at once", 0};
  if (is_same_output(path, options.file.archive, -1))
    return Error{start + " and the archive at once", 0};
  return check_no_input(options, path, regular_file(path, -1));
}

Status check_records(const Options& options) {
  const RecordSettings& record = options.record;
  if (is_same_output(record.json, record.sqlite, -1))
    return Error{record.json + ": cannot be the file of --json and that of --sqlite at once", 0};
  const Status json = check_record(options, record.json, "--json");
  return json ? check_record(options, record.sqlite, "--sqlite") : json;
}

}  // namespace

Status check_outputs_are_apart(const Options& options) {
  const std::string& unused = options.file.unused_packets;
  const std::string report = report_path(options).value_or("");
  const std::optional<struct stat> unused_file = regular_file(unused, STDOUT_FILENO);
  const std::optional<struct stat> report_file = regular_file(report, -1);
  const bool is_one_new = unused == report && ::access(unused.c_str(), F_OK) != 0;
  if (!unused.empty() && (is_one_new || is_same(unused_file, report_file))) {
    return Error{unused + ": cannot be the file of -w and the report at once", 0};
  }
  if (const Status apart = check_no_input(options, unused, unused_file); !apart) return apart;
  if (const Status apart = check_no_input(options, report, report_file); !apart) return apart;
  if (const Status apart = check_records(options); !apart) return apart;
  return check_archive(options);
}

}  // namespace tcpflow
