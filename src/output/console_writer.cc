#include "output/console_writer.h"

#include <cerrno>

#include "base/patient_write.h"

namespace tcpflow {
namespace {

// More than this is written before the batch ends.
constexpr size_t kEnough = size_t{256} << 10;

}  // namespace

void ConsoleWriter::on_text(std::string_view record) {
  waiting_ += record;
  if (lock_ == nullptr) {
    if (waiting_.size() > kEnough) flush();
    return;
  }
  lock_->lock();
  flush();
  lock_->unlock();
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
