#include "output/tar_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/number_text.h"
#include "output/tar_format.h"

namespace tcpflow {
namespace {

constexpr size_t kBufferSize = size_t{256} << 10;
constexpr std::array<char, 2 * kTarBlock> kZeros{};  // also what ends a tar

constexpr uint64_t block_start(uint64_t place) { return place / kTarBlock * kTarBlock; }
constexpr uint64_t block_end(uint64_t place) { return place + tar_padding(place); }

// Calls `take` with each stretch of `content` between holes, in order. Stretches are whole blocks,
// but for the end of the last one: GNU tar reads no others. False: not all can be read.
template <typename Take>
bool for_each_stretch(const EntryContent& content, std::span<uint8_t> buffer, Take take) {
  ContentReader reader(content, buffer);
  ContentRun stretch;
  while (reader.next_run()) {
    const ContentRun& run = reader.run();
    const uint64_t end = std::min(block_end(run.place + run.length), content.size());
    if (stretch.length != 0 && block_start(run.place) > stretch.place + stretch.length) {
      take(stretch);
      stretch = {};
    }
    if (stretch.length == 0) stretch.place = block_start(run.place);
    stretch.length = end - stretch.place;
  }
  if (stretch.length != 0) take(stretch);
  return !reader.failed();
}

void append_line(std::string& out, uint64_t number) {
  append_number(out, number);
  out += '\n';
}

// The line of a stretch in the map, in `line`.
const std::string& map_line(std::string& line, const ContentRun& run) {
  line.clear();
  append_line(line, run.place);
  append_line(line, run.length);
  return line;
}

}  // namespace

Result<std::unique_ptr<ArchiveFormat>> make_tar(ArchiveOutput& out, bool is_compressed) {
  std::unique_ptr<ZstdStream> zstd;
  if (is_compressed) {
    zstd = ZstdStream::make(out);
    if (!zstd) return Error{"this libarchive cannot write zstd"};
  }
  return std::unique_ptr<ArchiveFormat>(std::make_unique<TarFile>(out, std::move(zstd)));
}

TarFile::TarFile(ArchiveOutput& out, std::unique_ptr<ZstdStream> zstd)
    : out_(out), zstd_(std::move(zstd)), buffer_(kBufferSize) {}

uint64_t TarFile::room_for(const EntryMeta& meta, const EntryContent& content) const {
  uint64_t room = most_tar_header(meta.name.size()) + kZeros.size() + kTarBlock;
  if (content.missing() < kSparseFrom) {
    room += content.size();
  } else {  // a line of two numbers and the rest of two blocks for each run
    room += content.stored() + content.most_runs() * (42 + 2 * kTarBlock) + kTarBlock;
  }
  return zstd_ == nullptr ? room : room + room / 128 + ZstdStream::kMostWaiting;
}

bool TarFile::put(const EntryMeta& meta, const EntryContent& content) {
  if (content.missing() >= kSparseFrom) return put_sparse(meta, content);
  header_.clear();
  append_tar_header(header_, {meta.name, meta.time, meta.mode, content.size()});
  write(header_);
  const bool is_whole =
      read_whole(content, buffer_, [this](std::string_view text) { write(text); });
  write_zeros(tar_padding(content.size()));
  return is_whole;
}

// The map comes first and may be long, so the runs are walked through three times: for its size, to
// write it, and for the bytes.
bool TarFile::put_sparse(const EntryMeta& meta, const EntryContent& content) {
  SparseSizes sizes;
  const bool is_whole = for_each_stretch(content, buffer_, [&](const ContentRun& run) {
    ++sizes.stretches;
    sizes.map += map_line(line_, run).size();
    sizes.bytes += run.length;
  });
  line_.clear();
  append_line(line_, sizes.stretches);
  sizes.map = block_end(sizes.map + line_.size());
  const uint64_t packed_size = sizes.map + sizes.bytes;
  header_.clear();
  append_tar_header(header_, {meta.name, meta.time, meta.mode, content.size(), true, packed_size});
  write(header_);
  put_map(content, sizes);
  return put_stretches(content, sizes) && is_whole;
}

void TarFile::put_map(const EntryContent& content, const SparseSizes& sizes) {
  line_.clear();
  append_line(line_, sizes.stretches);
  write(line_);
  uint64_t left = sizes.map - line_.size();
  for_each_stretch(content, buffer_, [&](const ContentRun& run) {
    write(map_line(line_, run));
    left -= line_.size();
  });
  write_zeros(left);
}

bool TarFile::put_stretches(const EntryContent& content, const SparseSizes& sizes) {
  uint64_t left = sizes.bytes;
  uint64_t end = 0;  // of the bytes so far, in the file
  const auto put_zeros = [&](uint64_t count) {
    write_zeros(count);
    left -= count;
  };
  ContentReader reader(content, buffer_);
  while (reader.next_run()) {
    const uint64_t begin = reader.run().place;
    if (block_start(begin) > end) {  // a new stretch, behind the last block of the one before
      put_zeros(tar_padding(end));
      end = block_start(begin);
    }
    put_zeros(begin - end);
    for (Bytes bytes = reader.next_bytes(); !bytes.empty(); bytes = reader.next_bytes()) {
      write(as_text(bytes));
      left -= bytes.size();
    }
    end = begin + reader.run().length;
  }
  const bool is_whole = left == 0;
  write_zeros(left + tar_padding(sizes.bytes));
  return is_whole;
}

void TarFile::end() {
  write({kZeros.data(), kZeros.size()});
  if (zstd_) zstd_->end();
}

void TarFile::write(std::string_view text) {
  if (zstd_) {
    zstd_->write(text);
  } else {
    out_.write(text);
  }
}

void TarFile::write_zeros(uint64_t count) {
  while (count != 0) {
    const size_t now = std::min<uint64_t>(count, kZeros.size());
    write({kZeros.data(), now});
    count -= now;
  }
}

}  // namespace tcpflow
