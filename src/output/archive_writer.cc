#include "output/archive_writer.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "output/entry_names.h"
#include "output/file_maker.h"

namespace tcpflow {

ArchiveWriter::ArchiveWriter(std::unique_ptr<ArchiveFile> file, OutputErrors& errors)
    : file_(std::move(file)), errors_(errors), shown_(path() == "-" ? "standard output" : path()) {}

void ArchiveWriter::on_entry(const ArchiveEntry& entry) {
  int code = add(entry.name, entry.time, entry.bytes);
  const bool is_stored = code == 0 || code == ArchiveFile::kEntryDamaged;
  if (code == 0 && entry.index) code = add_beside(kIndexEnd, entry, *entry.index);
  if (code == 0 && entry.alternatives) {
    code = add_beside(kAlternativesEnd, entry, *entry.alternatives);
  }
  if (code != 0) note(entry, code, is_stored);
}

int ArchiveWriter::add_beside(const char* end, const ArchiveEntry& entry,
                              const EntryContent& content) {
  name_ = entry.name;
  name_ += end;
  return add(name_, entry.time, content);
}

int ArchiveWriter::add(const std::string& name, Timestamp time, const EntryContent& content) {
  const int code = file_->add(name, time, content);
  if (code == 0) return 0;
  ++left_out_;
  if (std::exchange(first_failure_, code) == 0) tell(code);
  return code;
}

void ArchiveWriter::tell(int code) {
  if (code == ArchiveFile::kEntryDamaged) {
    errors_.on_output_error(
        {shown_ + ": bytes of a stream could not be read back from the temporary file", EIO});
  } else {
    errors_.on_output_error(about_named_file(write_error(shown_, code)));
  }
}

// Of an object it is told with its half, unless that has a failure of its own.
void ArchiveWriter::note(const ArchiveEntry& entry, int code, bool is_stored) {
  if (!is_stored && !entry.is_object) {
    ++streams_left_out_;
    bytes_left_out_ += entry.bytes.size();
  }
  if (!keeps_failures_ || (entry.is_object && failures_.count(entry.flow_number) != 0)) return;
  EntryFailure& failure = failures_[entry.flow_number];
  failure.is_stored = is_stored || entry.is_object;
  if (code == ArchiveFile::kEntryDamaged) {
    failure.error = "bytes that could not be read back are zeros";
    return;
  }
  failure.error = entry.name;
  failure.error.append(" in ").append(shown_).append(": ");
  failure.error.append(std::generic_category().message(code));
}

std::optional<EntryFailure> ArchiveWriter::failure_of(uint64_t flow_number) {
  const auto found = failures_.find(flow_number);
  if (found == failures_.end()) return std::nullopt;
  EntryFailure failure = std::move(found->second);
  failures_.erase(found);
  return failure;
}

void ArchiveWriter::on_batch_end(bool idle) {
  if (!idle || file_->broken() != 0) return;
  const int code = file_->flush();
  if (code != 0 && std::exchange(first_failure_, code) == 0) tell(code);
}

void ArchiveWriter::finish(uint64_t names_forgotten) {
  if (std::exchange(is_finished_, true)) return;
  const int code = file_->finish();
  if (code != 0 && first_failure_ == 0) tell(code);
  if (left_out_ != 0) {
    std::string text = shown_ + ": ";
    text.append(std::to_string(left_out_)).append(left_out_ == 1 ? " file is" : " files are");
    errors_.on_output_error({text.append(" missing or damaged in it"), 0});
  }
  if (names_forgotten != 0) {
    errors_.on_output_error({shown_ + ": so many names that some may be in it twice", 0});
  }
}

bool ArchiveWriter::reader_gone() const { return file_->broken() == EPIPE; }

}  // namespace tcpflow
