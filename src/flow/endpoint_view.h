// --strict: which segments the host that they were sent to would have ignored.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "flow/arrival.h"
#include "flow/flow_record.h"
#include "flow/kept_segment.h"

namespace tcpflow {

// What a connection's segments say that each of its hosts would ignore, by the rules of Linux.
// A capture may lack packets, or a whole side: what was not seen objects to nothing, and what was
// seen is doubted when a half goes on in spite of it. Owned by its TcpFlow, used on the table's
// thread. Sequence numbers stay as they are on the wire: all comparisons are within a window.
class EndpointView {
 public:
  // Why the receiver would ignore the segment whatever it means.
  std::optional<Suspect> objection_to_form(const Arrival& arrival) const;
  // Why it would ignore it as part of this connection.
  std::optional<Suspect> objection_to_place(const Arrival& arrival) const;
  // The receiver takes the segment.
  void learn(const Arrival& arrival);
  // It does not, for this reason.
  void leave_out(const Arrival& arrival, Suspect why);
  // Counts one, whatever became of it.
  void note(Direction from, Suspect why);
  // One that was left out for this reason was taken, as it turns out.
  void take_back(Direction from, Suspect why);
  // A segment of this half of which more must come to know whether it was taken; may be null.
  std::unique_ptr<KeptSegment>& kept(Direction from) { return kept_[index_of(from)]; }
  // Of the kept segment's payload, how many octets its receiver has taken if `next`, which is
  // taken, is the next segment. Empty: that does not tell.
  std::optional<uint32_t> taken_of_kept(Direction from, const Arrival& next) const;
  bool holds() const { return kept_[0] || kept_[1]; }
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
    // The last that was left out because it acknowledged too much: how much, and where it ended.
    uint32_t unsent_ack = 0;
    uint32_t unsent_end = 0;
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
  uint8_t scale_of(Direction from) const;
  void learn_syn(const Arrival& arrival);
  void learn_timestamp(const Arrival& arrival);
  void learn_ack(const Arrival& arrival);
  void forget();

  std::array<Side, 2> sides_;
  std::array<std::unique_ptr<KeptSegment>, 2> kept_;
  // Most connections have none. Null: so it is.
  using Counts = std::array<std::array<uint32_t, kSuspectCount>, 2>;
  std::unique_ptr<Counts> suspects_;
};

}  // namespace tcpflow
