// The bytes of one entry of an archive, in memory and on disk.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "output/spool.h"

namespace tcpflow {

// Bytes by rising place, with holes between them. What was moved to a spool stands before what is
// in memory. Can be moved, also to another thread; gives its room in the spool back when it goes.
class EntryContent {
 public:
  EntryContent() = default;
  EntryContent(EntryContent&& other) noexcept { *this = std::move(other); }
  EntryContent& operator=(EntryContent&& other) noexcept;
  EntryContent(const EntryContent&) = delete;
  EntryContent& operator=(const EntryContent&) = delete;
  ~EntryContent() { release(); }

  // Copies `bytes`; `place` is not before size().
  void append(uint64_t place, Bytes bytes);
  // Moves all that is in memory to `spool`, always the same one, which outlives this. Returns 0 or
  // an errno; then it stays in memory.
  int spool_to(Spool& spool);
  // True if it is one run from its start, in memory.
  bool is_plain() const {
    return chain_.runs == 0 && (runs_.empty() || (runs_.size() == 1 && runs_[0].place == 0));
  }
  // Such a run.
  Bytes plain() const { return as_bytes(bytes_); }
  // Puts a copy of such a run into the place of another.
  void set_plain(Bytes bytes);
  // Forgets what is in memory: the content ends before it.
  void drop_held();

  // Where its last byte ends.
  uint64_t size() const { return size_; }
  // Without holes.
  uint64_t stored() const { return stored_; }
  // How many octets of the holes there are.
  uint64_t missing() const { return size_ - stored_; }
  // As many runs as this, or fewer.
  uint64_t most_runs() const { return chain_.runs + runs_.size(); }
  // Octets of memory in use.
  size_t held() const {
    return runs_.empty() ? 0 : bytes_.capacity() + runs_.capacity() * sizeof(ContentRun);
  }

 private:
  friend class ContentReader;
  void free_held();
  void release();

  std::string bytes_;             // of runs_, one behind the other
  std::vector<ContentRun> runs_;  // in memory
  SpoolChain chain_;
  const Spool* spool_ = nullptr;  // null: nothing is on disk
  uint64_t spooled_size_ = 0;     // size() without what is in memory
  uint64_t size_ = 0;
  uint64_t stored_ = 0;
};

// Reads a content from its first byte to its last. Borrows its arguments; one thread.
class ContentReader {
 public:
  // Bytes from the spool are read into `buffer`, which is not empty.
  ContentReader(const EntryContent& content, std::span<uint8_t> buffer);

  // Goes on to the next run, also past bytes that were not asked for. False: there is none, or it
  // cannot be read. Runs without a hole between them may come as one or several.
  bool next_run();
  const ContentRun& run() const { return run_; }
  // The next bytes of this run, good until the next call; empty: it is over, or cannot be read.
  Bytes next_bytes();
  // Something could not be read.
  bool failed() const { return failed_; }

 private:
  bool next_record();
  bool next_held();

  const EntryContent& content_;
  std::span<uint8_t> buffer_;
  ContentRun run_;
  uint64_t given_ = 0;  // bytes of this run so far
  uint64_t records_left_;
  uint64_t record_at_;
  uint64_t bytes_at_ = 0;  // of this run: in the spool or in memory
  size_t held_next_ = 0;   // index into runs_
  bool is_held_ = false;   // this run is in memory
  bool failed_ = false;
};

// Hands all of `content` to `take`, a function of std::string_view, with zeros in its holes. False:
// not all could be read; then there are zeros in the place of the rest.
template <typename Take>
bool read_whole(const EntryContent& content, std::span<uint8_t> buffer, Take take) {
  static constexpr std::array<char, 65536> kZeros{};
  uint64_t place = 0;
  const auto fill_to = [&](uint64_t end) {
    while (place < end) {
      const size_t count = std::min<uint64_t>(end - place, kZeros.size());
      take(std::string_view(kZeros.data(), count));
      place += count;
    }
  };
  ContentReader reader(content, buffer);
  while (reader.next_run()) {
    fill_to(reader.run().place);
    for (Bytes bytes = reader.next_bytes(); !bytes.empty(); bytes = reader.next_bytes()) {
      take(as_text(bytes));
      place += bytes.size();
    }
  }
  fill_to(content.size());
  return !reader.failed();
}

}  // namespace tcpflow
