// What the program tells its user on standard error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/status_line.h"
#include "output/file_events.h"

namespace tcpflow {

// Lines with the program's name in front. Errors are always shown and make the run end with status
// 1; notes appear from their debug level on. The status line gives way to them. Used on the main
// thread; lives as long as the run.
class Messages : public OutputErrors {
 public:
  Messages(std::string prefix, int debug);

  void error(const std::string& text);
  void note(const std::string& text, int level = 1) const;
  // Lines that stand by themselves, without the program's name.
  void show(const std::string& lines) const;
  void on_output_error(const Error& problem) override;
  // Says how many failures were not shown.
  void finish();

  // Where the run's progress is shown.
  StatusLine& status_line() { return status_line_; }

  // Every error so far, for the report.
  const std::vector<std::string>& errors() const { return errors_; }
  bool failed() const { return !errors_.empty(); }

  static constexpr uint64_t kOutputErrorsShown = 20;

 private:
  void print(const std::string& text) const;

  std::string prefix_;
  int debug_;
  mutable StatusLine status_line_;  // a note takes it away, which changes nothing that was told
  std::vector<std::string> errors_;
  uint64_t output_errors_ = 0;
};

}  // namespace tcpflow
