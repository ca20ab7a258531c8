#include "output/entry_content.h"

#include <algorithm>
#include <utility>

#include "base/free_memory.h"

namespace tcpflow {

EntryContent& EntryContent::operator=(EntryContent&& other) noexcept {
  if (this == &other) return *this;
  release();
  free_held();
  bytes_ = std::exchange(other.bytes_, {});
  runs_ = std::exchange(other.runs_, {});
  chain_ = std::exchange(other.chain_, {});
  spool_ = std::exchange(other.spool_, nullptr);
  spooled_size_ = std::exchange(other.spooled_size_, 0);
  size_ = std::exchange(other.size_, 0);
  stored_ = std::exchange(other.stored_, 0);
  return *this;
}

void EntryContent::append(uint64_t place, Bytes bytes) {
  if (bytes.empty()) return;
  if (!runs_.empty() && runs_.back().place + runs_.back().length == place) {
    runs_.back().length += bytes.size();
  } else {
    runs_.push_back({place, bytes.size()});
  }
  bytes_ += as_text(bytes);
  size_ = place + bytes.size();
  stored_ += bytes.size();
}

int EntryContent::spool_to(Spool& spool) {
  const int code = spool.append(chain_, runs_, as_bytes(bytes_));
  if (chain_.runs != 0) spool_ = &spool;
  if (code != 0) return code;
  spooled_size_ = size_;
  free_held();
  return 0;
}

void EntryContent::drop_held() {
  size_ = spooled_size_;
  stored_ -= bytes_.size();
  free_held();
}

void EntryContent::set_plain(Bytes bytes) {
  bytes_.clear();
  runs_.clear();
  size_ = stored_ = 0;
  append(0, bytes);
}

void EntryContent::free_held() {
  free_memory(bytes_);
  free_memory(runs_);
}

void EntryContent::release() {
  if (spool_ != nullptr) spool_->release(chain_);
  spool_ = nullptr;
}

ContentReader::ContentReader(const EntryContent& content, std::span<uint8_t> buffer)
    : content_(content),
      buffer_(buffer),
      records_left_(content.chain_.runs),
      record_at_(content.chain_.first) {}

bool ContentReader::next_run() {
  given_ = 0;
  run_ = {};
  return records_left_ != 0 ? next_record() : next_held();
}

bool ContentReader::next_record() {
  Spool::Record record;
  if (failed_ || !content_.spool_->read_record(record_at_, record)) {
    failed_ = true;
    return false;
  }
  --records_left_;
  record_at_ = record.next;
  run_ = record.run;
  bytes_at_ = record.bytes_at;
  return true;
}

bool ContentReader::next_held() {
  if (failed_ || held_next_ == content_.runs_.size()) return false;
  bytes_at_ = is_held_ ? bytes_at_ + content_.runs_[held_next_ - 1].length : 0;
  is_held_ = true;
  run_ = content_.runs_[held_next_++];
  return true;
}

Bytes ContentReader::next_bytes() {
  const uint64_t rest = run_.length - given_;
  if (failed_ || rest == 0) return {};
  if (is_held_) {
    given_ = run_.length;
    return as_bytes(content_.bytes_).subspan(bytes_at_, rest);
  }
  const std::span<uint8_t> into = buffer_.first(std::min<uint64_t>(rest, buffer_.size()));
  if (!content_.spool_->read(bytes_at_ + given_, into)) {
    failed_ = true;
    return {};
  }
  given_ += into.size();
  return into;
}

}  // namespace tcpflow
