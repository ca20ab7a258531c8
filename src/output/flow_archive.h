// --archive: an entry of an archive for each half, in place of a file.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/limits.h"
#include "flow/consumer.h"
#include "flow/gap_layout.h"
#include "output/alternatives.h"
#include "output/archive_sink.h"
#include "output/file_events.h"
#include "output/packet_index.h"

namespace tcpflow {

class ArchivedHalf;

struct FlowArchiveOptions {
  uint64_t limit = UINT64_MAX;  // -b: bytes at this offset and behind are not stored
  bool index = false;           // -I
  GapForm gap = GapForm::zero;  // --gap
  // Zeros that an entry may hold for missing bytes, where the archive knows no holes.
  uint64_t most_zeros = UINT64_MAX;
  OutputLimits limits;
};

// Halves with bytes in memory, the one that waits longest first. Links lie in the halves.
class WaitingHalves {
 public:
  // `half` now holds so many octets and is the last in the row. 0 takes it out.
  void set(ArchivedHalf& half, size_t octets);
  ArchivedHalf* oldest() const { return first_; }
  size_t total() const { return total_; }

 private:
  void link(ArchivedHalf& half);
  void unlink(ArchivedHalf& half);

  ArchivedHalf* first_ = nullptr;
  ArchivedHalf* last_ = nullptr;
  size_t total_ = 0;
};

// What the halves of one thread share. Outlives them.
struct FlowArchiveShared {
  FlowArchiveOptions options;
  Spool& spool;
  ArchiveSink& sink;
  OutputErrors& errors;
  WaitingHalves waiting;
  uint64_t zeros_hits = 0;  // halves that were cut at most_zeros
};

// Gathers what is to be stored of a half: bytes as they come, in memory while they are few. Lives
// in its flow's consumer and stays in place. One thread.
class ArchivedHalf {
 public:
  ArchivedHalf(FlowArchiveShared& shared, const HalfInfo& half, uint64_t session);
  ~ArchivedHalf() { shared_.waiting.set(*this, 0); }
  ArchivedHalf(const ArchivedHalf&) = delete;
  ArchivedHalf& operator=(const ArchivedHalf&) = delete;

  void add(uint64_t offset, Bytes bytes, Timestamp time);
  void add_gap(uint64_t offset, uint64_t length);
  void add_alternative(const StreamConflict& conflict);
  // Moves what is in memory to the spool.
  void move_out();
  // No more bytes will come: hands the entry over.
  void finish();
  // Fills what the reports want to know, after finish().
  void describe(HalfOutput& output) const;

 private:
  friend class WaitingHalves;

  void begin();
  size_t put(uint64_t place, Bytes bytes);
  void weigh();
  size_t held() const;
  void drain();
  void move_out(EntryContent& content);
  void end_early(std::string why);

  FlowArchiveShared& shared_;
  ArchiveEntry entry_;
  GapLayout layout_;
  std::unique_ptr<PacketIndex> index_;          // null without -I
  std::unique_ptr<Alternatives> alternatives_;  // null: none so far
  uint64_t size_ = 0;                           // of the entry that was handed over
  size_t counted_ = 0;                          // what WaitingHalves has on the books for us
  ArchivedHalf* before_ = nullptr;
  ArchivedHalf* behind_ = nullptr;
  std::string error_;  // why nothing more is taken; empty: it is
  bool begun_ = false;
  bool finished_ = false;
  bool alternatives_cut_ = false;
};

// Makes the consumers that fill an archive. What they gather is copied, so that nothing is to be
// done when a batch ends. One per thread that has flows, used on that thread; outlives its
// consumers, and its spool outlives the entries.
class FlowArchive : public ConsumerFactory {
 public:
  struct Borrowed {
    ArchiveSink& sink;
    OutputErrors& errors;
  };
  FlowArchive(const FlowArchiveOptions& options, std::unique_ptr<Spool> spool,
              const Borrowed& borrowed)
      : spool_(std::move(spool)),
        shared_{options, *spool_, borrowed.sink, borrowed.errors, {}, 0} {}

  std::unique_ptr<StreamConsumer> create() override;

  // Octets in memory just now.
  size_t waiting() const { return shared_.waiting.total(); }
  uint64_t zeros_hits() const { return shared_.zeros_hits; }

 private:
  std::unique_ptr<Spool> spool_;
  FlowArchiveShared shared_;
};

}  // namespace tcpflow
