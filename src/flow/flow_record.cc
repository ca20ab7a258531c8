#include "flow/flow_record.h"

namespace tcpflow {

const char* gap_reason_name(GapReason why) {
  static constexpr std::array<const char*, kGapReasonCount> kNames = {
      "not_captured", "snap_length", "limit", "capture_drop", "left_out"};
  return kNames[static_cast<size_t>(why)];
}

const char* half_end_name(HalfEnd why) {
  static constexpr std::array<const char*, kHalfEndCount> kNames = {"open", "fin", "fin_gap",
                                                                    "reset", "jump"};
  return kNames[static_cast<size_t>(why)];
}

const char* flow_end_name(FlowEnd why) {
  static constexpr std::array<const char*, 7> kNames = {
      "closed", "capture_end", "timeout", "reused", "jump", "evicted", "lifetime"};
  return kNames[static_cast<size_t>(why)];
}

const char* object_end_name(ObjectEnd end) {
  static constexpr std::array<const char*, kObjectEndCount> kNames = {
      "complete", "gap", "open", "reset", "malformed", "coding", "limit"};
  return kNames[static_cast<size_t>(end)];
}

const char* suspect_name(Suspect why) {
  static constexpr std::array<const char*, kSuspectCount> kNames = {
      "reset_in_window",  "reset_out_of_window", "syn_repeated", "data_after_fin",
      "data_after_reset", "data_on_reset",       "before_start", "fin_moved",
      "conflict",         "no_ack_flag",         "data_on_syn",  "fragment_conflict",
      "bad_checksum",     "ack_of_unsent",       "old_ack",      "beyond_window",
      "old_timestamp",    "unsolicited_md5"};
  return kNames[static_cast<size_t>(why)];
}

}  // namespace tcpflow
