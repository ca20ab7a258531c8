// A text file beside a flow file: NAME and a suffix.
#pragma once

#include <cstdint>
#include <string>

#include "output/file_budget.h"

namespace tcpflow {

// Text waits in memory until write_out(). Owned by what writes it, same thread.
class SideFile {
 public:
  // `suffix`, with its dot, has static life.
  explicit SideFile(const char* suffix) : suffix_(suffix) {}

  // Where to put more text; null once writing has failed.
  std::string* text() { return failed_ ? nullptr : &text_; }
  // Writes what waits; `flow_file` names the file it stands beside. Returns 0 or the errno of the
  // failure, after which it takes no more text.
  int write_out(FileBudget& budget, const std::string& flow_file);
  // Closes the file. Returns 0 or the errno of a failure.
  int close(FileBudget& budget) { return budget.close(file_); }

  size_t waiting() const { return text_.size(); }
  const std::string& name() const { return file_.name; }

 private:
  const char* suffix_;
  std::string text_;
  BudgetedFile file_;
  uint64_t size_ = 0;  // of the file so far
  bool failed_ = false;
};

}  // namespace tcpflow
