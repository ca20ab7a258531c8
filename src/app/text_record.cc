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

std::optional<std::string> TextRecord::loss() const {
  if (!file_ || !file_->error()) return std::nullopt;
  std::string text = file_->error()->message;
  if (file_->pieces_lost() == 0) return text;
  text.append("; ").append(std::to_string(file_->pieces_lost()));
  return text.append(file_->pieces_lost() == 1 ? " piece is missing" : " pieces are missing");
}

}  // namespace tcpflow
