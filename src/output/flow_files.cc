#include "output/flow_files.h"

#include <array>
#include <optional>

namespace tcpflow {
namespace {

class FlowFilesConsumer : public StreamConsumer {
 public:
  explicit FlowFilesConsumer(FlowFilesShared& shared) : shared_(shared) {}

  void on_start(const FlowInfo& flow) override { session_ = flow.session; }
  void on_half_start(Direction from, const HalfInfo& half) override {
    files_[index_of(from)].emplace(shared_, half, session_);
  }
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override {
    if (!bytes.empty()) files_[index_of(from)]->add(offset, bytes, packet.time);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    files_[index_of(from)]->add_gap(offset, length);
  }
  void on_half_end(Direction from, HalfEnd) override { files_[index_of(from)]->finish(); }
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
  uint64_t session_ = 0;
  std::array<std::optional<FlowFile>, 2> files_;
};

}  // namespace

std::unique_ptr<StreamConsumer> FlowFiles::create() {
  return std::make_unique<FlowFilesConsumer>(shared_);
}

void FlowFiles::on_batch_end(bool idle) {
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
