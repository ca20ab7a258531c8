#include "scan/http/http_scanner.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "flow/gap_layout.h"
#include "scan/http/http_exchanges.h"
#include "scan/http/http_half.h"

namespace tcpflow {
namespace {

class HttpConsumer : public StreamConsumer {
 public:
  explicit HttpConsumer(HttpShared& shared)
      : shared_(shared),
        pair_(shared.options.limits, shared.requests),
        layouts_{GapLayout(shared.options.gap), GapLayout(shared.options.gap)} {}

  void on_start(const Flow& flow) override {
    pair_.flow = &flow;
    if (shared_.output != nullptr) objects_ = shared_.output->open(flow);
    if (shared_.screen != nullptr) screen_ = shared_.screen->open(flow);
  }
  void on_half_start(Direction from, const HalfInfo& info) override {
    if (info.transport != Transport::tcp) return;
    const HttpHalf::Parts parts{shared_, pair_, objects_.get(), from, screen_};
    if (screen_ != nullptr) shared_.screen->watch(*screen_, from);
    halves_[index_of(from)] = std::make_unique<HttpHalf>(parts, info.role != Role::unknown);
  }
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override {
    HttpHalf* const half = halves_[index_of(from)].get();
    if (half == nullptr) return;
    const uint64_t most = shared_.options.most_per_half;
    const uint64_t room = most - std::min(offset, most);
    const Bytes kept = bytes.first(static_cast<size_t>(std::min<uint64_t>(bytes.size(), room)));
    shared_.reading = bytes;
    half->add(kept, layouts_[index_of(from)].place(offset), packet.time);
    shared_.reading = {};
    if (kept.size() < bytes.size()) cut(from);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    const uint64_t place = layouts_[index_of(from)].place(offset);
    layouts_[index_of(from)].add_gap(length);
    HttpHalf* const half = halves_[index_of(from)].get();
    if (half == nullptr) return;
    if (offset >= shared_.options.most_per_half) return cut(from);
    half->skip(length, place);
  }
  void on_half_complete(Direction from) override {
    if (halves_[index_of(from)]) halves_[index_of(from)]->complete();
  }
  void on_half_end(Direction from, HalfEnd why) override {
    if (halves_[index_of(from)]) halves_[index_of(from)]->end(why);
  }
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      if (!halves_[index_of(from)]) continue;
      HalfOutput& output = record.half(from).output;
      output.objects = halves_[index_of(from)]->take_objects();
      if (cut_[index_of(from)]) output.scan_cut = std::max(output.scan_cut, ScanCut::per_half);
    }
    if (objects_) objects_->end(record);
    tell_unanswered(shared_, pair_);
  }

 private:
  void cut(Direction from) {
    cut_[index_of(from)] = true;
    halves_[index_of(from)]->cut();
  }

  HttpShared& shared_;
  HttpPair pair_;
  std::unique_ptr<FlowObjects> objects_;
  FlowScreen* screen_ = nullptr;
  std::array<GapLayout, 2> layouts_;
  std::array<std::unique_ptr<HttpHalf>, 2> halves_;
  std::array<bool, 2> cut_{};
};

}  // namespace

HttpScanner::HttpScanner(const HttpOptions& options, ObjectOutput* output, ExchangeSink* exchanges,
                         MessageScreen* screen)
    : shared_{options, output, exchanges, screen} {}

std::unique_ptr<StreamConsumer> HttpScanner::create() {
  return std::make_unique<HttpConsumer>(shared_);
}

}  // namespace tcpflow
