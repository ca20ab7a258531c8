#include "flow/endpoint_view.h"

#include <algorithm>

#include "stream/seq.h"

namespace tcpflow {
namespace {

// A timestamp so much older than the last is still taken; Linux is off by one on purpose.
constexpr int32_t kTimestampSlack = 1;
// After so long without one, a timestamp may be older (RFC 7323, 5.5).
constexpr Duration kTimestampAge = std::chrono::hours(24 * 24);
// So many segments in a row, each where the one before ended, are no insertion: the capture must
// have missed what would explain them.
constexpr uint8_t kMostInARow = 8;
constexpr uint64_t kUnknownAcked = UINT64_MAX;
// No window is larger (RFC 7323, 2.3).
constexpr int32_t kLargestWindow = 1 << 30;

// It uses sequence numbers.
bool occupies(const Segment& s) { return s.payload_length() > 0 || s.has(tcp_flag::kFin); }

// The sequence number after all that it uses.
uint32_t end_of(const Segment& s) {
  return end_of_payload(s) + (s.has(tcp_flag::kFin) && !is_syn(s) ? 1 : 0);
}

// The payload of a SYN is taken by hosts that know a cookie (RFC 7413), or not: the answer tells.
std::optional<uint32_t> taken_of_syn(const KeptSegment& syn, const Arrival& next) {
  const Segment& s = next.segment;
  const uint32_t first = first_payload_byte(syn.segment);
  const uint32_t length = syn.segment.payload_length();
  if (next.from == syn.from) {
    if (is_syn(s)) return std::nullopt;
    return sequence_distance(s.sequence, first + length) >= 0 ? length : 0;
  }
  if (!s.has(tcp_flag::kAck)) return std::nullopt;
  const int32_t acked = sequence_distance(s.acknowledgement, first);
  if (acked < 0) return std::nullopt;
  return std::min(static_cast<uint32_t>(acked), length);
}

// Bytes that a segment acknowledges are not in the capture, or were not sent. Its own side goes on
// to acknowledge them, or not; the other side goes on behind them, or sends them only now.
bool is_contradicted(const Segment& kept, const Segment& next) {
  if (!occupies(next)) return true;
  return sequence_distance(end_of(next), kept.acknowledgement) > 0;
}
std::optional<uint32_t> taken_of_early(const KeptSegment& kept, const Arrival& next) {
  const Segment& s = next.segment;
  const uint32_t ack = kept.segment.acknowledgement;
  const uint32_t all = kept.segment.payload_length();
  if (next.from == kept.from) {
    if (!s.has(tcp_flag::kAck)) return std::nullopt;
    return sequence_distance(s.acknowledgement, ack) >= 0 ? all : 0;
  }
  const bool is_acknowledged = s.has(tcp_flag::kAck) && s.acknowledgement == end_of(kept.segment);
  if (is_acknowledged || sequence_distance(s.sequence, ack) >= 0) return all;
  if (is_contradicted(kept.segment, s)) return 0;
  if (end_of(s) == ack) return all;
  return std::nullopt;
}

}  // namespace

std::optional<Suspect> EndpointView::objection_to_form(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const Side& mine = side(arrival.from);
  if (s.bad_checksum) return Suspect::bad_checksum;
  const bool signs_unasked = mine.syn_has_options && !mine.signs;
  if (s.has_options && s.options.has_md5 && !is_syn(s) && signs_unasked) {
    return Suspect::unsolicited_md5;
  }
  return lacks_ack(s) ? std::optional(Suspect::no_ack_flag) : std::nullopt;
}

std::optional<Suspect> EndpointView::objection_to_place(const Arrival& arrival,
                                                        bool is_repeat) const {
  const Segment& s = arrival.segment;
  // What a RST or a SYN does to a connection is judged elsewhere.
  if (s.has(tcp_flag::kRst) || s.has(tcp_flag::kSyn)) return std::nullopt;
  const bool must_fit = occupies(s) && !is_repeat;
  if (must_fit && is_old_timestamp(arrival)) return Suspect::old_timestamp;
  if (must_fit && is_beyond_window(arrival)) return Suspect::beyond_window;
  if (!s.has(tcp_flag::kAck)) return std::nullopt;
  if (is_ack_of_unsent(arrival)) return Suspect::ack_of_unsent;
  if (must_fit && is_old_ack(arrival)) return Suspect::old_ack;
  return std::nullopt;
}

bool EndpointView::has_acknowledged(Direction from, const Segment& segment) const {
  const Side& mine = side(from);
  const Side& receiver = side(opposite(from));
  const uint32_t end = end_of(segment);
  const bool has_fin = segment.has(tcp_flag::kFin);
  if (!receiver.has_ack) {
    return mine.has_sent && !has_fin && sequence_distance(mine.sent_end, end) >= 0;
  }
  const int32_t beyond = sequence_distance(receiver.ack, end);
  if (!has_fin) return beyond >= 0;
  return beyond == 0 && (!mine.has_sent || sequence_distance(end, mine.sent_end) >= 0);
}

// RFC 7323, 5.3. A segment without a timestamp is taken all the same.
bool EndpointView::is_old_timestamp(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const Side& mine = side(arrival.from);
  if (!s.has_options || !s.options.has_timestamp || !mine.has_timestamp) return false;
  for (const Side& one : sides_) {
    if (one.syn_has_options && !one.stamps) return false;  // they did not agree on timestamps
  }
  if (elapsed(mine.timestamp_time, arrival.packet.time) > kTimestampAge) return false;
  return sequence_distance(mine.timestamp, s.options.timestamp) > kTimestampSlack;
}

// A sender that simply goes on has been told of a window that the capture does not show, and so has
// one that was further on already.
bool EndpointView::is_beyond_window(const Arrival& arrival) const {
  const Side& mine = side(arrival.from);
  const Side& receiver = side(opposite(arrival.from));
  const uint32_t sequence = arrival.segment.sequence;
  if (!mine.has_sent || !receiver.has_ack || sequence == mine.sent_end) return false;
  if (sequence_distance(mine.sent_end, receiver.edge) > 0) return false;
  return sequence_distance(sequence, receiver.edge) > 0;
}

// RFC 5961, 5.2: by more than the largest window, or by more than was ever acknowledged.
bool EndpointView::is_old_ack(const Arrival& arrival) const {
  const Side& mine = side(arrival.from);
  if (!mine.has_ack) return false;
  const int64_t behind = sequence_distance(mine.ack, arrival.segment.acknowledgement);
  const uint64_t most = std::min<uint64_t>(mine.max_window, mine.acked);
  return behind > static_cast<int64_t>(most);
}

// Its sender has taken what was kept of the other half.
bool EndpointView::acknowledges_kept(const Arrival& arrival) const {
  const KeptSegments& kept = kept_[index_of(opposite(arrival.from))];
  return std::any_of(kept.begin(), kept.end(), [&arrival](const auto& one) {
    return !is_syn(one->segment) && arrival.segment.acknowledgement == end_of(one->segment);
  });
}

// The same bytes once more do not confirm what was kept of them.
bool EndpointView::repeats_kept(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  if (!occupies(s)) return false;
  const KeptSegments& kept = kept_[index_of(arrival.from)];
  return std::any_of(kept.begin(), kept.end(), [&s](const auto& one) {
    return sequence_distance(s.sequence, end_of(one->segment)) < 0 &&
           sequence_distance(one->segment.sequence, end_of(s)) < 0;
  });
}

// A half that goes on so acknowledges what the capture missed.
bool EndpointView::is_ack_of_unsent(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const Side& mine = side(arrival.from);
  const Side& other = side(opposite(arrival.from));
  if (!other.has_sent || sequence_distance(s.acknowledgement, other.sent_end) <= 0) return false;
  const bool is_as_far =
      mine.has_unsent && sequence_distance(s.acknowledgement, mine.unsent_ack) >= 0;
  const bool goes_on = is_as_far && !repeats_kept(arrival);
  return !goes_on && !acknowledges_kept(arrival);
}

void EndpointView::learn(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  if (s.has(tcp_flag::kRst)) return;
  Side& mine = side(arrival.from);
  if (is_syn(s)) learn_syn(arrival);
  if (s.has_options && s.options.has_timestamp) learn_timestamp(arrival);
  const uint32_t end = end_of(s);
  if (!mine.has_sent || sequence_distance(end, mine.sent_end) > 0) mine.sent_end = end;
  mine.has_sent = true;
  mine.has_unsent = false;
  mine.left_out = 0;
  if (s.has(tcp_flag::kAck)) learn_ack(arrival);
}

void EndpointView::learn_syn(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  Side& mine = side(arrival.from);
  if (mine.saw_syn && mine.isn != s.sequence) {  // another answer to the same SYN
    mine = Side();
    side(opposite(arrival.from)).has_ack = false;
  }
  mine.saw_syn = true;
  mine.isn = s.sequence;
  if (!s.has_options) return;
  // A SYN that is sent again may do without options: what was offered once may be in use.
  mine.syn_has_options = true;
  mine.has_scale = mine.has_scale || s.options.window_scale != TcpOptions::kNoScale;
  if (s.options.window_scale != TcpOptions::kNoScale) mine.scale = s.options.window_scale;
  mine.stamps = mine.stamps || s.options.has_timestamp;
  mine.signs = mine.signs || s.options.has_md5;
}

// As RFC 7323, 4.3 has it, only those count that the receiver was waiting for.
void EndpointView::learn_timestamp(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  Side& mine = side(arrival.from);
  const Side& receiver = side(opposite(arrival.from));
  const bool has_expected = receiver.has_ack || mine.has_sent;
  const uint32_t expected = receiver.has_ack ? receiver.ack : mine.sent_end;
  if (has_expected && !is_syn(s) && sequence_distance(s.sequence, expected) > 0) return;
  const bool is_older = sequence_distance(s.options.timestamp, mine.timestamp) < 0;
  const Duration age = elapsed(mine.timestamp_time, arrival.packet.time);
  if (mine.has_timestamp && is_older && age <= kTimestampAge) return;
  mine.has_timestamp = true;
  mine.timestamp = s.options.timestamp;
  mine.timestamp_time = arrival.packet.time;
}

void EndpointView::learn_ack(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  Side& mine = side(arrival.from);
  Side& other = side(opposite(arrival.from));
  const uint8_t scale = is_syn(s) ? uint8_t{0} : scale_of(arrival.from);
  const uint32_t window = uint32_t{s.window} << scale;
  const uint32_t edge = s.acknowledgement + window;
  mine.max_window = std::max(mine.max_window, window);
  if (!mine.has_ack) {
    mine.has_ack = true;
    mine.ack = s.acknowledgement;
    mine.edge = edge;
    const int32_t acked = sequence_distance(s.acknowledgement, other.isn + 1);
    mine.acked = other.saw_syn ? static_cast<uint64_t>(std::max(acked, 0)) : kUnknownAcked;
  }
  const int32_t news = sequence_distance(s.acknowledgement, mine.ack);
  if (news > 0) {
    mine.ack = s.acknowledgement;
    if (mine.acked != kUnknownAcked) mine.acked += static_cast<uint64_t>(news);
  }
  if (sequence_distance(edge, mine.edge) > 0) mine.edge = edge;
  const bool shows_more = sequence_distance(s.acknowledgement, other.sent_end) > 0;
  if (other.has_sent && shows_more) other.sent_end = s.acknowledgement;
}

// What this side's windows are shifted by (RFC 7323, 2.2): nothing unless both SYNs offered it, and
// as much as may be where the capture does not tell.
uint8_t EndpointView::scale_of(Direction from) const {
  const Side& mine = side(from);
  for (const Side& one : sides_) {
    if (one.syn_has_options && !one.has_scale) return 0;
  }
  return mine.syn_has_options ? mine.scale : TcpOptions::kMostScale;
}

void EndpointView::leave_out(const Arrival& arrival, Suspect why) {
  const Segment& s = arrival.segment;
  Side& mine = side(arrival.from);
  note(arrival.from, why);
  ledger(arrival.from).runs.add(first_payload_byte(s), s.payload_length());
  if (why == Suspect::bad_checksum || why == Suspect::no_ack_flag) return;
  if (why == Suspect::unsolicited_md5) return;
  if (why == Suspect::ack_of_unsent) {
    mine.has_unsent = true;
    mine.unsent_ack = s.acknowledgement;
    learn_window_of_doubted(arrival);
  }
  if (!occupies(s)) return;
  const bool goes_on = mine.left_out > 0 && s.sequence == mine.left_out_end;
  mine.left_out = static_cast<uint8_t>(goes_on ? mine.left_out + 1 : 1);
  mine.left_out_end = end_of(s);
  if (mine.left_out >= kMostInARow) forget();
}

// It may be right, so it may excuse what the other side sends; it never condemns that.
void EndpointView::learn_window_of_doubted(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  Side& mine = side(arrival.from);
  const uint32_t edge = s.acknowledgement + (uint32_t{s.window} << scale_of(arrival.from));
  const int32_t ahead = sequence_distance(edge, side(opposite(arrival.from)).sent_end);
  if (!mine.has_ack || ahead < 0 || ahead > kLargestWindow) return;
  if (sequence_distance(edge, mine.edge) > 0) mine.edge = edge;
}

// What was known must be wrong: from here on it is learnt anew. What the SYNs agreed on stays.
void EndpointView::forget() {
  for (Side& one : sides_) {
    one.has_sent = one.has_ack = one.has_timestamp = one.has_unsent = false;
    one.max_window = 0;
    one.left_out = 0;
    one.saw_syn = false;  // nothing is counted from it any longer
  }
}

std::optional<uint32_t> EndpointView::taken_of_kept(const KeptSegment& kept, const Arrival& next) {
  if (next.segment.has(tcp_flag::kRst)) return std::nullopt;
  return is_syn(kept.segment) ? taken_of_syn(kept, next) : taken_of_early(kept, next);
}

EndpointView::Ledger& EndpointView::ledger(Direction from) {
  if (!ledgers_) ledgers_ = std::make_unique<std::array<Ledger, 2>>();
  return (*ledgers_)[index_of(from)];
}

void EndpointView::note(Direction from, Suspect why) {
  ++ledger(from).suspects[static_cast<size_t>(why)];
}

void EndpointView::take_back(Direction from, Suspect why) {
  --ledger(from).suspects[static_cast<size_t>(why)];
}

bool EndpointView::left_out(Direction from, uint32_t begin, uint64_t length) const {
  return ledgers_ && (*ledgers_)[index_of(from)].runs.touches(begin, length);
}

void EndpointView::describe(Direction from, HalfRecord& record) const {
  if (!ledgers_) return;
  for (size_t i = 0; i < kSuspectCount; ++i) {
    record.suspects[i] += (*ledgers_)[index_of(from)].suspects[i];
  }
}

}  // namespace tcpflow
