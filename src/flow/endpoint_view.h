// --strict: which segments the host that they were sent to would have ignored.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "flow/arrival.h"
#include "flow/flow_record.h"
#include "flow/kept_segment.h"
#include "flow/left_out_runs.h"

namespace tcpflow {

// What a connection's segments say that each of its hosts would ignore, by the rules of Linux.
// A capture may lack packets, or a whole side: what was not seen objects to nothing, and what was
// seen is doubted when a half goes on in spite of it. Owned by its TcpFlow, used on the table's
// thread. Sequence numbers stay as they are on the wire: all comparisons are within a window.
class EndpointView {
 public:
  // So many are kept of a half.
  static constexpr size_t kMostKept = 32;
  // In the order they came.
  using KeptSegments = std::vector<std::unique_ptr<KeptSegment>>;

  // Why the receiver would ignore the segment whatever it means.
  std::optional<Suspect> objection_to_form(const Arrival& arrival) const;
  // Why it would ignore it as part of this connection. `is_repeat`: it has all of it already, so
  // nothing of this connection's state need fit it.
  std::optional<Suspect> objection_to_place(const Arrival& arrival, bool is_repeat) const;
  // The receiver of a segment from there has acknowledged all of it, or its sender went on behind
  // it where its receiver is not seen. A FIN counts only as the last that both sides say.
  bool has_acknowledged(Direction from, const Segment& segment) const;
  // The receiver takes the segment.
  void learn(const Arrival& arrival);
  // It does not, for this reason.
  void leave_out(const Arrival& arrival, Suspect why);
  // Counts one, whatever became of it.
  void note(Direction from, Suspect why);
  // One that was left out for this reason was taken, as it turns out.
  void take_back(Direction from, Suspect why);
  // Segments of this half of which more must come to know whether they were taken.
  KeptSegments& kept(Direction from) { return kept_[index_of(from)]; }
  // Of the payload of a kept segment, which is a SYN or acknowledged too much, how many octets its
  // receiver has taken if `next` is the next segment. Empty: that does not tell.
  static std::optional<uint32_t> taken_of_kept(const KeptSegment& kept, const Arrival& next);
  bool holds() const { return !kept_[0].empty() || !kept_[1].empty(); }
  // Payload was left out there: `length` octets from `begin` on have some of it.
  bool left_out(Direction from, uint32_t begin, uint64_t length) const;
  // Adds what it counted.
  void describe(Direction from, HalfRecord& record) const;

 private:
  // What the segments of one side said. A sequence number counts if its flag is set.
  struct Side {
    uint32_t isn = 0;
    uint32_t sent_end = 0;    // the number after the highest that it used
    uint32_t ack = 0;         // its highest acknowledgement
    uint32_t edge = 0;        // the first number that the other side may not use
    uint32_t max_window = 0;  // the largest it granted, scaled
    uint64_t acked = 0;       // how far its acknowledgements have come
    uint32_t timestamp = 0;   // the last by which others are judged
    Timestamp timestamp_time;
    uint32_t unsent_ack = 0;    // of the last that was left out because it acknowledged too much
    uint32_t left_out_end = 0;  // where the last that was left out ended
    uint8_t left_out = 0;       // how many in a row, each where the one before ended
    uint8_t scale = 0;          // with syn_has_options
    bool saw_syn = false;
    bool syn_has_options = false;  // the next three are known
    bool has_scale = false;
    bool stamps = false;
    bool signs = false;
    bool has_sent = false;
    bool has_ack = false;
    bool has_timestamp = false;
    bool has_unsent = false;
  };

  Side& side(Direction d) { return sides_[index_of(d)]; }
  const Side& side(Direction d) const { return sides_[index_of(d)]; }
  bool is_old_timestamp(const Arrival& arrival) const;
  bool is_beyond_window(const Arrival& arrival) const;
  bool is_old_ack(const Arrival& arrival) const;
  bool is_ack_of_unsent(const Arrival& arrival) const;
  bool acknowledges_kept(const Arrival& arrival) const;
  bool repeats_kept(const Arrival& arrival) const;
  uint8_t scale_of(Direction from) const;
  void learn_syn(const Arrival& arrival);
  void learn_timestamp(const Arrival& arrival);
  void learn_ack(const Arrival& arrival);
  void learn_window_of_doubted(const Arrival& arrival);
  void forget();

  // What was left out of a half.
  struct Ledger {
    std::array<uint32_t, kSuspectCount> suspects{};
    LeftOutRuns runs;
  };
  Ledger& ledger(Direction from);

  std::array<Side, 2> sides_;
  std::array<KeptSegments, 2> kept_;
  // Most connections leave nothing out. Null: so it is.
  std::unique_ptr<std::array<Ledger, 2>> ledgers_;
};

}  // namespace tcpflow
