#include "output/side_file.h"

#include <fcntl.h>

#include "output/gathered_write.h"

namespace tcpflow {

int SideFile::write_out(FileBudget& budget, const std::string& flow_file) {
  if (text_.empty() || failed_) return 0;
  int fd = -1;
  if (file_.name.empty()) {
    file_.name = flow_file + suffix_;
    fd = budget.create(file_, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  } else {
    fd = budget.use(file_);
  }
  const Written done = fd < 0 ? Written{0, -fd} : write_at(fd, text_, size_);
  size_ += done.bytes;
  text_.clear();
  failed_ = done.code != 0;
  return done.code;
}

}  // namespace tcpflow
