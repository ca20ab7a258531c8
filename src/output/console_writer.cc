#include "output/console_writer.h"

#include <cerrno>
#include <utility>

#include "base/patient_write.h"

namespace tcpflow {
namespace {

// More than this is written before the batch ends.
constexpr size_t kEnough = size_t{256} << 10;

}  // namespace

void ConsoleWriter::on_record(std::string_view record, const Joint* joint) {
  if (joint == nullptr) end_open();
  joint == nullptr ? void(waiting_ += record) : add_joined(record, *joint);
  if (lock_ == nullptr) {
    if (waiting_.size() > kEnough) flush();
    return;
  }
  lock_->lock();
  flush();
  lock_->unlock();
}

void ConsoleWriter::add_joined(std::string_view record, const Joint& joint) {
  const bool goes_on = open_.is_with(joint);
  if (!goes_on || joint.is_last) {
    if (goes_on || !joint.is_last) end_open();
    if (joint.is_last) return;
  }
  const size_t glue = goes_on ? joint.glue : 0;
  const size_t lead = goes_on ? 0 : joint.lead;
  waiting_.append(record.substr(0, joint.at)).append(record.substr(joint.at, glue));
  waiting_.append(record.substr(joint.at + joint.glue, lead));
  waiting_.append(record.substr(joint.at + joint.glue + joint.lead));
  open_ = joint;
  if (lock_ != nullptr) end_open();
}

void ConsoleWriter::end_open() {
  const Joint last = std::exchange(open_, {});
  if (last.console != nullptr && last.has_newline) waiting_ += '\n';
}

void ConsoleWriter::finish() {
  end_open();
  flush();
}

void ConsoleWriter::flush() {
  if (waiting_.empty()) return;
  const int code = is_open() ? write_all(fd_, waiting_, {waiter_}).code : 0;
  waiting_.clear();
  if (code == EPIPE) {
    reader_gone_ = true;
  } else if (code != 0) {
    failed_ = true;
    errors_.on_output_error(write_error("standard output", code));
  }
}

}  // namespace tcpflow
