// -I: which packet brought which bytes of a flow file.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "output/file_budget.h"

namespace tcpflow {

// The NAME.findx beside a flow file: a line `OFFSET|SEC.UUUUUU|LENGTH` for each delivered segment,
// by rising offset. Lines wait in memory until write_out(). Owned by the file it describes, same
// thread.
class PacketIndex {
 public:
  // `length`: how many bytes of the segment are in the file.
  void append(uint64_t offset, Timestamp time, uint64_t length);
  // Writes what waits; `flow_file` names the file it is about. Returns 0 or the errno of the
  // failure, after which it takes no more lines.
  int write_out(FileBudget& budget, const std::string& flow_file);
  // Closes the file. Returns 0 or the errno of a failure.
  int close(FileBudget& budget) { return budget.close(file_); }

  size_t waiting() const { return lines_.size(); }
  const std::string& name() const { return file_.name; }

 private:
  std::string lines_;
  BudgetedFile file_;
  uint64_t size_ = 0;  // of the file so far
  bool failed_ = false;
};

}  // namespace tcpflow
