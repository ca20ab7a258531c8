// A file for each half of each flow.
#pragma once

#include <memory>

#include "flow/consumer.h"
#include "output/flow_file.h"
#include "output/flow_names.h"

namespace tcpflow {

// Makes the consumers that write flow files, and writes at the end of each batch what they
// gathered: never packet by packet, each file in one piece. Little data of an open flow is copied
// and kept for later, up to OutputLimits::held_total. One per thread that has flows, used on
// that thread; outlives its consumers.
class FlowFiles : public ConsumerFactory, public BatchListener, public FlowNames {
 public:
  // What it borrows; `events` may be null. `now`: what is being done, as the shard says; as long as
  // files are dealt with this says what they are dealt with for.
  struct Borrowed {
    FileBudget& budget;
    OutputErrors& errors;
    FileMaker& maker;
    Moment& now;
    FileEvents* events = nullptr;
  };

  FlowFiles(const FlowFilesOptions& options, const Borrowed& borrowed)
      : shared_{options,         borrowed.budget, borrowed.maker,
                borrowed.errors, borrowed.events, borrowed.now} {}

  std::unique_ptr<StreamConsumer> create() override;
  // With FlowFilesOptions::is_asked_for_names.
  std::optional<std::string> name_of(const Flow& flow, Direction from) override;
  // Files whose names several shards may want must be made in the order of all shards' moments:
  // whoever knows them replays this lane before on_batch_taken().
  Lane& due() { return shared_.due; }
  void on_batch_taken() override;
  void on_batch_end(bool idle) override;

  // Bytes held back just now.
  size_t held_bytes() const { return shared_.held.total(); }
  // How often one was written before its time because too much was held back.
  uint64_t early_writes() const { return early_writes_; }
  // Files of halves that are open, made or about to be.
  size_t incomplete() const { return shared_.incomplete; }
  // Files of open halves that take more than the knowledge of where they end.
  size_t files_in_memory() const { return shared_.in_memory; }

 private:
  void let_rest();

  FlowFilesShared shared_;
  uint64_t early_writes_ = 0;
};

}  // namespace tcpflow
