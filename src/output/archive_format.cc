#include "output/archive_format.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "output/utf8.h"

namespace tcpflow {
namespace {

constexpr size_t kBufferSize = size_t{256} << 10;
// More than the fastest level is rarely worth its time here.
constexpr char kLevel[] = "1";
constexpr uint64_t kBlock = 512;  // of a tar
// The most that a zip says of an entry beside its name and bytes: in front and behind, and in the
// directory. Extra fields (64-bit sizes, times, owner) included.
constexpr uint64_t kMostAround = 160;
constexpr uint64_t kMostListed = 160;
constexpr uint64_t kMostEnd = 128;                // what ends a zip, behind its directory
constexpr uint64_t kMostTarHeaders = 4 * kBlock;  // beside the name, which may be in two of them
constexpr uint64_t kMostTarEnd = 2 * kBlock;
constexpr uint64_t kMostInZstd = uint64_t{1} << 20;  // that it holds back of what it was given

constexpr uint64_t block_start(uint64_t place) { return place / kBlock * kBlock; }
constexpr uint64_t block_end(uint64_t place) { return (place + kBlock - 1) / kBlock * kBlock; }

// The most that deflate makes of so many bytes.
uint64_t deflate_bound(const EntryContent& content) {
  return content.stored() + content.stored() / 1024 + content.missing() / 128 + (64 << 10);
}

bool is_sparse(const EntryContent& content) {
  return content.missing() >= ArchiveFormat::kSparseFrom;
}

// Times in a zip have 32 bits, which readers take for signed.
Timestamp zip_time(Timestamp time) {
  return std::clamp(time, make_time(INT32_MIN, 0), make_time(INT32_MAX, 0));
}

}  // namespace

Utf8Locale::~Utf8Locale() {
  if (locale_ != nullptr) ::freelocale(locale_);
}

Utf8Locale::Use::~Use() {
  if (before_ != nullptr) ::uselocale(before_);
}

// libarchive ends an archive that was not ended when it lets go of it, and only then gives back all
// that it took: what it writes now goes nowhere.
ArchiveFormat::~ArchiveFormat() {
  is_given_up_ = true;
  writer_.reset();
}

Result<std::unique_ptr<ArchiveFormat>> ArchiveFormat::make(ArchiveKind kind, ArchiveOutput& out,
                                                           const OutputLimits& limits) {
  auto format = std::make_unique<ArchiveFormat>(kind, out, limits);
  if (format->start()) return format;
  return Error{kind == ArchiveKind::zip ? "this libarchive cannot deflate"
                                        : "this libarchive cannot write zstd"};
}

ArchiveFormat::ArchiveFormat(ArchiveKind kind, ArchiveOutput& out, const OutputLimits& limits)
    : kind_(kind),
      out_(out),
      limits_(limits),
      writer_(archive_write_new()),
      entry_(archive_entry_new()),
      buffer_(kBufferSize) {}

bool ArchiveFormat::start() {
  archive* const writer = writer_.get();
  if (writer == nullptr || entry_ == nullptr) return false;
  if (kind_ == ArchiveKind::zip) {
    if (!set_zip()) return false;
  } else {
    archive_write_set_format_pax(writer);
  }
  // A warning means that another program would do it.
  const bool is_packed = kind_ == ArchiveKind::tar_zst;
  if (is_packed && archive_write_add_filter_zstd(writer) != ARCHIVE_OK) return false;
  archive_write_set_bytes_per_block(writer, 0);  // at once, and without padding at the end
  return archive_write_open(writer, this, nullptr, &pass_on, nullptr) == ARCHIVE_OK;
}

bool ArchiveFormat::set_zip() {
  archive* const writer = writer_.get();
  archive_write_set_format_zip(writer);
  return archive_write_set_format_option(writer, "zip", "compression-level", kLevel) ==
             ARCHIVE_OK &&
         archive_write_zip_set_compression_deflate(writer) == ARCHIVE_OK;
}

la_ssize_t ArchiveFormat::pass_on(archive*, void* self, const void* data, size_t size) {
  ArchiveFormat& format = *static_cast<ArchiveFormat*>(self);
  if (!format.is_given_up_) format.out_.write({static_cast<const char*>(data), size});
  return static_cast<la_ssize_t>(size);
}

size_t ArchiveFormat::longest_name() const {
  return kind_ == ArchiveKind::zip ? UINT16_MAX : size_t{1} << 20;
}

uint64_t ArchiveFormat::room_for(const EntryMeta& meta, const EntryContent& content) const {
  return kind_ == ArchiveKind::zip ? zip_room(meta, content) : tar_room(meta, content);
}

uint64_t ArchiveFormat::zip_room(const EntryMeta& meta, const EntryContent& content) const {
  const uint64_t size = content.size();
  const uint64_t packed = size < kDeflatedFrom ? size : std::max(size, deflate_bound(content));
  return packed + 2 * meta.name.size() + kMostAround + kMostListed + directory_size_ + kMostEnd;
}

uint64_t ArchiveFormat::tar_room(const EntryMeta& meta, const EntryContent& content) const {
  uint64_t room = kMostTarHeaders + 2 * meta.name.size() + kMostTarEnd + kBlock;
  if (is_sparse(content)) {  // a line of two numbers and the rest of two blocks for each run
    room += content.stored() + content.most_runs() * (42 + 2 * kBlock) + kBlock;
    if (content.most_runs() > limits_.archive_holes_per_half) {
      room += std::min(content.missing(), limits_.archive_zeros_per_half);
    }
  } else {
    room += content.size();
  }
  return kind_ == ArchiveKind::tar ? room : room + room / 128 + kMostInZstd;
}

int ArchiveFormat::put(const EntryMeta& meta, const EntryContent& content) {
  const bool is_zip = kind_ == ArchiveKind::zip;
  // A zip would say that the name is UTF-8; a tar looks itself.
  const bool is_utf8 = !is_zip || text_kind(meta.name) != TextKind::other;
  std::optional<Utf8Locale::Use> locale;
  if (is_utf8) locale.emplace(utf8_);
  const Timestamp time = is_zip ? zip_time(meta.time) : meta.time;
  archive_entry* const entry = entry_.get();
  archive_entry_clear(entry);
  archive_entry_copy_pathname(entry, meta.name.c_str());
  archive_entry_set_filetype(entry, S_IFREG);
  archive_entry_set_perm(entry, meta.mode);
  archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  archive_entry_set_mtime(entry, whole_seconds(time), subsecond_nanos(time));
  bool is_whole = set_method(content);
  archive* const writer = writer_.get();
  // A warning is about a name that is no text.
  if (archive_write_header(writer, entry) < ARCHIVE_WARN) {
    return archive_errno(writer) > 0 ? archive_errno(writer) : EIO;
  }
  if (is_zip) directory_size_ += kMostListed + meta.name.size();
  is_whole = read_whole(content, buffer_,
                        [writer](std::string_view text) {
                          archive_write_data(writer, text.data(), text.size());
                        }) &&
             is_whole;
  archive_write_finish_entry(writer);
  return is_whole ? 0 : kEntryDamaged;
}

// False: not all of it can be read.
bool ArchiveFormat::set_method(const EntryContent& content) {
  if (kind_ != ArchiveKind::zip) return !is_sparse(content) || add_stretches(content);
  if (content.size() < kDeflatedFrom) {
    archive_write_zip_set_compression_store(writer_.get());
  } else {
    archive_write_zip_set_compression_deflate(writer_.get());
  }
  return true;
}

// Names the stretches between holes, in order. They are whole blocks, but for the end of the last
// one: GNU tar reads no others. Holes past the limit are zeros.
bool ArchiveFormat::add_stretches(const EntryContent& content) {
  const auto add = [this](const ContentRun& run) {
    archive_entry_sparse_add_entry(entry_.get(), static_cast<la_int64_t>(run.place),
                                   static_cast<la_int64_t>(run.length));
  };
  size_t holes = 0;
  uint64_t place = 0;
  ContentRun stretch;
  ContentReader reader(content, buffer_);
  while (reader.next_run()) {
    const ContentRun& run = reader.run();
    const bool is_hole = run.place > place && holes++ < limits_.archive_holes_per_half;
    place = run.place + run.length;
    if (is_hole && block_start(run.place) > stretch.place + stretch.length) {
      if (stretch.length != 0) add(stretch);
      stretch = {block_start(run.place), 0};
    }
    stretch.length = std::min(block_end(place), content.size()) - stretch.place;
  }
  if (reader.failed()) stretch.length = content.size() - stretch.place;
  if (stretch.length != 0) add(stretch);
  return !reader.failed();
}

void ArchiveFormat::end() {
  const Utf8Locale::Use locale(utf8_);
  archive_write_close(writer_.get());
}

}  // namespace tcpflow
