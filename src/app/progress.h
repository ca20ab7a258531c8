// Tells a user who waits how far a run has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "app/input_volume.h"
#include "app/status_line.h"
#include "base/time.h"
#include "engine/engine.h"

namespace tcpflow {

// in_place: one line that is rewritten. lines: one below the other.
enum class ProgressForm : uint8_t { in_place, lines };

struct ProgressFacts {
  ReadPosition position;  // of all inputs
  double rate = 0;        // octets read in a second
  uint64_t packets = 0;
  uint64_t flows = 0;
  Duration took{0};
  bool is_over = false;
};
// " 42 %, 1 min 13 s left, 312.0 MB/s, 41,234,567 packets, 1,203,456 flows"; where no size is known
// the time that it took stands in front. A pure function.
std::string progress_text(const ProgressFacts& facts);

// Says nothing in a run's first second, and after it no more than is pleasant. Main thread; borrows
// the line.
class Progress : public ProgressListener {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Clock = std::function<Instant()>;

  // The run begins now.
  Progress(StatusLine& line, ProgressForm form, Clock clock);

  // What there is to read. Without this no share is told.
  void set_sizes(InputVolume::Sizes sizes) { volume_ = InputVolume(std::move(sizes)); }
  // `index`: of its size.
  void begin_input(size_t index, const PacketSource& source);
  void on_progress(const EngineTotals& totals, const PacketSource& source) override;
  // The run is over. Lines get a last one with its totals, however short it was.
  void end(const EngineTotals& totals);

 private:
  // How much had been read at some time.
  struct Mark {
    Instant time;
    uint64_t octets = 0;
  };
  ProgressFacts facts(const Mark& now) const;
  double rate_until(const Mark& now);

  StatusLine& line_;
  ProgressForm form_;
  Clock clock_;
  InputVolume volume_{{}};
  Instant began_;
  Instant next_;  // when to speak again
  Mark newer_;    // the rate is that since older_, some seconds
  Mark older_;
};

}  // namespace tcpflow
