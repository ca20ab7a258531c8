#include "capture/archive_stream.h"

#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

namespace tcpflow {
namespace {

constexpr size_t kBufferSize = size_t{64} << 10;

// Only the one filter or format that was recognised: libarchive is not to guess again.
bool support(archive* reader, Compression kind) {
  if (kind == Compression::zip) return archive_read_support_format_zip(reader) == ARCHIVE_OK;
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  if (kind == Compression::bzip2) return archive_read_support_filter_bzip2(reader) == ARCHIVE_OK;
  if (kind == Compression::zstd) return archive_read_support_filter_zstd(reader) == ARCHIVE_OK;
  return archive_read_support_filter_lz4(reader) == ARCHIVE_OK;
}

// What a Mac adds to a zip beside the files themselves.
bool is_resource_fork(const std::string& member) { return member.starts_with("__MACOSX/"); }

}  // namespace

ArchiveStream::ArchiveStream(std::unique_ptr<ByteStream> raw, Compression kind)
    : raw_(std::move(raw)), kind_(kind), buffer_(kBufferSize) {}

la_ssize_t ArchiveStream::feed_callback(archive*, void* self, const void** block) {
  return static_cast<ArchiveStream*>(self)->feed(block);
}

la_ssize_t ArchiveStream::feed(const void** block) {
  while (!raw_ended_ && !is_stopped_) {
    const Result<StreamRead> got = raw_->read(buffer_);
    if (!got) raw_error_ = got.error();
    is_stopped_ = !got || got->state == StreamState::stopped;
    raw_ended_ = got && got->state == StreamState::end;
    if (!got || got->state != StreamState::data) continue;  // idle: it cannot be told so
    raw_bytes_ += got->count;
    *block = buffer_.data();
    return static_cast<la_ssize_t>(got->count);
  }
  return 0;
}

bool ArchiveStream::open() {
  reader_.reset(archive_read_new());
  if (!reader_ || !support(reader_.get(), kind_)) return false;
  status_ = archive_read_open(reader_.get(), this, nullptr, &feed_callback, nullptr);
  if (status_ != ARCHIVE_OK) return false;
  // A head too short for libarchive to know it again would pass through undecoded.
  const bool is_filtered = archive_filter_count(reader_.get()) > 1;
  if (kind_ != Compression::zip && !is_filtered) status_ = ARCHIVE_FATAL;
  return status_ == ARCHIVE_OK && next_member();
}

// Goes to the first block of the next file that has any. Other kinds than zip have one file at
// most.
bool ArchiveStream::next_member() {
  archive_entry* entry = nullptr;
  for (;;) {
    status_ = archive_read_next_header(reader_.get(), &entry);
    has_no_more_members_ = status_ == ARCHIVE_EOF;
    // A warning is about the name, which may not suit the locale.
    if (status_ != ARCHIVE_OK && status_ != ARCHIVE_WARN) return false;
    const char* path = archive_entry_pathname(entry);
    member_ = path ? path : "";
    const bool is_file = kind_ != Compression::zip || S_ISREG(archive_entry_mode(entry));
    if (!is_file || is_resource_fork(member_)) continue;
    if (next_block()) return true;
    if (status_ != ARCHIVE_EOF) return false;
  }
}

bool ArchiveStream::next_block() {
  const void* data = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  do {
    status_ = archive_read_data_block(reader_.get(), &data, &size, &offset);
  } while (status_ == ARCHIVE_OK && size == 0);
  block_ = {static_cast<const uint8_t*>(data), size};
  return status_ == ARCHIVE_OK;
}

Result<StreamRead> ArchiveStream::read(std::span<uint8_t> into) {
  // libarchive may have to wait for a whole block and cannot say idle meanwhile, so it is said
  // before.
  if (block_.empty() && owes_idle_) {
    owes_idle_ = false;
    return StreamRead{0, StreamState::idle};
  }
  if (!reader_ && !open()) return finish();
  if (block_.empty() && !next_block()) return finish();
  const size_t count = std::min(block_.size(), into.size());
  std::memcpy(into.data(), block_.data(), count);
  block_ = block_.subspan(count);
  owes_idle_ = is_prompt();
  return StreamRead{count, StreamState::data};
}

Result<StreamRead> ArchiveStream::finish() {
  if (raw_error_) return *raw_error_;
  if (is_stopped_) return StreamRead{0, StreamState::stopped};
  if (status_ != ARCHIVE_EOF) return broken();
  if (kind_ != Compression::zip || has_no_more_members_) return StreamRead{0, StreamState::end};
  const std::string first = member_;
  if (!next_member()) {
    if (status_ != ARCHIVE_EOF) return broken();
    return StreamRead{0, StreamState::end};
  }
  return Error{name() + ": this zip holds several files; only the first, " + first + ", was read",
               0};
}

Error ArchiveStream::broken() const {
  const std::string where = name() + ": compressed input ";
  const std::string lost = std::string("; the last block of the ") + compression_name(kind_) +
                           " data before that may be lost";
  if (raw_ended_) return {where + "ends early at byte " + std::to_string(raw_bytes_) + lost, 0};
  const char* why = reader_ ? archive_error_string(reader_.get()) : nullptr;
  return {where + "is damaged before byte " + std::to_string(raw_bytes_) + " (" +
              (why ? why : "no reason given") + ")" + lost,
          0};
}

}  // namespace tcpflow
