#include "output/flow_files.h"

#include <array>
#include <optional>

namespace tcpflow {
namespace {

class FlowFilesConsumer : public StreamConsumer {
 public:
  explicit FlowFilesConsumer(FlowFilesShared& shared) : shared_(shared) {}

  void on_start(const Flow& flow) override { flow_ = &flow; }
  void on_half_start(Direction from, const HalfInfo& half) override {
    files_[index_of(from)].emplace(shared_, *flow_, half, from);
  }
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override {
    if (!bytes.empty()) files_[index_of(from)]->add(offset, bytes, packet.time);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    files_[index_of(from)]->add_gap(offset, length);
  }
  void on_conflict(Direction from, const StreamConflict& conflict) override {
    files_[index_of(from)]->add_alternative(conflict);
  }
  void on_half_complete(Direction from) override { files_[index_of(from)]->complete(); }
  void on_half_end(Direction from, HalfEnd) override { files_[index_of(from)]->end(); }
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      std::optional<FlowFile>& file = files_[index_of(from)];
      if (!file) continue;
      file->finish();
      file->describe(record.half(from).output);
    }
  }

 private:
  FlowFilesShared& shared_;
  const Flow* flow_ = nullptr;
  std::array<std::optional<FlowFile>, 2> files_;
};

}  // namespace

std::unique_ptr<StreamConsumer> FlowFiles::create() {
  return std::make_unique<FlowFilesConsumer>(shared_);
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
  const size_t allowed = idle ? 0 : shared_.options.held_total;
  while (shared_.held.total() > allowed) shared_.held.oldest()->write_out();
}

}  // namespace tcpflow
