// What a segment means to the flow that its addresses and ports lead to. Nothing changes here.
#include <cstdlib>

#include "flow/tcp_flow.h"

namespace tcpflow {
namespace {

// Payload so close behind a doubtful SYN belongs to it, unless it belongs to the old stream.
constexpr int32_t kSynWindow = 1 << 16;
// A segment no further than this from the end of the current stream belongs to it.
constexpr int64_t kCurrentReach = 1 << 20;

}  // namespace

Verdict TcpFlow::judge(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  if (is_syn(s) && fits_late_syn(arrival)) return Verdict::take;
  if (doubtful_syn() && confirms_doubtful_syn(arrival)) return Verdict::confirms_syn;
  if (is_syn(s)) return judge_syn(arrival);
  if (!brings_data(s) && !s.has(tcp_flag::kFin)) return Verdict::take;
  if (prior() && is_straggler(arrival)) return Verdict::straggler;
  if (!brings_data(s)) return Verdict::take;
  const bool jumps = std::llabs(distance_from_stream(arrival)) > context_.options.max_jump;
  return jumps ? Verdict::jump : Verdict::take;
}

// How far the segment begins from where its half stands; 0 where nothing is known.
int64_t TcpFlow::distance_from_stream(const Arrival& arrival) const {
  const TcpHalf& mine = half(arrival.from);
  const uint32_t sequence = arrival.segment.sequence;
  if (mine.stream()) return mine.stream()->jump_to(sequence);
  return mine.saw_syn ? sequence_distance(sequence, mine.isn + 1) : 0;
}

// The SYN of a half that was seen without one.
bool TcpFlow::fits_late_syn(const Arrival& arrival) const {
  const TcpHalf& mine = half(arrival.from);
  if (!mine.stream() || mine.saw_syn) return false;
  return mine.stream()->fits_late_syn(arrival.segment.sequence + 1, is_closing());
}

Verdict TcpFlow::judge_syn(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  if (mine.saw_syn && mine.isn == s.sequence) {
    return mine.has_data() ? Verdict::repeated_syn : Verdict::take;
  }
  const bool is_answer = other.syn_is_answered_by(s);
  if (!mine.exists && (is_answer || !other.exists)) return Verdict::take;
  if (is_answer && !mine.has_data()) return Verdict::take;  // two servers answer one SYN
  if (is_answer) return Verdict::doubtful_syn;  // to this connection's SYN, so it begins no other
  if (is_closing()) return Verdict::new_connection;
  if (mine.exists) return Verdict::doubtful_syn;
  const bool begins_anew = !s.has(tcp_flag::kAck) && other.has_data() && !other.saw_syn;
  return begins_anew ? Verdict::new_connection : Verdict::take;
}

// The peer answered the remembered SYN, or its sender goes on in its sequence space (design rule
// 8).
bool TcpFlow::confirms_doubtful_syn(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const uint32_t first = first_payload_byte(doubtful_syn()->segment);
  const uint32_t on_syn = doubtful_syn()->segment.payload_length();
  if (arrival.from != doubtful_syn()->from) {
    return is_syn(s) && s.has(tcp_flag::kAck) && s.acknowledgement - first <= on_syn;
  }
  if (!brings_data(s) || is_syn(s)) return false;
  // An endpoint goes on with the old connection until its own answer says otherwise.
  if (endpoint() && half(opposite(doubtful_syn()->from)).exists) return false;
  const int64_t from_old = std::llabs(distance_from_stream(arrival));
  if (s.sequence == first || s.sequence == first + on_syn) return from_old != 0;
  const int32_t into_new = sequence_distance(s.sequence, first);
  return into_new > 0 && into_new <= kSynWindow && from_old > kCurrentReach;
}

// Late payload or a late FIN of the connection that this one replaced.
bool TcpFlow::is_straggler(const Arrival& arrival) const {
  if (elapsed(prior()->replaced, arrival.packet.time) > context_.options.flow.remember)
    return false;
  if (!prior()->covers(arrival.segment, arrival.sender_is_low)) return false;
  if (answers_this_connection(arrival)) return false;
  const TcpHalf& mine = half(arrival.from);
  if (!mine.exists) return true;
  const int64_t away = distance_from_stream(arrival);
  return std::llabs(away) > kCurrentReach || (mine.saw_syn && away < 0 && !mine.has_data());
}

// Routers change VLANs within a connection and between its directions; other tenants of the same
// addresses have other sequence numbers.
bool TcpFlow::goes_on_with(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  if (is_syn(s)) return goes_on_with_syn(arrival);
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  if (mine.stream() || mine.saw_syn) {
    return std::llabs(distance_from_stream(arrival)) <= kCurrentReach;
  }
  if (other.saw_ack) {
    return std::llabs(int64_t{sequence_distance(s.sequence, other.last_ack)}) <= kCurrentReach;
  }
  return answers_this_connection(arrival);
}

bool TcpFlow::goes_on_with_syn(const Arrival& arrival) const {
  const TcpHalf& mine = half(arrival.from);
  if (mine.saw_syn) return mine.isn == arrival.segment.sequence;
  if (half(opposite(arrival.from)).syn_is_answered_by(arrival.segment)) return true;
  return fits_late_syn(arrival);
}

// It acknowledges the SYN or bytes that the other side has sent in this connection.
bool TcpFlow::answers_this_connection(const Arrival& arrival) const {
  const TcpHalf& other = half(opposite(arrival.from));
  if (!other.saw_syn || !arrival.segment.has(tcp_flag::kAck)) return false;
  const uint64_t sent = other.stream() ? other.stream()->length() : 0;
  return arrival.segment.acknowledgement - (other.isn + 1) <= sent + 1;  // 1: a FIN
}

}  // namespace tcpflow
