// A file for each half of each flow.
#pragma once

#include <memory>

#include "flow/consumer.h"
#include "output/flow_file.h"

namespace tcpflow {

// Makes the consumers that write flow files, and writes at the end of each batch what they
// gathered: never packet by packet, each file in one piece. Little data of an open flow is copied
// and kept for later, up to FlowFilesOptions::held_total. One per thread that has flows, used on
// that thread; outlives its consumers.
class FlowFiles : public ConsumerFactory, public BatchListener {
 public:
  // What it borrows; `events` may be null.
  struct Borrowed {
    FileBudget& budget;
    OutputErrors& errors;
    FileEvents* events = nullptr;
  };

  FlowFiles(NameTemplate names, const FlowFilesOptions& options, const Borrowed& borrowed)
      : shared_{options,
                borrowed.budget,
                FileMaker(std::move(names), borrowed.budget),
                borrowed.errors,
                borrowed.events,
                {},
                {},
                {},
                {},
                {}} {}

  std::unique_ptr<StreamConsumer> create() override;
  void on_batch_end(bool idle) override;

  // Bytes held back just now.
  size_t held_bytes() const { return shared_.held.total(); }

 private:
  FlowFilesShared shared_;
};

}  // namespace tcpflow
