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
  for (const auto& [type, packets] : run.unknown_links) {
    XmlTag tag("unknown_link");
    xml.line(tag.with("type", type).with("packets", packets).empty_element());
  }
}

// All that 1.6.1 did not tell, in one element, so that readers of the old ones can pass over it.
void write_processing(XmlWriter& xml, const TailFacts& facts) {
  const RunFacts& run = facts.run;
  xml.open("processing");
  xml.element("packets_read", run.packets_read);
  if (run.packets_refused > 0) xml.element("packets_refused_by_filter", run.packets_refused);
  for (const InputFacts& input : run.inputs) write_input(xml, input);
  write_not_processed(xml, run);
  if (run.datagrams_reassembled > 0)
    xml.element("datagrams_reassembled", run.datagrams_reassembled);
  for (const LimitFacts& limit : run.limits) {
    if (limit.hits == 0) continue;
    XmlTag tag("limit_reached");
    xml.line(tag.with("name", limit.name).with("times", limit.hits).empty_element());
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
  xml.element("max_open_flows", run.max_open_flows);
  xml.element("total_flows", run.total_flows);
  xml.element("flow_map_size", run.flow_map_size);
  xml.element("total_packets", run.total_packets);
  write_usage(xml, facts.clock);
  write_processing(xml, facts);
  xml.close("dfxml");
  return text;
}

std::string dfxml_shortest_tail() { return "  </configuration>\n</dfxml>\n"; }

}  // namespace tcpflow
