#include "output/flow_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/free_memory.h"
#include "output/gathered_write.h"

namespace tcpflow {
namespace {

constexpr uint32_t kUntouched = UINT32_MAX;
// A batch can bring many conflicts, and their text is longer than they are.
constexpr size_t kMostAlternativesWaiting = 64 * 1024;

}  // namespace

void DueFiles::on_entry(FlowFile*& file) {
  if (file != nullptr) file->take_turn();
}

// Flows with the same addresses and ports may run side by side only in different tunnels, or on
// VLANs of which a name tells one.
FlowFile::FlowFile(FlowFilesShared& shared, const Half& half)
    : shared_(shared), half_(half), layout_(shared.options.gap) {
  const HalfInfo info = half.flow.half_info(half.from);
  start_ = info.start;
  is_alone_ = shared.maker.names().has_whole_tuple() && info.encapsulation.empty() &&
              info.link.vlans.size() <= 1;
  if (shared_.options.index) index_ = std::make_unique<PacketIndex>();
  ++shared_.in_memory;
}

FlowFile::FlowFile(FlowFilesShared& shared, const Half& half, const RestingFile& rested)
    : FlowFile(shared, half) {
  const HalfInfo info = half.flow.half_info(half.from);
  const NamedHalf named{info, half.flow.info().session};
  shared_.maker.take_back(shared_.budget, file_, named, rested.counter);
  state_ = rested.error == 0 ? State::made : State::failed;
  error_ = std::abs(rested.error);
  exists_ = rested.error >= 0;
  size_ = rested.size;
  counter_ = rested.counter;
}

FlowFile::~FlowFile() {
  --shared_.in_memory;
  shared_.held.set(*this, 0);
  shared_.resting.remove(*this);
  if (touched_slot_ != kUntouched) shared_.touched[touched_slot_] = nullptr;
  if (waits_its_turn_) shared_.due.replace(this, nullptr);
  for (FlowFilesShared::Finished& entry : shared_.finished) {
    if (entry.file == this) entry.file = nullptr;
  }
}

// The file has something to take. False: it takes nothing more.
bool FlowFile::begin() {
  if (state_ == State::no_payload) {
    state_ = State::due;
    ++shared_.incomplete;
    waits_its_turn_ = !is_alone_ || shared_.events != nullptr;
    if (waits_its_turn_) shared_.due.add(shared_.now, this);
  }
  if (state_ == State::failed) return false;
  shared_.resting.remove(*this);
  is_put_away_ = false;
  touch();
  return true;
}

// The end of the batch has something to do here.
void FlowFile::touch() {
  if (touched_slot_ != kUntouched) return;
  touched_slot_ = static_cast<uint32_t>(shared_.touched.size());
  shared_.touched.push_back(this);
}

void FlowFile::complete() {
  is_complete_ = true;
  shared_.resting.remove(*this);
  if (state_ == State::due || state_ == State::made) touch();
}

void FlowFile::add(uint64_t offset, Bytes bytes, Timestamp time) {
  const uint64_t place = layout_.place(offset);
  const size_t kept = put(place, bytes);
  if (index_ && state_ != State::failed) index_->append(place, time, kept);
}

void FlowFile::add_gap(uint64_t offset, uint64_t length) {
  const uint64_t place = layout_.place(offset);
  std::string marker = layout_.add_gap(length);
  if (!marker.empty()) put(place, as_bytes(shared_.markers.emplace_back(std::move(marker))));
}

// Notes bytes of the file; returns how many of them are below the limit.
size_t FlowFile::put(uint64_t place, Bytes bytes) {
  if (!begin()) return 0;
  const uint64_t limit = shared_.options.limit;
  const uint64_t room = place < limit ? limit - place : 0;
  const Bytes kept = bytes.first(static_cast<size_t>(std::min<uint64_t>(room, bytes.size())));
  if (!kept.empty()) shared_.pieces.append(pieces_, place, kept);
  return kept.size();
}

void FlowFile::add_alternative(const StreamConflict& conflict) {
  if (!begin()) return;
  if (!alternatives_) alternatives_ = std::make_unique<Alternatives>(shared_.options.limits);
  // Their offsets are those of the stream: its place in the file may not be known yet.
  const bool is_same_place = shared_.options.gap == GapForm::zero;
  alternatives_->append(conflict,
                        is_same_place ? shared_.options.limit : FlowFilesOptions::kNoLimit);
  alternatives_cut_ = alternatives_->is_cut();
  // Where the file has no name yet they wait for the end of the batch, as its bytes do.
  if (alternatives_->waiting() > kMostAlternativesWaiting && !waits_its_turn_) write_out();
}

void FlowFile::end_batch(bool idle) {
  touched_slot_ = kUntouched;
  if (finished_) return;
  if (!idle && !is_complete_ && can_hold()) return hold();
  write_out();
  if (is_complete_) put_away();
}

bool FlowFile::can_hold() const {
  const size_t waiting = index_ ? index_->waiting() : 0;
  if (held_.size() + pieces_.bytes + waiting >= shared_.options.held_per_file) return false;
  if (pieces_.has_holes || (alternatives_ && alternatives_->waiting() != 0)) return false;
  if (held_.empty() || pieces_.empty()) return true;
  return held_at_ + held_.size() == shared_.pieces[pieces_.first].offset;
}

void FlowFile::hold() {
  if (held_.empty() && !pieces_.empty()) held_at_ = shared_.pieces[pieces_.first].offset;
  held_.reserve(held_.size() + pieces_.bytes);
  for (uint32_t at = pieces_.first; at != kNoPiece; at = shared_.pieces[at].next) {
    held_ += as_text(shared_.pieces[at].bytes);
  }
  pieces_ = {};
  // What is held little by little is mostly the file itself.
  shared_.held.set(*this, sizeof *this + held_.capacity() + (index_ ? index_->waiting() : 0));
}

void FlowFile::write_out() {
  if (state_ == State::due) make();
  if (state_ == State::made) write_pieces();
  if (index_ && exists_) write_beside(*index_);
  if (alternatives_ && exists_) write_beside(*alternatives_);
  drop_waiting();
  come_to_rest();
}

// What a file has beside it stays in memory with it, and so does one that was not closed well. One
// that is complete will be gone soon.
void FlowFile::come_to_rest() {
  const bool is_plain = !index_ && !alternatives_ && shared_.options.gap == GapForm::zero;
  const bool is_known = state_ == State::made || state_ == State::failed;
  const bool fits = file_.closed_well() && counter_ <= UINT32_MAX && error_ <= INT16_MAX;
  if (is_plain && is_known && fits && !is_complete_ && !has_ended_ && !finished_)
    shared_.resting.add(*this);
}

void FlowFile::rest() {
  FlowFilePlace& place = half_.place;
  const auto error = static_cast<int16_t>(exists_ ? error_ : -error_);
  place.rested = {size_, static_cast<uint32_t>(counter_), error};
  place.is_resting = true;
  place.file.reset();  // this is no more
}

void FlowFile::take_turn() {
  waits_its_turn_ = false;
  if (state_ == State::due) make();
}

void FlowFile::make() {
  const HalfInfo info = half_.flow.half_info(half_.from);
  const FileMaker::Made made =
      shared_.maker.create(shared_.budget, file_, {info, half_.flow.info().session});
  counter_ = made.counter;
  if (made.fd < 0) return fail(-made.fd);
  state_ = State::made;
  exists_ = true;
  if (shared_.events != nullptr) shared_.events->on_file_opened(file_.name);
}

std::optional<std::string> FlowFile::settled_name() {
  if (state_ == State::no_payload || (state_ == State::due && waits_its_turn_)) return std::nullopt;
  if (state_ == State::due) make();
  return exists_ ? file_.name : "";
}

// One write for each run without a hole; nearly always there is one run.
void FlowFile::write_pieces() {
  std::vector<iovec>& run = shared_.gathered;
  run.clear();
  uint64_t start = held_at_;
  uint64_t end = held_at_ + held_.size();
  if (!held_.empty()) run.push_back(as_iovec(as_bytes(held_)));
  for (uint32_t at = pieces_.first; at != kNoPiece; at = shared_.pieces[at].next) {
    const Piece& piece = shared_.pieces[at];
    if (run.empty() || piece.offset != end) {
      if (!write_run(start)) return;
      start = piece.offset;
    }
    run.push_back(as_iovec(piece.bytes));
    end = piece.offset + piece.bytes.size();
  }
  write_run(start);
}

// Writes what is gathered at `offset`. False: it failed.
bool FlowFile::write_run(uint64_t offset) {
  if (shared_.gathered.empty()) return true;
  const int fd = shared_.budget.use(file_);
  const Written done = fd < 0 ? Written{0, -fd} : write_at(fd, shared_.gathered, offset);
  shared_.gathered.clear();
  if (done.bytes != 0) size_ = std::max(size_, offset + done.bytes);
  if (done.code != 0) fail(done.code);
  return done.code == 0;
}

void FlowFile::write_beside(SideFile& file) {
  const int code = file.write_out(shared_.budget, file_.name);
  if (code != 0) report(file.name(), code);
}

void FlowFile::close_beside(SideFile& file) {
  const int code = file.close(shared_.budget);
  if (code != 0) report(file.name(), code);
}

void FlowFile::drop_waiting() {
  pieces_ = {};
  free_memory(held_);
  shared_.held.set(*this, 0);
}

void FlowFile::end() {
  if (std::exchange(has_ended_, true)) return;
  shared_.resting.remove(*this);
  shared_.finished.push_back({shared_.now, this});
}

void FlowFile::finish() {
  if (finished_) return;
  finished_ = true;
  if (state_ != State::no_payload) --shared_.incomplete;
  write_out();
  put_away();
  if (!exists_) return;
  if (index_) close_beside(*index_);
  if (alternatives_) close_beside(*alternatives_);
  index_.reset();
  alternatives_.reset();
  if (shared_.events != nullptr) shared_.events->on_file_closed(file_.name);
}

// All that is known to come is written: the file gets its time and is closed.
void FlowFile::put_away() {
  free_memory(held_);
  if (!exists_ || std::exchange(is_put_away_, true)) return;
  set_times();
  const int code = shared_.budget.close(file_);
  if (code != 0 && error_ == 0) fail(code);
}

// A file system that cannot keep the time still keeps the bytes, so a failure here is none.
void FlowFile::set_times() {
  timespec start{};
  start.tv_sec = whole_seconds(start_);
  start.tv_nsec = subsecond_nanos(start_);
  const timespec times[] = {start, start};
  if (file_.is_open()) {
    ::futimens(shared_.budget.use(file_), times);
  } else {
    ::utimensat(AT_FDCWD, file_.name.c_str(), times, AT_SYMLINK_NOFOLLOW);
  }
}

void FlowFile::fail(int code) {
  state_ = State::failed;
  error_ = code;
  report(file_.name.empty() ? "a flow file without a name" : file_.name, code);
}

void FlowFile::report(const std::string& name, int code) {
  shared_.errors.on_output_error(about_named_file(errno_error(name, code)));
}

void FlowFile::describe(HalfOutput& output) const {
  if (exists_) output.file_name = file_.name;
  output.file_size = size_;
  output.alternatives_cut = alternatives_cut_;
  if (error_ == 0) return;
  output.error =
      exists_ ? std::generic_category().message(error_) : errno_error(file_.name, error_).message;
}

}  // namespace tcpflow
