// The three parts of report.xml as text: what stands before the flows, one flow, what stands after.
// Pure functions.
#pragma once

#include <string>

#include "flow/flow_record.h"
#include "report/record_text.h"
#include "report/run_facts.h"

namespace tcpflow {

// Up to and with the start tag that the flows' elements follow.
std::string dfxml_head(const StartFacts& facts);

// Appends one fileobject for each half that exists, in the order of their flow numbers.
RecordSpans append_dfxml_flow(std::string& out, const FlowRecord& record);
inline std::string dfxml_flow(const FlowRecord& record) {
  std::string text;
  append_dfxml_flow(text, record);
  return text;
}

// From the end tag of the flows to the end of the file. `records_lost`: pieces that could not be
// written; `clock`: time since the run began.
struct TailFacts {
  const RunFacts& run;
  uint64_t records_lost = 0;
  Duration clock{0};
};
std::string dfxml_tail(const TailFacts& facts);

// The least that makes the report well-formed, for a disk without room for the tail.
std::string dfxml_shortest_tail();

}  // namespace tcpflow
