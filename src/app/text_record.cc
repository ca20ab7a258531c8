#include "app/text_record.h"

#include <utility>

namespace tcpflow {

Result<TextRecord> TextRecord::open(const Options& options, const std::string& name, Waiter& waiter,
                                    ConsoleWriter* screen) {
  TextRecord record(screen);
  if (name == "-") return record;
  Result<ReportFile> file = ReportFile::open(seen_from_outside(options, name), waiter);
  if (!file) return file.error();
  record.file_ = std::make_unique<ReportFile>(std::move(*file));
  return record;
}

Status TextRecord::flush() {
  if (file_ && !file_->flush()) return *file_->error();
  return Ok{};
}

Status TextRecord::give_to(const Owner& owner) {
  return file_ ? file_->give_to(owner) : Status(Ok{});
}

void TextRecord::finish(Messages& messages) {
  if (!file_) return;
  file_->flush();
  if (file_->error()) messages.error(file_->error()->message);
}

}  // namespace tcpflow
