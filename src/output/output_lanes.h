// What outputs tell others, on its way from the thread of a shard to the main one.
#pragma once

#include <string>
#include <utility>

#include "base/lane.h"
#include "output/file_events.h"

namespace tcpflow {

struct FileEvent {
  bool is_opened = false;
  std::string name;
};

// Files that were opened and closed.
class FileEventLane : public FileEvents {
 public:
  // Borrows both for its life.
  FileEventLane(EntryLane<FileEvent>& lane, const Moment& now) : lane_(lane), now_(now) {}
  void on_file_opened(const std::string& name) override { lane_.add(now_, {true, name}); }
  void on_file_closed(const std::string& name) override { lane_.add(now_, {false, name}); }

 private:
  EntryLane<FileEvent>& lane_;
  const Moment& now_;
};

// And back again, in order.
class FileEventReplay : public EntrySink<FileEvent> {
 public:
  explicit FileEventReplay(FileEvents& events) : events_(events) {}
  void on_entry(FileEvent& event) override {
    event.is_opened ? events_.on_file_opened(event.name) : events_.on_file_closed(event.name);
  }

 private:
  FileEvents& events_;
};

// What could not be written.
class ErrorLane : public OutputErrors {
 public:
  ErrorLane(EntryLane<Error>& lane, const Moment& now) : lane_(lane), now_(now) {}
  void on_output_error(const Error& error) override { lane_.add(now_, error); }

 private:
  EntryLane<Error>& lane_;
  const Moment& now_;
};

class ErrorReplay : public EntrySink<Error> {
 public:
  explicit ErrorReplay(OutputErrors& errors) : errors_(errors) {}
  void on_entry(Error& error) override { errors_.on_output_error(error); }

 private:
  OutputErrors& errors_;
};

}  // namespace tcpflow
