#include <sys/resource.h>

#include <array>
#include <cstdio>

#include "report/dfxml_parts.h"
#include "report/xml_text.h"

namespace tcpflow {
namespace {

std::string seconds_text(int64_t seconds, int64_t micros) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%06lld", static_cast<long long>(seconds),
                static_cast<long long>(micros));
  return text.data();
}

std::string seconds_text(const timeval& time) { return seconds_text(time.tv_sec, time.tv_usec); }

void write_usage(XmlWriter& xml, Duration clock) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  const int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(clock).count();
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  xml.open("rusage");
  xml.element("utime", seconds_text(used.ru_utime));
  xml.element("stime", seconds_text(used.ru_stime));
  xml.element("maxrss", std::to_string(used.ru_maxrss));
  xml.element("minflt", std::to_string(used.ru_minflt));
  xml.element("majflt", std::to_string(used.ru_majflt));
  xml.element("nswap", std::to_string(used.ru_nswap));
  xml.element("inblock", std::to_string(used.ru_inblock));
  xml.element("oublock", std::to_string(used.ru_oublock));
  xml.element("clocktime", seconds_text(micros / kMicrosPerSecond, micros % kMicrosPerSecond));
  xml.close("rusage");
}

void write_input(XmlWriter& xml, const InputFacts& input) {
  XmlTag tag("input");
  tag.with("name", input.name).with("packets", input.packets);
  if (input.loss_known) {
    tag.with("received", input.received).with("dropped_by_kernel", input.dropped_by_kernel);
    tag.with("dropped_by_interface", input.dropped_by_interface);
  }
  if (!input.error.empty()) tag.with("error", input.error);
  xml.line(tag.empty_element());
}

void write_not_processed(XmlWriter& xml, const RunFacts& run) {
  for (size_t i = 1; i < kDropCount; ++i) {  // from 1: Drop::none is no reason
    const auto why = static_cast<Drop>(i);
    if (run.drops[why] == 0) continue;
    XmlTag tag("not_processed");
    xml.line(tag.with("reason", drop_name(why)).with("packets", run.drops[why]).empty_element());
  }
  for (const UnknownLink& link : run.unknown_links) {
    XmlTag tag("unknown_link");
    xml.line(tag.with("type", link.type).with("packets", link.packets).empty_element());
  }
}

void write_missing(XmlWriter& xml, const FlowCounters& flows) {
  for (size_t i = 0; i < kGapReasonCount; ++i) {
    if (flows.missing_by_reason[i] == 0) continue;
    XmlTag tag("missing");
    tag.with("reason", gap_reason_name(static_cast<GapReason>(i)));
    xml.line(tag.with("bytes", flows.missing_by_reason[i]).empty_element());
  }
}

void write_suspects(XmlWriter& xml, const FlowCounters& flows) {
  for (size_t i = 0; i < kSuspectCount; ++i) {
    if (flows.suspects[i] == 0) continue;
    XmlTag tag("suspect");
    tag.with("reason", suspect_name(static_cast<Suspect>(i)));
    xml.line(tag.with("count", flows.suspects[i]).empty_element());
  }
}

// What the file objects say one by one, added up.
void write_streams(XmlWriter& xml, const FlowCounters& flows) {
  const auto ended = [&flows](HalfEnd why) { return flows.ends[static_cast<size_t>(why)]; };
  XmlTag all("streams");
  all.with("connections", flows.connections).with("halves", flows.halves);
  all.with("bytes", flows.stream_bytes).with("complete", flows.streams_complete);
  all.with("with_gaps", flows.streams_with_gaps).with("fin_gap", ended(HalfEnd::fin_gap));
  all.with("reset", ended(HalfEnd::reset)).with("jump", ended(HalfEnd::jump));
  all.with("open", ended(HalfEnd::open));
  xml.open(all);
  xml.line(XmlTag("output")
               .with("files", flows.outputs)
               .with("bytes", flows.output_bytes)
               .empty_element());
  if (flows.gaps > 0) {
    xml.line(
        XmlTag("gaps").with("count", flows.gaps).with("bytes", flows.gap_bytes).empty_element());
  }
  write_missing(xml, flows);
  if (flows.repeated_bytes > 0)
    xml.line(XmlTag("repeated").with("bytes", flows.repeated_bytes).empty_element());
  if (flows.conflict_bytes > 0)
    xml.line(XmlTag("conflicts").with("bytes", flows.conflict_bytes).empty_element());
  write_suspects(xml, flows);
  if (flows.stragglers > 0)
    xml.line(XmlTag("stragglers").with("segments", flows.stragglers).empty_element());
  if (flows.most_held > 0) xml.line(XmlTag("held").with("most", flows.most_held).empty_element());
  xml.close("streams");
}

void write_object_totals(XmlWriter& xml, const ObjectTotals& objects) {
  XmlTag tag("objects");
  tag.with("count", objects.count());
  for (size_t i = 0; i < objects.ends.size(); ++i) {
    if (objects.ends[i] > 0) tag.with(object_end_name(static_cast<ObjectEnd>(i)), objects.ends[i]);
  }
  if (objects.not_listed > 0) tag.with("not_listed", objects.not_listed);
  xml.line(tag.empty_element());
}

// All that 1.6.1 did not tell, in one element, so that readers of the old ones can pass over it.
void write_processing(XmlWriter& xml, const TailFacts& facts) {
  const RunFacts& run = facts.run;
  xml.open("processing");
  xml.element("packets_read", run.packets_read);
  if (run.packets_refused > 0) xml.element("packets_refused_by_filter", run.packets_refused);
  xml.element("bytes_captured", run.bytes_captured);
  if (run.span) {
    xml.element("first_packet", iso_time(run.span->first));
    xml.element("last_packet", iso_time(run.span->second));
  }
  for (const InputFacts& input : run.inputs) write_input(xml, input);
  write_not_processed(xml, run);
  if (run.datagrams_reassembled > 0)
    xml.element("datagrams_reassembled", run.datagrams_reassembled);
  if (run.has_flows) write_streams(xml, run.flows);
  if (run.objects) write_object_totals(xml, *run.objects);
  for (const LimitFacts& limit : run.limits) {
    if (limit.hits == 0) continue;
    XmlTag tag("limit_reached");
    tag.with("name", limit.name).with("times", limit.hits);
    if (limit.is_share) tag.with("share_of", "memory_limit");
    xml.line(tag.empty_element());
  }
  if (!run.signal.empty()) xml.element("ended_by", run.signal);
  for (const std::string& error : run.errors) xml.element("error", error);
  if (facts.records_lost > 0) xml.element("records_not_written", facts.records_lost);
  xml.close("processing");
}

}  // namespace

std::string dfxml_tail(const TailFacts& facts) {
  const RunFacts& run = facts.run;
  std::string text;
  XmlWriter xml(text, 2);
  xml.close("configuration");
  xml.line("<summary />");
  xml.element("open_fds_at_end", run.open_fds_at_end);
  xml.element("max_open_flows", run.flows.most_halves_open);
  xml.element("total_flows", run.flows.halves);
  xml.element("flow_map_size", run.flow_map_size);
  xml.element("total_packets", run.flows.packets);
  write_usage(xml, facts.clock);
  write_processing(xml, facts);
  xml.close("dfxml");
  return text;
}

std::string dfxml_shortest_tail() { return "  </configuration>\n</dfxml>\n"; }

}  // namespace tcpflow
