#include "output/alert_lines.h"

#include "base/patient_write.h"

namespace tcpflow {

void AlertLines::write_line(const char* what, const std::string& name) {
  if (failed_) return;
  line_ = what;
  line_ += '\t';
  line_ += name;
  line_ += '\n';
  const int code = write_all(fd_, line_, {waiter_}).code;
  if (code == 0) return;
  failed_ = true;
  errors_.on_output_error(write_error("alert descriptor " + std::to_string(fd_), code));
}

}  // namespace tcpflow
