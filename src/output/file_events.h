// What the outputs tell others: files opened and closed, and writes that failed.
#pragma once

#include <string>

#include "base/result.h"

namespace tcpflow {

// Told of each file (console: label) that a half made. Called on the thread of the output that made
// it; `name` as created, output folder included.
class FileEvents {
 public:
  virtual ~FileEvents() = default;
  virtual void on_file_opened(const std::string& name) = 0;
  // The half has ended and its file is complete.
  virtual void on_file_closed(const std::string& name) = 0;
};

// Told of what could not be written, once a file. The run goes on. Same thread as above.
class OutputErrors {
 public:
  virtual ~OutputErrors() = default;
  virtual void on_output_error(const Error& error) = 0;
};

}  // namespace tcpflow
