#include "output/flow_files.h"

#include <array>
#include <memory>
#include <utility>

namespace tcpflow {
namespace {

class FlowFilesConsumer : public StreamConsumer, NamedFiles {
 public:
  explicit FlowFilesConsumer(FlowFilesShared& shared) : shared_(shared) {}

  ~FlowFilesConsumer() override {
    if (shared_.options.is_asked_for_names) shared_.by_flow.erase(flow_);
  }
  FlowFilesConsumer(const FlowFilesConsumer&) = delete;
  FlowFilesConsumer& operator=(const FlowFilesConsumer&) = delete;

  void on_start(const Flow& flow) override {
    flow_ = &flow;
    if (shared_.options.is_asked_for_names) shared_.by_flow[flow_] = this;
  }
  void on_half_start(Direction from, const HalfInfo&) override {
    files_[index_of(from)].file = std::make_unique<FlowFile>(shared_, half(from));
  }
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override {
    if (!bytes.empty() && !is_lost(from)) awake(from).add(offset, bytes, packet.time);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    if (!is_lost(from)) awake(from).add_gap(offset, length);
  }
  void on_conflict(Direction from, const StreamConflict& conflict) override {
    if (!is_lost(from)) awake(from).add_alternative(conflict);
  }
  // One that rests has been written and closed.
  void on_half_complete(Direction from) override {
    const FlowFilePlace& mine = files_[index_of(from)];
    if (!mine.is_resting) mine.file->complete();
  }
  // Of a file that rests only its time is to be set. Where somebody is told of its end, that must
  // wait for the end of the batch, as with any other.
  void on_half_end(Direction from, HalfEnd) override {
    FlowFilePlace& mine = files_[index_of(from)];
    if (!mine.is_resting || shared_.events != nullptr) return awake(from).end();
    FlowFile(shared_, half(from), mine.rested).finish();
    mine.is_over = true;
  }
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      const FlowFilePlace& mine = files_[index_of(from)];
      if (mine.is_over) {
        FlowFile(shared_, half(from), mine.rested).describe(record.half(from).output);
      } else if (mine.file || mine.is_resting) {
        awake(from).finish();
        awake(from).describe(record.half(from).output);
      }
    }
  }

  std::optional<std::string> name_of(Direction from) override {
    FlowFilePlace& mine = files_[index_of(from)];
    if (mine.is_resting) return FlowFile(shared_, half(from), mine.rested).settled_name();
    return mine.file ? mine.file->settled_name() : std::nullopt;
  }

 private:
  // It takes nothing more, and need not be woken for that.
  bool is_lost(Direction from) const {
    const FlowFilePlace& mine = files_[index_of(from)];
    return mine.is_resting && mine.rested.error != 0;
  }
  FlowFile::Half half(Direction from) { return {*flow_, from, files_[index_of(from)]}; }
  FlowFile& awake(Direction from) {
    FlowFilePlace& mine = files_[index_of(from)];
    if (std::exchange(mine.is_resting, false)) {
      mine.file = std::make_unique<FlowFile>(shared_, half(from), mine.rested);
    }
    return *mine.file;
  }

  FlowFilesShared& shared_;
  const Flow* flow_ = nullptr;
  std::array<FlowFilePlace, 2> files_;
};

}  // namespace

std::unique_ptr<StreamConsumer> FlowFiles::create() {
  return std::make_unique<FlowFilesConsumer>(shared_);
}

std::optional<std::string> FlowFiles::name_of(const Flow& flow, Direction from) {
  const auto found = shared_.by_flow.find(&flow);
  return found == shared_.by_flow.end() ? std::nullopt : found->second->name_of(from);
}

void FlowFiles::on_batch_taken() {
  const Moment now = shared_.now;
  shared_.due.sort();
  for (size_t i = 0; i < shared_.due.moments().size(); ++i) {
    shared_.now = shared_.due.moments()[i];
    shared_.due.replay(i, i + 1);
  }
  shared_.due.clear();
  for (const FlowFilesShared::Finished& entry : shared_.finished) {
    shared_.now = entry.at;
    if (entry.file != nullptr) entry.file->finish();
  }
  shared_.finished.clear();
  shared_.now = now;
}

void FlowFiles::on_batch_end(bool idle) {
  on_batch_taken();  // also of what the flows told of just now
  for (FlowFile* file : shared_.touched) {
    if (file != nullptr) file->end_batch(idle);
  }
  shared_.touched.clear();
  shared_.pieces.clear();
  shared_.markers.clear();
  const size_t allowed = idle ? 0 : shared_.options.limits.held_total;
  while (shared_.held.total() > allowed) {
    early_writes_ += !idle;
    static_cast<FlowFile*>(shared_.held.oldest())->write_out();
  }
  let_rest();
}

// Descriptors are closed in the order in which files were used last, and so they rest.
void FlowFiles::let_rest() {
  while (FileInRows* const oldest = shared_.resting.first()) {
    FlowFile& file = static_cast<FlowFile&>(*oldest);
    if (!file.may_rest()) return;
    file.rest();
  }
}

}  // namespace tcpflow
