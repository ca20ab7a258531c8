// What the outputs tell others: files opened and closed, and writes that failed.
#pragma once

#include <string>
#include <utility>
#include <vector>

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

// Passes events on to several. Borrows them for its life.
class FileEventFan : public FileEvents {
 public:
  explicit FileEventFan(std::vector<FileEvents*> to) : to_(std::move(to)) {}
  void on_file_opened(const std::string& name) override {
    for (FileEvents* each : to_) each->on_file_opened(name);
  }
  void on_file_closed(const std::string& name) override {
    for (FileEvents* each : to_) each->on_file_closed(name);
  }

 private:
  std::vector<FileEvents*> to_;
};

// Told of what could not be written, once a file. The run goes on. Same thread as above.
class OutputErrors {
 public:
  virtual ~OutputErrors() = default;
  virtual void on_output_error(const Error& error) = 0;
};

}  // namespace tcpflow
