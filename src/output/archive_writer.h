// Puts the entries of all flows into an archive.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "flow/consumer.h"
#include "output/archive_entry.h"
#include "output/archive_file.h"
#include "output/file_events.h"

namespace tcpflow {

// What is wrong with the entry of a half.
struct EntryFailure {
  std::string error;
  bool is_stored = false;  // its bytes are in the archive, and this is about them or what is beside
};

// The first failure is told at once, all of them together at the end; records can ask for each.
// Main thread; borrows `errors`.
class ArchiveWriter : public BatchListener {
 public:
  ArchiveWriter(std::unique_ptr<ArchiveFile> file, OutputErrors& errors);

  // Keeps what went wrong with each half until failure_of() is asked, else only counts.
  void keep_failures() { keeps_failures_ = true; }
  // In the order of the packets that ended the halves and objects.
  void on_entry(const ArchiveEntry& entry);
  // For the record of a flow that is over: what is wrong with one of its halves, once.
  std::optional<EntryFailure> failure_of(uint64_t flow_number);
  bool has_failures() const { return !failures_.empty(); }
  // Where nothing more is at hand, what was written goes on to the file.
  void on_batch_end(bool idle) override;
  // Ends the archive; `names_forgotten`: how many times those in use were.
  void finish(uint64_t names_forgotten);

  // Nobody reads the pipe any more.
  bool reader_gone() const;
  // Makes the archive the property of the user that the program becomes. Returns 0 or an errno.
  int give_to(const Owner& owner) { return file_->give_to(owner); }
  const std::string& path() const { return file_->path(); }
  // Streams that are not in it.
  uint64_t streams_left_out() const { return streams_left_out_; }
  uint64_t bytes_left_out() const { return bytes_left_out_; }

 private:
  int add(const std::string& name, Timestamp time, const EntryContent& content);
  int add_beside(const char* end, const ArchiveEntry& entry, const EntryContent& content);
  void note(const ArchiveEntry& entry, int code, bool is_stored);
  void tell(int code);

  std::unique_ptr<ArchiveFile> file_;
  OutputErrors& errors_;
  // Of halves whose flows are not over, by flow number.
  std::unordered_map<uint64_t, EntryFailure> failures_;
  std::string shown_;      // the archive in messages
  std::string name_;       // scratch
  uint64_t left_out_ = 0;  // entries
  uint64_t streams_left_out_ = 0;
  uint64_t bytes_left_out_ = 0;
  int first_failure_ = 0;
  bool keeps_failures_ = false;
  bool is_finished_ = false;
};

}  // namespace tcpflow
