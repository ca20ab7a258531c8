#include "output/archive_writer.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "output/file_maker.h"

namespace tcpflow {
namespace {

// A name that leads nowhere else when it is unpacked: without folders that are none ("//", "."),
// and without ways up ("..") or from the root.
void make_relative(std::string& name) {
  std::string kept;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = std::string_view(name).substr(at, end - at);
    if (!part.empty() && part != "." && part != "..") {
      if (!kept.empty()) kept += '/';
      kept += part;
    }
    at = end + 1;
  }
  if (kept.empty()) kept += '_';
  name = std::move(kept);
}

}  // namespace

ArchiveWriter::ArchiveWriter(NameTemplate names, std::unique_ptr<ArchiveFile> file,
                             OutputErrors& errors, const OutputLimits& limits)
    : names_(std::move(names)),
      file_(std::move(file)),
      errors_(errors),
      taken_(limits.archive_names),
      shown_(path() == "-" ? "standard output" : path()) {}

void ArchiveWriter::expand(const EntryOwner& owner, uint64_t counter, std::string& name) const {
  names_.expand(owner.half, owner.session, counter, name);
  const bool is_plain = !name.empty() && name[0] != '.' && name.find('/') == std::string::npos;
  if (!is_plain) make_relative(name);
}

void ArchiveWriter::claim(const EntryOwner& owner) {
  expand(owner, 0, base_);
  uint64_t counter = 0;
  if (taken_.take(base_)) return;
  if (const auto found = next_counter_.find(base_); found != next_counter_.end()) {
    counter = found->second - 1;
  }
  do {
    expand(owner, ++counter, name_);
  } while (!taken_.take(name_));
  if (next_counter_.size() >= FileMaker::kCollisionsKept) next_counter_.clear();
  next_counter_[base_] = counter + 1;
  counters_[owner.half.flow_number] = counter;
}

uint64_t ArchiveWriter::counter_of(const EntryOwner& owner) const {
  if (counters_.empty()) return 0;
  const auto found = counters_.find(owner.half.flow_number);
  return found == counters_.end() ? 0 : found->second;
}

void ArchiveWriter::on_entry(ArchiveEntry entry) {
  const EntryOwner& owner = entry.owner;
  expand(owner, counter_of(owner), base_);
  int code = add(base_, owner.half.start, entry.bytes);
  const bool is_stored = code == 0 || code == ArchiveFile::kEntryDamaged;
  if (code == 0 && entry.index) code = add_beside(".findx", entry, *entry.index);
  if (code == 0 && entry.alternatives) {
    code = add_beside(".alternatives", entry, *entry.alternatives);
  }
  if (code != 0) failures_[owner.half.flow_number] = {code, is_stored};
}

int ArchiveWriter::add_beside(const char* suffix, const ArchiveEntry& entry,
                              const EntryContent& content) {
  name_ = base_;
  name_ += suffix;
  // A template may have given this name to a stream.
  for (uint64_t counter = 1; !taken_.take(name_); ++counter) {
    name_ = base_;
    name_.append(suffix).append("c").append(std::to_string(counter));
  }
  return add(name_, entry.owner.half.start, content);
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

void ArchiveWriter::describe(const EntryOwner& owner, HalfOutput& output) {
  const uint64_t number = owner.half.flow_number;
  expand(owner, counter_of(owner), output.file_name);
  counters_.erase(number);
  const auto failure = failures_.find(number);
  if (failure == failures_.end()) return;
  const Failure why = failure->second;
  failures_.erase(failure);
  if (why.code == ArchiveFile::kEntryDamaged) {
    output.error = "bytes that could not be read back are zeros";
    return;
  }
  std::string error = output.file_name;
  error.append(" in ").append(shown_).append(": ");
  output.error = error.append(std::generic_category().message(why.code));
  if (why.is_stored) return;
  output.file_name.clear();
  output.file_size = 0;
}

void ArchiveWriter::on_batch_end(bool idle) {
  if (!idle || file_->broken() != 0) return;
  const int code = file_->flush();
  if (code != 0 && std::exchange(first_failure_, code) == 0) tell(code);
}

void ArchiveWriter::finish() {
  if (std::exchange(is_finished_, true)) return;
  const int code = file_->finish();
  if (code != 0 && first_failure_ == 0) tell(code);
  if (left_out_ != 0) {
    std::string text = shown_ + ": ";
    text.append(std::to_string(left_out_)).append(left_out_ == 1 ? " file is" : " files are");
    errors_.on_output_error({text.append(" missing or damaged in it"), 0});
  }
  if (names_forgotten() != 0) {
    errors_.on_output_error({shown_ + ": so many names that some may be in it twice", 0});
  }
}

bool ArchiveWriter::reader_gone() const { return file_->broken() == EPIPE; }

}  // namespace tcpflow
