#include "report/json_run.h"

#include "base/drop.h"
#include "flow/flow_record.h"
#include "report/json_form.h"

namespace tcpflow {
namespace {

void add_inputs(JsonLine& line, const RunFacts& facts) {
  line.key("inputs");
  line.begin_list();
  for (const InputFacts& input : facts.inputs) {
    line.begin_object();
    line.text("name", input.name);
    line.number("packets", input.packets);
    if (input.loss_known) {
      line.number("dropped_by_kernel", input.dropped_by_kernel);
      line.number("dropped_by_interface", input.dropped_by_interface);
    }
    line.text_if("error", input.error);
    line.end_object();
  }
  line.end_list();
}

void add_packets(JsonLine& line, const RunFacts& facts) {
  line.number("packets", facts.packets_read);
  line.number("packets_refused", facts.packets_refused);
  line.number("bytes", facts.bytes_captured);
  if (facts.span) {
    line.time("first_packet", facts.span->first);
    line.time("last_packet", facts.span->second);
  }
  line.key("drops");
  line.begin_object();
  for (size_t i = 0; i < kDropCount; ++i) {
    const auto why = static_cast<Drop>(i);
    line.number_if(drop_name(why), facts.drops[why]);
  }
  line.end_object();
}

void add_flows(JsonLine& line, const FlowCounters& flows) {
  line.number("connections", flows.connections);
  line.number("udp_conversations", flows.udp_conversations);
  line.number("streams", flows.halves);
  line.number("streams_complete", flows.streams_complete);
  line.number("streams_with_gaps", flows.streams_with_gaps);
  line.number("stream_bytes", flows.stream_bytes);
  line.number("gaps", flows.gaps);
  line.number("gap_bytes", flows.gap_bytes);
  line.number("conflict_bytes", flows.conflict_bytes);
  line.number("repeated_bytes", flows.repeated_bytes);
}

void add_limits(JsonLine& line, const RunFacts& facts) {
  line.key("limits");
  line.begin_object();
  for (const LimitFacts& limit : facts.limits) line.number_if(limit.name, limit.hits);
  line.end_object();
}

}  // namespace

std::string json_run_line(const StartFacts& facts) {
  JsonLine line;
  line.begin();
  line.text("event", "run");
  line.time("ts", facts.start);
  line.number("schema", kJsonSchema);
  line.text("program", "tcpflow");
  line.text("version", facts.version);
  line.key("command_line");
  line.begin_list();
  for (const std::string& word : facts.command_line) line.element(word);
  line.end_list();
  return std::string(line.finish());
}

std::string json_summary_line(const RunFacts& facts, Timestamp end) {
  JsonLine line;
  line.begin();
  line.text("event", "summary");
  line.time("ts", end);
  add_packets(line, facts);
  if (facts.has_flows) add_flows(line, facts.flows);
  if (facts.objects) {
    line.number("objects", facts.objects->count());
    line.number("objects_complete", facts.objects->complete());
  }
  add_limits(line, facts);
  add_inputs(line, facts);
  line.text_if("signal", facts.signal);
  line.key("errors");
  line.begin_list();
  for (const std::string& error : facts.errors) line.element(error);
  line.end_list();
  return std::string(line.finish());
}

}  // namespace tcpflow
