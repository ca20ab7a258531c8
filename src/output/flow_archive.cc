#include "output/flow_archive.h"

#include <algorithm>
#include <utility>

namespace tcpflow {
namespace {

// Text of an index or of alternatives that waits to be moved to its content.
constexpr size_t kMostText = size_t{64} << 10;

class FlowArchiveConsumer : public StreamConsumer, public NamedFiles {
 public:
  explicit FlowArchiveConsumer(FlowArchiveShared& shared) : shared_(shared) {}
  ~FlowArchiveConsumer() override {
    if (flow_ != nullptr) shared_.by_flow.erase(flow_);
  }
  FlowArchiveConsumer(const FlowArchiveConsumer&) = delete;
  FlowArchiveConsumer& operator=(const FlowArchiveConsumer&) = delete;

  void on_start(const Flow& flow) override {
    flow_ = &flow;
    if (shared_.options.is_asked_for_names) shared_.by_flow.emplace(&flow, this);
  }
  void on_half_start(Direction from, const HalfInfo& half) override {
    halves_[index_of(from)].emplace(shared_, *flow_, half, from);
  }
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override {
    if (!bytes.empty()) halves_[index_of(from)]->add(offset, bytes, packet.time);
  }
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason) override {
    halves_[index_of(from)]->add_gap(offset, length);
  }
  void on_conflict(Direction from, const StreamConflict& conflict) override {
    halves_[index_of(from)]->add_alternative(conflict);
  }
  void on_half_end(Direction from, HalfEnd) override { halves_[index_of(from)]->end(); }
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      std::optional<ArchivedHalf>& half = halves_[index_of(from)];
      if (!half) continue;
      half->hand_over();
      half->describe(record.half(from).output);
    }
  }
  std::optional<std::string> name_of(Direction from) override {
    const std::optional<ArchivedHalf>& half = halves_[index_of(from)];
    return half ? half->name() : std::nullopt;
  }

 private:
  FlowArchiveShared& shared_;
  const Flow* flow_ = nullptr;
  std::array<std::optional<ArchivedHalf>, 2> halves_;
};

// Moves the text of a side file to what becomes an entry of its own.
void drain(SideFile& from, EntryContent& to) {
  std::string* const text = from.text();
  if (text == nullptr || text->empty()) return;
  to.append(to.size(), as_bytes(*text));
  text->clear();
}

}  // namespace

void DueNames::on_entry(ArchivedHalf*& half) {
  if (half != nullptr) half->take_turn();
}

ArchivedHalf::ArchivedHalf(FlowArchiveShared& shared, const Flow& flow, const HalfInfo& half,
                           Direction from)
    : GatheredEntry(shared.gathered),
      shared_(shared),
      flow_(flow),
      from_(from),
      layout_(shared.options.gap) {
  entry_.time = half.start;
  if (shared.options.index) {
    index_ = std::make_unique<PacketIndex>();
    entry_.index = std::make_unique<EntryContent>();
  }
}

ArchivedHalf::~ArchivedHalf() {
  if (waits_its_turn_) shared_.due.replace(this, nullptr);
}

void ArchivedHalf::begin() {
  if (std::exchange(begun_, true)) return;
  waits_its_turn_ = true;
  shared_.due.add(shared_.use.now, this);
}

void ArchivedHalf::take_turn() {
  waits_its_turn_ = false;
  const HalfInfo half = flow_.half_info(from_);
  entry_.flow_number = half.flow_number;
  shared_.use.names.claim(half, flow_.info().session, entry_.name);
}

void ArchivedHalf::add(uint64_t offset, Bytes bytes, Timestamp time) {
  const uint64_t place = layout_.place(offset);
  const size_t kept = put(place, bytes);
  if (index_ && error_.empty()) index_->append(place, time, kept);
  weigh();
}

void ArchivedHalf::add_gap(uint64_t offset, uint64_t length) {
  const uint64_t place = layout_.place(offset);
  const std::string marker = layout_.add_gap(length);
  if (marker.empty()) return;
  put(place, as_bytes(marker));
  weigh();
}

// Copies bytes of the entry; returns how many of them are below the limit.
size_t ArchivedHalf::put(uint64_t place, Bytes bytes) {
  begin();
  if (!error_.empty()) return 0;
  const uint64_t limit = shared_.options.limit;
  const uint64_t room = place < limit ? limit - place : 0;
  const Bytes kept = bytes.first(static_cast<size_t>(std::min<uint64_t>(room, bytes.size())));
  EntryContent& content = entry_.bytes;
  if (!kept.empty() && place > content.size() && !can_leave_out(place - content.size())) return 0;
  content.append(place, kept);
  return kept.size();
}

// Counts missing bytes in front of others. False: they are too many.
bool ArchivedHalf::can_leave_out(uint64_t count) {
  if (missing_.take(count, shared_.options.missing)) return true;
  ++shared_.zeros_hits;
  end_early("too much is missing for so many holes or zeros: what follows is left out");
  return false;
}

void ArchivedHalf::add_alternative(const StreamConflict& conflict) {
  if (has_ended_) return;
  begin();
  if (!alternatives_) {
    alternatives_ = std::make_unique<Alternatives>(shared_.options.limits);
    entry_.alternatives = std::make_unique<EntryContent>();
  }
  // Their offsets are those of the stream: its place in the entry may not be known yet.
  const bool is_same_place = shared_.options.gap == GapForm::zero;
  alternatives_->append(conflict, is_same_place ? shared_.options.limit : UINT64_MAX);
  alternatives_cut_ = alternatives_->is_cut();
  weigh();
}

// What is in memory has changed: moves out what is too much of it.
void ArchivedHalf::weigh() {
  const bool has_text = (index_ && index_->waiting() > kMostText) ||
                        (alternatives_ && alternatives_->waiting() > kMostText);
  if (has_text) drain();
  const size_t octets = held();
  if (octets > shared_.options.limits.archive_held_per_half) return move_out();
  shared_.gathered.set(*this, octets);
  shared_.gathered.weigh();
}

size_t ArchivedHalf::held() const {
  size_t octets = entry_.bytes.held();
  if (index_) octets += index_->waiting();
  if (entry_.index) octets += entry_.index->held();
  if (alternatives_) octets += alternatives_->waiting();
  if (entry_.alternatives) octets += entry_.alternatives->held();
  return octets;
}

void ArchivedHalf::drain() {
  if (index_) tcpflow::drain(*index_, *entry_.index);
  if (alternatives_) tcpflow::drain(*alternatives_, *entry_.alternatives);
}

void ArchivedHalf::move_out() {
  drain();
  move_out(entry_.bytes);
  if (entry_.index) move_out(*entry_.index);
  if (entry_.alternatives) move_out(*entry_.alternatives);
  shared_.gathered.set(*this, 0);
}

void ArchivedHalf::move_out(EntryContent& content) {
  const int code = content.spool_to(shared_.use.spool);
  if (code == 0) return;
  content.drop_held();
  end_early(errno_error("the temporary file of the archive", code).message);
}

void ArchivedHalf::end_early(std::string why) {
  if (!error_.empty()) return;
  error_ = std::move(why);
  shared_.use.errors.on_output_error({"a stream is not whole in the archive: " + error_, 0});
}

void ArchivedHalf::end() {
  if (std::exchange(has_ended_, true)) return;
  drain();
  index_.reset();
  alternatives_.reset();
  if (!begun_) return;
  shared_.gathered.add_finished(*this, shared_.use.now);
}

void ArchivedHalf::hand_over() {
  end();
  shared_.gathered.drop_finished(*this);
  if (!begun_ || std::exchange(is_handed_over_, true)) return;
  shared_.gathered.set(*this, 0);
  size_ = entry_.bytes.size();
  if (entry_.index && entry_.index->size() == 0) entry_.index.reset();
  if (entry_.alternatives && entry_.alternatives->size() == 0) entry_.alternatives.reset();
  shared_.use.sink.on_entry(shared_.use.now, entry_);
}

std::optional<std::string> ArchivedHalf::name() const {
  if (!begun_ || waits_its_turn_) return std::nullopt;
  return entry_.name;
}

void ArchivedHalf::describe(HalfOutput& output) {
  output.file_size = size_;
  output.alternatives_cut = alternatives_cut_;
  output.file_name = std::move(entry_.name);
  output.error = std::move(error_);
}

std::unique_ptr<StreamConsumer> FlowArchive::create() {
  return std::make_unique<FlowArchiveConsumer>(shared_);
}

std::optional<std::string> FlowArchive::name_of(const Flow& flow, Direction from) {
  const auto found = shared_.by_flow.find(&flow);
  return found == shared_.by_flow.end() ? std::nullopt : found->second->name_of(from);
}

void FlowArchive::on_batch_taken() {
  shared_.due.sort();
  shared_.due.replay(0, shared_.due.moments().size());
  shared_.due.clear();
  shared_.gathered.hand_over_finished(shared_.use.now);
}

}  // namespace tcpflow
