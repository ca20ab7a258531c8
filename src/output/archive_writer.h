// Puts the entries of flows into an archive, each under a name of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/limits.h"
#include "flow/consumer.h"
#include "output/archive_file.h"
#include "output/archive_sink.h"
#include "output/file_events.h"
#include "output/file_name.h"
#include "output/taken_names.h"

namespace tcpflow {

// The first failure is told at once, all of them together at the end; the records have each. Main
// thread; borrows `errors`.
class ArchiveWriter : public ArchiveSink, public BatchListener {
 public:
  ArchiveWriter(NameTemplate names, std::unique_ptr<ArchiveFile> file, OutputErrors& errors,
                const OutputLimits& limits = {});

  void claim(const EntryOwner& owner) override;
  void on_entry(ArchiveEntry entry) override;
  void describe(const EntryOwner& owner, HalfOutput& output) override;
  // Where nothing more is at hand, what was written goes on to the file.
  void on_batch_end(bool idle) override;
  // Ends the archive.
  void finish();

  // Nobody reads the pipe any more.
  bool reader_gone() const;
  // Makes the archive the property of the user that the program becomes. Returns 0 or an errno.
  int give_to(const Owner& owner) { return file_->give_to(owner); }
  const std::string& path() const { return file_->path(); }
  // How many times the names in use were forgotten.
  uint64_t names_forgotten() const { return taken_.times_forgotten(); }

 private:
  struct Failure {
    int code = 0;
    bool is_stored = false;  // it is about what stands beside the bytes
  };
  void expand(const EntryOwner& owner, uint64_t counter, std::string& name) const;
  uint64_t counter_of(const EntryOwner& owner) const;
  int add(const std::string& name, Timestamp time, const EntryContent& content);
  int add_beside(const char* suffix, const ArchiveEntry& entry, const EntryContent& content);
  void tell(int code);

  NameTemplate names_;
  std::unique_ptr<ArchiveFile> file_;
  OutputErrors& errors_;
  TakenNames taken_;
  // By name with counter 0, the first counter not known to be taken, as FileMaker has it.
  std::unordered_map<std::string, uint64_t> next_counter_;
  // Of halves whose flows are not over, by flow number: counters that are not 0, and failures.
  std::unordered_map<uint64_t, uint64_t> counters_;
  std::unordered_map<uint64_t, Failure> failures_;
  std::string shown_;  // the archive in messages
  std::string base_;   // scratch, as the next
  std::string name_;
  uint64_t left_out_ = 0;  // entries
  int first_failure_ = 0;
  bool is_finished_ = false;
};

}  // namespace tcpflow
