#include "scan/python/python_scanner.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/code_point.h"
#include "flow/gap_layout.h"
#include "scan/python/python_facts.h"

namespace tcpflow {
namespace {

constexpr const char* kName = "python";
constexpr size_t kLeastGathered = 512;

std::string name_of(const HalfRecord& half) {
  if (!half.output.file_name.empty()) return half.output.file_name;
  const HalfInfo& info = half.info;
  std::string name = info.source.text();
  name.append(":").append(std::to_string(info.source_port)).append("-");
  name.append(info.destination.text()).append(":");
  return name.append(std::to_string(info.destination_port));
}

}  // namespace

// One half; owned by its flow's consumer.
class PythonHalf : public HalfReader {
 public:
  explicit PythonHalf(PythonScanner& scanner)
      : scanner_(scanner), options_(scanner.options_), layout_(scanner.options_.gap) {}
  ~PythonHalf() override { scanner_.held_ -= gathered_.capacity(); }

  void on_bytes(uint64_t offset, Bytes bytes) override {
    const uint64_t place = layout_.place(offset);
    has_bytes_ = has_bytes_ || (place < options_.byte_limit && !bytes.empty());
    add(place, bytes);
  }
  void on_gap(uint64_t offset, uint64_t length) override {
    const uint64_t place = layout_.place(offset);
    add(place, as_bytes(layout_.add_gap(length)));
  }
  void on_end(Direction from, FlowRecord& record) override;

 private:
  bool is_cut() const { return cut_ != GatherCut::none || scan_cut_ != ScanCut::none; }
  bool is_whole() const { return !is_cut() && !is_over_byte_limit_; }
  void add(uint64_t place, Bytes bytes);
  uint64_t limit() const {
    return std::min<uint64_t>(options_.limits.per_half, options_.scan.per_half);
  }
  void note_limit();
  bool make_room(size_t end);
  ScanResult ask(Direction from, const FlowRecord& record) const;

  PythonScanner& scanner_;
  const PythonOptions& options_;
  GapLayout layout_;
  std::vector<uint8_t> gathered_;
  uint64_t zeros_ = 0;  // of these in place of missing bytes
  bool has_bytes_ = false;
  bool is_over_byte_limit_ = false;  // no limit of this program: the user asked for no more
  GatherCut cut_ = GatherCut::none;
  ScanCut scan_cut_ = ScanCut::none;
};

// `place` never falls; what lies between the last byte and it reads as zeros. Nothing is added
// behind a cut.
void PythonHalf::add(uint64_t place, Bytes bytes) {
  is_over_byte_limit_ =
      is_over_byte_limit_ || (!bytes.empty() && place + bytes.size() > options_.byte_limit);
  if (is_cut() || bytes.empty() || place >= options_.byte_limit) return;
  const Bytes kept = bytes.first(std::min<uint64_t>(bytes.size(), options_.byte_limit - place));
  const uint64_t zeros = place - gathered_.size();
  if (zeros > options_.scan.missing_per_half - zeros_) {
    scan_cut_ = ScanCut::missing;
    return;
  }
  zeros_ += zeros;
  if (place + kept.size() > limit()) note_limit();
  const size_t end = std::min<uint64_t>(place + kept.size(), limit());
  if (!make_room(end)) cut_ = GatherCut::total;
  const size_t most = std::min(end, gathered_.capacity());
  gathered_.resize(std::min<uint64_t>(place, most));
  const Bytes fitting = kept.first(most - gathered_.size());
  gathered_.insert(gathered_.end(), fitting.begin(), fitting.end());
}

void PythonHalf::note_limit() {
  if (options_.limits.per_half <= options_.scan.per_half) {
    cut_ = GatherCut::per_half;
  } else {
    scan_cut_ = ScanCut::per_half;
  }
}

// False: what is gathered of others leaves too little; what there is of room can be used.
bool PythonHalf::make_room(size_t end) {
  const size_t before = gathered_.capacity();
  if (end <= before) return true;
  const size_t free = options_.limits.held - std::min(options_.limits.held, scanner_.held_);
  const size_t most = free > SIZE_MAX - before ? SIZE_MAX : before + free;
  const size_t liked = std::max({end, kLeastGathered, std::min<size_t>(2 * before, limit())});
  gathered_.reserve(std::min(liked, most));
  scanner_.held_ += gathered_.capacity() - before;
  return end <= gathered_.capacity();
}

void PythonHalf::on_end(Direction from, FlowRecord& record) {
  HalfOutput& output = record.half(from).output;
  output.scan_cut = std::max(output.scan_cut, scan_cut_);
  if (!has_bytes_) return;
  ScanResult result;
  if (!gathered_.empty()) result = ask(from, record);
  result.scanner = kName;
  result.input_cut = cut_;
  const bool says_something = !result.text.empty() || !result.error.empty();
  if (says_something || cut_ != GatherCut::none) output.results.push_back(std::move(result));
}

ScanResult PythonHalf::ask(Direction from, const FlowRecord& record) const {
  PythonReply reply;
  if (scanner_.host_.wants_facts()) {
    const PythonFacts facts(from, record, !is_whole());
    reply = scanner_.host_.call(gathered_, facts.all());
  } else {
    reply = scanner_.host_.call(gathered_, {});
  }
  ScanResult result;
  result.text = std::move(reply.text);
  result.text_is_cut = cut_text(result.text, options_.limits.result);
  result.error = std::move(reply.fault);
  std::replace(result.error.begin(), result.error.end(), '\n', ' ');
  cut_text(result.error, options_.limits.fault);
  if (result.error.empty()) return result;
  std::string line = kName;
  line.append(": ").append(name_of(record.half(from))).append(": ").append(result.error);
  scanner_.errors_.on_scan_error({line, 0});
  return result;
}

std::unique_ptr<HalfReader> PythonScanner::make_reader() {
  return std::make_unique<PythonHalf>(*this);
}

}  // namespace tcpflow
