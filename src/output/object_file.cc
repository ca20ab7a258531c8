#include "output/object_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/free_memory.h"
#include "output/file_maker.h"
#include "output/gathered_write.h"

namespace tcpflow {
namespace {

constexpr size_t kUntouched = SIZE_MAX;
// What is open is written in pieces of this size at least, and no object holds much more.
constexpr size_t kPiece = size_t{32} << 10;
constexpr size_t kMostHeld = size_t{256} << 10;
// Spans are lent if they are as long as this on average. Shorter ones take more to be noted than to
// be copied.
constexpr size_t kLeastLent = 256;
// As 1.6.1 does: what lies there from an earlier run is no more; but no link is followed.
constexpr int kObjectFlags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;

}  // namespace

ObjectFile::ObjectFile(ObjectFilesShared& shared, About about)
    : shared_(shared), about_(std::move(about)), begun_(shared.now) {}

ObjectFile::~ObjectFile() {
  drop_held();
  stop_resting();
  if (touched_slot_ != kUntouched) shared_.touched[touched_slot_] = nullptr;
}

void ObjectFile::touch() {
  if (touched_slot_ != kUntouched) return;
  touched_slot_ = shared_.touched.size();
  shared_.touched.push_back(this);
}

// Holds back what it has, unless input rests.
void ObjectFile::rest() {
  if (resting_slot_ != kUntouched || held_.empty()) return;
  resting_slot_ = shared_.resting.size();
  shared_.resting.push_back(this);
}

void ObjectFile::stop_resting() {
  if (resting_slot_ == kUntouched) return;
  ObjectFile* const last = shared_.resting.back();
  last->resting_slot_ = resting_slot_;
  shared_.resting[resting_slot_] = last;
  shared_.resting.pop_back();
  resting_slot_ = kUntouched;
}

void ObjectFile::add(Bytes bytes) {
  if (state_ == State::failed) return;
  touch();
  fold();
  held_ += as_text(bytes);
  shared_.held += bytes.size();
  write_if_too_much();
}

void ObjectFile::lend(Bytes bytes) {
  if (lent_.bytes + bytes.size() < (lent_count_ + 1) * kLeastLent) return add(bytes);
  if (state_ == State::failed) return;
  touch();
  shared_.lent.append(lent_, lent_.bytes, bytes);
  ++lent_count_;
}

// What was lent is held from now on.
void ObjectFile::fold() {
  if (lent_.empty()) return;
  held_.reserve(held_.size() + lent_.bytes);
  for (uint32_t at = lent_.first; at != kNoPiece; at = shared_.lent[at].next) {
    held_ += as_text(shared_.lent[at].bytes);
  }
  shared_.held += lent_.bytes;
  lent_ = {};
  lent_count_ = 0;
}

void ObjectFile::write_if_too_much() {
  if (held_.size() >= kMostHeld || shared_.held > shared_.held_limit) write_ahead();
}

// A little can be packed to stand for very much.
void ObjectFile::write_ahead() {
  if (state_ == State::unnamed) {
    const std::optional<std::string> name = shared_.names.name_of(about_.flow, about_.from);
    if (!name && shared_.held <= shared_.held_limit) return;
    if (!name) return fail_without_name();
    make(name);
  }
  write_held();
}

void ObjectFile::skip(uint64_t length) {
  if (state_ == State::failed) return;
  touch();
  fold();
  if (held_.empty()) {
    held_at_ += length;
  } else if (!holes_.empty() && holes_.back().at == held_.size()) {
    holes_.back().length += length;
  } else {
    holes_.push_back({held_.size(), length});
    shared_.held += sizeof(Hole);
    write_if_too_much();
  }
}

void ObjectFile::mention() {
  is_mention_ = true;
  finish();
}

void ObjectFile::finish() {
  is_over_ = true;
  ended_ = shared_.now;
  touch();
}

void ObjectFile::end_batch(bool idle) {
  touched_slot_ = kUntouched;
  if (is_closed_) return;
  if (!is_over_ && !idle && held_.size() + lent_.bytes < kPiece) {
    fold();
    write_if_too_much();
    return rest();
  }
  stop_resting();
  if (state_ == State::unnamed) make(shared_.names.name_of(about_.flow, about_.from));
  if (!is_over_) return write_held();
  close();
}

void ObjectFile::complete(const std::string& flow_file) {
  if (!is_over_) finish();
  if (is_closed_) return;
  if (state_ == State::unnamed) make(flow_file);
  close();
}

// Without a file of the flow there is none: of that its own error has told.
void ObjectFile::make(std::optional<std::string> flow_file) {
  if (!flow_file || flow_file->empty()) {
    state_ = State::failed;
    return drop_held();
  }
  file_.name = std::move(*flow_file);
  file_.name.append(about_.suffix);
  if (is_mention_) {
    state_ = State::failed;
  } else {
    const int fd = create_with_folders(shared_.budget, file_, kObjectFlags);
    if (fd < 0) return fail(-fd);
    state_ = State::made;
  }
  const Moment now = std::exchange(shared_.now, begun_);
  if (shared_.events != nullptr) shared_.events->on_file_opened(file_.name);
  shared_.now = now;
}

void ObjectFile::write_held() {
  if (state_ != State::made || (held_.empty() && lent_.empty())) return drop_held();
  const int fd = shared_.budget.use(file_);
  const Written done = fd < 0 ? Written{0, -fd} : write_pieces(fd);
  drop_held();
  if (done.code != 0) fail(done.code);
}

// What is held, without its holes, and what is lent behind it.
Written ObjectFile::write_pieces(int fd) {
  const std::string_view held = held_;
  size_t from = 0;
  for (const Hole& hole : holes_) {
    const Written done = write_run(fd, held.substr(from, hole.at - from), {});
    if (done.code != 0) return done;
    held_at_ += hole.length;
    from = hole.at;
  }
  return write_run(fd, held.substr(from), lent_);
}

Written ObjectFile::write_run(int fd, std::string_view held, const PieceList& lent) {
  std::vector<iovec>& run = shared_.gathered;
  run.assign(1, as_iovec(as_bytes(held)));
  for (uint32_t at = lent.first; at != kNoPiece; at = shared_.lent[at].next) {
    run.push_back(as_iovec(shared_.lent[at].bytes));
  }
  const Written done = write_at(fd, run, held_at_);
  if (done.bytes != 0) written_ = held_at_ + done.bytes;
  if (done.code == 0) held_at_ += held.size() + lent.bytes;
  return done;
}

void ObjectFile::close() {
  is_closed_ = true;
  write_held();
  if (state_ != State::made) return;
  const int fd = shared_.budget.use(file_);
  // Octets that are missing at the end read as zeros, too.
  if (fd >= 0 && written_ < held_at_ && ::ftruncate(fd, static_cast<off_t>(held_at_)) != 0)
    fail(errno);
  timespec time{};
  time.tv_sec = whole_seconds(about_.start);
  time.tv_nsec = subsecond_nanos(about_.start);
  const timespec times[] = {time, time};
  if (fd >= 0) ::futimens(fd, times);
  const int code = shared_.budget.close(file_);
  if (code != 0) fail(code);
  const Moment now = std::exchange(shared_.now, ended_);
  if (shared_.events != nullptr) shared_.events->on_file_closed(file_.name);
  shared_.now = now;
}

void ObjectFile::drop_held() {
  shared_.held -= held_.size() + holes_.size() * sizeof(Hole);
  lent_ = {};
  lent_count_ = 0;
  free_memory(held_);
  free_memory(holes_);
}

void ObjectFile::fail(int code) {
  if (state_ == State::failed) return;
  state_ = State::failed;
  drop_held();
  shared_.errors.on_output_error(about_named_file(errno_error(file_.name, code)));
}

// Only where a name depends on the order of all flows (%N, %S) and a few packets unpack to more
// than all objects together may hold.
void ObjectFile::fail_without_name() {
  state_ = State::failed;
  drop_held();
  std::string text = "object ";
  text.append(about_.suffix).append(": left out, too large before the name of its flow is known");
  shared_.errors.on_output_error({std::move(text), 0});
}

}  // namespace tcpflow
