#include "scan/half_scanner.h"

#include <array>

namespace tcpflow {
namespace {

// One flow; owned by it.
class HalfPair : public StreamConsumer {
 public:
  explicit HalfPair(HalfScanner& scanner) : scanner_(scanner) {}

  void on_start(const Flow&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef) override {
    reader(from).on_bytes(offset, bytes);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    reader(from).on_gap(offset, length);
  }
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      if (readers_[index_of(from)]) readers_[index_of(from)]->on_end(from, record);
    }
  }

 private:
  HalfReader& reader(Direction from) {
    std::unique_ptr<HalfReader>& reader = readers_[index_of(from)];
    if (!reader) reader = scanner_.make_reader();
    return *reader;
  }

  HalfScanner& scanner_;
  std::array<std::unique_ptr<HalfReader>, 2> readers_;
};

}  // namespace

std::unique_ptr<StreamConsumer> HalfScanner::create() { return std::make_unique<HalfPair>(*this); }

}  // namespace tcpflow
