#include "output/zip_file.h"

#include <algorithm>
#include <utility>

namespace tcpflow {
namespace {

constexpr size_t kBufferSize = size_t{256} << 10;
// More than the fastest level is rarely worth its time here.
constexpr int kLevel = Z_BEST_SPEED;
constexpr int kRawDeflate = -15;  // no zlib header, the largest window
constexpr int kMemoryLevel = 8;

// The most that deflate makes of so many bytes.
uint64_t deflate_bound(const EntryContent& content) {
  return content.stored() + content.stored() / 1024 + content.missing() / 128 + (64 << 10);
}

uint32_t add_to_crc(uint32_t crc, std::string_view text) {
  return static_cast<uint32_t>(
      ::crc32_z(crc, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

}  // namespace

// It only fails for want of memory, as all else here would.
Deflater::Deflater() : packed_(kBufferSize) {
  ::deflateInit2(&stream_, kLevel, Z_DEFLATED, kRawDeflate, kMemoryLevel, Z_DEFAULT_STRATEGY);
}

void Deflater::write(std::string_view text, ArchiveOutput& out) {
  constexpr size_t kMost = size_t{1} << 30;  // zlib counts in unsigned int
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kMost))) {
    push(text.substr(0, kMost), Z_NO_FLUSH, out);
  }
}

void Deflater::push(std::string_view text, int flush, ArchiveOutput& out) {
  // zlib only reads it, but the pointer is not const.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream_.avail_in = static_cast<uInt>(text.size());
  do {
    stream_.next_out = packed_.data();
    stream_.avail_out = static_cast<uInt>(packed_.size());
    ::deflate(&stream_, flush);
    out.write(as_text(Bytes(packed_).first(packed_.size() - stream_.avail_out)));
  } while (stream_.avail_out == 0);
}

ZipFile::ZipFile(ArchiveOutput& out, std::unique_ptr<Spool> spool)
    : out_(out), spool_(std::move(spool)), buffer_(kBufferSize) {}

uint64_t ZipFile::room_for(const EntryMeta& meta, const EntryContent& content) const {
  const uint64_t size = content.size();
  const uint64_t packed = size < kDeflatedFrom ? size : std::max(size, deflate_bound(content));
  return packed + 2 * meta.name.size() + directory_.size() + kZipOverhead;
}

bool ZipFile::put(const EntryMeta& meta, const EntryContent& content) {
  ZipEntry entry{meta.name, meta.time, meta.mode};
  entry.size = content.size();
  entry.offset = out_.position();
  const bool is_large = entry.size >= kDeflatedFrom;
  const bool is_whole = is_large ? put_deflated(entry, content) : put_stored(entry, content);
  central_.clear();
  append_zip_central(central_, entry);
  return is_whole;
}

bool ZipFile::put_stored(ZipEntry& entry, const EntryContent& content) {
  small_.clear();
  const bool is_whole =
      read_whole(content, buffer_, [this](std::string_view text) { small_ += text; });
  entry.crc = add_to_crc(0, small_);
  entry.packed_size = small_.size();
  header_.clear();
  append_zip_local(header_, entry);
  out_.write(header_);
  out_.write(small_);
  return is_whole;
}

// The header is written twice: what it says of the packed bytes is known behind them.
bool ZipFile::put_deflated(ZipEntry& entry, const EntryContent& content) {
  entry.method = ZipMethod::deflated;
  header_.clear();
  append_zip_local(header_, entry);
  out_.write(header_);
  const uint64_t start = out_.position();
  deflater_.begin();
  const bool is_whole = read_whole(content, buffer_, [&](std::string_view text) {
    entry.crc = add_to_crc(entry.crc, text);
    deflater_.write(text, out_);
  });
  deflater_.end(out_);
  entry.packed_size = out_.position() - start;
  header_.clear();
  append_zip_local(header_, entry);
  out_.replace(entry.offset, header_);
  return is_whole;
}

void ZipFile::keep() {
  directory_.append(directory_.size(), as_bytes(central_));
  ++entries_;
  if (!spools_ || directory_.held() < OutputLimits().archive_directory) return;
  spools_ = directory_.spool_to(*spool_) == 0;
}

void ZipFile::end() {
  const ZipDirectory directory{entries_, out_.position(), directory_.size()};
  read_whole(directory_, buffer_, [&](std::string_view text) { out_.write(text); });
  header_.clear();
  append_zip_end(header_, directory);
  out_.write(header_);
}

}  // namespace tcpflow
