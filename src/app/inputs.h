// The inputs of a run, opened one after the other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/messages.h"
#include "app/options.h"
#include "base/wait.h"
#include "capture/filter.h"
#include "capture/source.h"
#include "report/run_facts.h"

namespace tcpflow {

// Files of -r and -l, then of -R, or one device. An input that cannot be opened costs a message and
// exit status 1, not the other inputs. Main thread; lives as long as the run.
class Inputs {
 public:
  struct Input {
    std::unique_ptr<PacketSource> source;
    bool opens_flows = true;  // false for -R
    size_t index = 0;         // in paths()
  };

  // `options` is borrowed.
  Inputs(const Options& options, Messages& messages, Waiter& waiter);

  // Compiles the filter and opens the first input that can be; fails where there is none.
  Status open_first();
  // That input, then one after the other; nothing when they are over.
  std::optional<Input> next();
  // Notes how an input went: its counts, what was wrong with it, link types that nobody knows.
  void finished(const PacketSource& source, const Status& status);

  // All files in the order of reading; none where a device is read.
  std::vector<std::string> paths() const;
  const std::vector<InputFacts>& facts() const { return facts_; }

 private:
  Result<std::unique_ptr<PacketSource>> open_device();
  std::unique_ptr<PacketSource> filtered(std::unique_ptr<PacketSource> source);
  std::optional<Input> open_next();
  void check_links(const PacketSource& source);
  void tell_loss(const PacketSource& source);

  const Options& options_;
  Messages& messages_;
  Waiter& waiter_;
  std::optional<Filter> filter_;
  std::optional<Input> opened_;
  size_t next_ = 0;  // index into files, then finish_files
  std::vector<InputFacts> facts_;
};

}  // namespace tcpflow
