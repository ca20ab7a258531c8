#include "output/archived_object.h"

#include <utility>

namespace tcpflow {
namespace {

constexpr size_t kBookkeeping = 256;  // besides: until it is handed over, and on its way

}  // namespace

ArchivedObject::ArchivedObject(ArchiveObjectsShared& shared, About about)
    : GatheredEntry(shared.archive.shared().gathered),
      shared_(shared),
      flows_(shared.archive.shared()),
      about_(std::move(about)) {
  shared_.held += cost();
}

ArchivedObject::~ArchivedObject() { shared_.held -= cost(); }

size_t ArchivedObject::cost() const {
  return sizeof(ArchivedObject) + about_.suffix.size() + kBookkeeping;
}

void ArchivedObject::add(Bytes bytes) {
  if (is_cut_ || bytes.empty()) return;
  const uint64_t missing = size_ - bytes_.size();
  if (missing > 0 && !missing_.take(missing, flows_.options.missing)) {
    ++flows_.zeros_hits;
    return end_early("too much is missing for so many holes or zeros: what follows is left out");
  }
  bytes_.append(size_, bytes);
  size_ += bytes.size();
  if (bytes_.held() > flows_.options.limits.archive_held_per_half) return move_out();
  flows_.gathered.set(*this, bytes_.held());
  flows_.gathered.weigh();
}

void ArchivedObject::skip(uint64_t length) {
  if (!is_cut_) size_ += length;
}

void ArchivedObject::move_out() {
  const int code = bytes_.spool_to(flows_.use.spool);
  if (code != 0) {
    bytes_.drop_held();
    end_early(errno_error("the temporary file of the archive", code).message);
  }
  flows_.gathered.set(*this, 0);
}

void ArchivedObject::end_early(std::string_view why) {
  if (std::exchange(is_cut_, true)) return;
  size_ = bytes_.size();
  std::string text = "object ";
  text.append(about_.suffix).append(": not whole in the archive: ").append(why);
  flows_.use.errors.on_output_error({std::move(text), 0});
}

// Octets that are missing at the end are part of it, as in a file; the last of them is stored, for
// a content ends where its bytes do.
void ArchivedObject::finish() {
  if (std::exchange(is_over_, true)) return;
  constexpr uint8_t kZero[] = {0};
  if (size_ > bytes_.size()) {
    --size_;
    add(kZero);
  }
  flows_.gathered.add_finished(*this, flows_.use.now);
}

void ArchivedObject::hand_over() {
  complete(shared_.archive.name_of(about_.flow, about_.from).value_or(""));
  home_->erase(place_);
}

// Without an entry of the flow there is none: of that its own error has told.
void ArchivedObject::complete(const std::string& flow_entry) {
  finish();
  flows_.gathered.set(*this, 0);
  if (flow_entry.empty() || bytes_.size() == 0) return;
  ArchiveEntry entry;
  entry.name = flow_entry;
  entry.name.append(about_.suffix);
  entry.flow_number = about_.flow.half_info(about_.from).flow_number;
  entry.time = about_.start;
  entry.bytes = std::move(bytes_);
  entry.is_object = true;
  flows_.use.sink.on_entry(flows_.use.now, entry);
}

}  // namespace tcpflow
