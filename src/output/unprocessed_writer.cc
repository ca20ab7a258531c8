#include "output/unprocessed_writer.h"

#include "base/patient_write.h"

namespace tcpflow {
namespace {

// Less than this may wait for the next batch.
constexpr size_t kWorthWriting = size_t{256} << 10;

}  // namespace

Status UnprocessedWriter::open() {
  file_.make_folders(false);
  const int code = file_.create();
  if (code != 0) return write_error(file_.path(), code);
  return Ok{};
}

Status UnprocessedWriter::give_to(const Owner& owner) {
  const int code = file_.give_to(owner);
  if (code != 0) return errno_error(file_.path(), code);
  return Ok{};
}

void UnprocessedWriter::set_input(LinkType link, uint32_t snap_length) {
  if (has_input_) return;
  has_input_ = true;
  link_ = link;
  if (snap_length != 0) file_.set_snap_length(snap_length);
}

void UnprocessedWriter::on_entry(UnusedFrame& unused) {
  ++frames_;
  if (!unused.copy.empty()) unused.frame.bytes = unused.copy;
  check(file_.add(unused.frame));
}

void UnprocessedWriter::on_batch_end(bool idle) {
  if (idle || file_.waiting() >= kWorthWriting) check(file_.write_out());
}

void UnprocessedWriter::finish() {
  file_.begin_empty(link_);
  check(file_.close());
}

// A failed file takes nothing more, so this is told once.
void UnprocessedWriter::check(int code) {
  if (code != 0) errors_.on_output_error(write_error(file_.path(), code));
}

}  // namespace tcpflow
