#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "report/clean_text.h"
#include "report/dfxml_parts.h"
#include "report/plain_tag.h"
#include "report/xml_text.h"

namespace tcpflow {
namespace {

constexpr unsigned kFlowDepth = 2;

// Values as 1.6.1 prints them: AF_INET and AF_INET6 of Linux, on every platform.
constexpr uint64_t family_number(Family family) { return family == Family::ipv4 ? 2 : 10; }

void write_tcpflow(XmlWriter& xml, const HalfRecord& half) {
  const HalfInfo& info = half.info;
  PlainTag tag("tcpflow");
  tag.with("startime", info.start);  // so spelt since the first version; tools know it
  tag.with("endtime", half.last);
  const MacAddress& to = info.link.destination_mac;
  const MacAddress& from = info.link.source_mac;
  if (!to.is_zero()) tag.with("mac_daddr", to);
  if (!from.is_zero()) tag.with("mac_saddr", from);
  tag.with("family", family_number(info.source.family));
  tag.with("src_ipn", info.source);
  tag.with("dst_ipn", info.destination);
  tag.with("srcport", uint64_t{info.source_port});
  tag.with("dstport", uint64_t{info.destination_port});
  tag.with("packets", half.packets);
  if (half.out_of_order > 0) tag.with("out_of_order_count", half.out_of_order);
  if (half.violations > 0) tag.with("violations", half.violations);
  tag.with("len", half.wire_bytes);
  if (half.captured_bytes != half.wire_bytes) tag.with("caplen", half.captured_bytes);
  if (info.transport == Transport::udp) tag.with_word("protocol", "udp");
  xml.line(tag.spaced_empty_element());
}

void write_digests(XmlWriter& xml, const HalfOutput& output) {
  for (const auto& [type, hex] : output.digests) {
    XmlTag tag("hashdigest");
    std::string line(tag.with("type", type).start_tag());
    append_escaped(line, hex);
    xml.line(line.append("</hashdigest>"));
  }
}

void append_digest(std::string& line, std::string_view type, std::string_view hex) {
  if (hex.empty()) return;
  line.append("<hashdigest type='").append(type).append("'>");
  line.append(hex).append("</hashdigest>");
}

void append_time(std::string& line, std::string_view name, Timestamp time) {
  std::array<char, 64> text;
  const char* const end = write_iso_time(text.data(), time);
  append_attribute(line, name, {text.data(), static_cast<size_t>(end - text.data())});
}

void append_http(std::string& line, const ObjectRecord& object) {
  const auto add = [&line](std::string_view name, const std::string& value) {
    if (!value.empty()) append_attribute(line, name, value);
  };
  line.append("<http");
  append_attribute(line, "state", object_end_name(object.end));
  add("request", object.start_line);
  add("host", object.host);
  if (object.status != 0) append_attribute(line, "status", uint64_t{object.status});
  add("type", object.declared_type);
  add("found_type", object.found_type);
  add("coding", object.coding);
  append_attribute(line, "wire_size", object.wire_size);
  append_time(line, "start", object.start);
  append_time(line, "end", object.last);
  line.append("/>");
}

// A line each, as 1.6.1 has them; what stands behind filesize is new. There may be very many, so
// they are put together in place.
void write_object(XmlWriter& xml, const HalfOutput& output, const ObjectRecord& object) {
  std::string& line = xml.begin_line();
  line.append("<byte_run");
  append_attribute(line, "file_offset", object.offset);
  line.append("><fileobject>");
  if (!output.file_name.empty()) {
    line.append("<filename>");
    append_escaped(line, output.file_name);
    append_escaped(line, object.suffix);
    line.append("</filename>");
  }
  append_number(line.append("<filesize>"), object.size);
  line.append("</filesize>");
  append_digest(line, "MD5", object.md5);
  append_digest(line, "SHA256", object.sha256);
  line.append("</fileobject>");
  append_http(line, object);
  line.append("</byte_run>");
  xml.end_line();
}

void write_objects(XmlWriter& xml, const HalfOutput& output) {
  if (!output.objects.is_told) return;
  XmlTag all("byte_runs");
  if (output.objects.not_listed > 0) all.with("not_listed", output.objects.not_listed);
  xml.open(all);
  for (const ObjectRecord& object : output.objects.objects) write_object(xml, output, object);
  xml.close("byte_runs");
}

// Named as since the first version; the namespace of the report is told, since it is the default.
constexpr std::string_view kResult = "tcpflow:result";

void write_results(XmlWriter& xml, const HalfOutput& output) {
  for (const ScanResult& result : output.results) {
    XmlTag tag(kResult);
    tag.with("xmlns:tcpflow", "http://afflib.org/tcpflow/").with("scanner", result.scanner);
    if (result.input_cut == GatherCut::per_half) tag.with("limit", "max_python");
    if (result.input_cut == GatherCut::total) tag.with("limit", "python_held");
    if (result.text_is_cut) tag.with("cut", "yes");
    if (!result.error.empty()) tag.with("error", result.error);
    if (result.text.empty()) {
      xml.line(tag.empty_element());
      continue;
    }
    std::string line(tag.start_tag());
    append_escaped(line, result.text);
    xml.line(line.append("</").append(kResult).append(">"));
  }
}

// The limits have the names that they have in limit_reached.
void write_cuts(XmlWriter& xml, const HalfOutput& output) {
  if (output.scan_cut != ScanCut::none) {
    const char* limit = output.scan_cut == ScanCut::per_half ? "max_scan" : "scan_missing";
    xml.line(XmlTag("scan_cut").with("limit", limit).empty_element());
  }
  if (output.alternatives_cut) {
    xml.line(XmlTag("alternatives_cut").with("limit", "alternatives").empty_element());
  }
}

void write_links(XmlWriter& xml, const HalfInfo& info) {
  if (!info.encapsulation.empty()) xml.element("encapsulation", info.encapsulation);
  const VlanIds& vlans = info.link.vlans;
  if (vlans.size() == 0) return;
  std::string ids;
  for (const uint16_t id : vlans.all()) {
    ids.append(ids.empty() ? "" : " ").append(std::to_string(id));
  }
  xml.element("vlans", ids);
}

void write_gaps(XmlWriter& xml, const HalfRecord& half) {
  if (half.gap_count == 0) return;
  XmlTag all("gaps");
  all.with("count", half.gap_count).with("bytes", half.gap_bytes);
  if (half.gaps.empty()) return xml.line(all.empty_element());
  xml.open(all);
  for (const GapRecord& gap : half.gaps) {
    XmlTag tag("gap");
    tag.with("offset", gap.offset).with("length", gap.length);
    xml.line(tag.with("reason", gap_reason_name(gap.why)).empty_element());
  }
  xml.close("gaps");
}

void write_conflicts(XmlWriter& xml, const HalfRecord& half) {
  if (half.conflict_count == 0) return;
  XmlTag all("conflicts");
  all.with("count", half.conflict_count).with("bytes", half.conflict_bytes);
  if (half.conflicts.empty()) return xml.line(all.empty_element());
  xml.open(all);
  for (const ConflictRecord& conflict : half.conflicts) {
    XmlTag tag("conflict");
    tag.with("offset", conflict.offset).with("length", conflict.length);
    tag.with("kept_packet", conflict.kept_packet).with("other_packet", conflict.other_packet);
    xml.line(
        tag.with("kept", hex(conflict.kept)).with("other", hex(conflict.other)).empty_element());
  }
  xml.close("conflicts");
}

void write_doubts(XmlWriter& xml, const HalfRecord& half) {
  if (half.repeated_bytes > 0)
    xml.line(XmlTag("repeated").with("bytes", half.repeated_bytes).empty_element());
  write_conflicts(xml, half);
  for (size_t i = 0; i < half.suspects.size(); ++i) {
    if (half.suspects[i] == 0) continue;
    XmlTag tag("suspect");
    tag.with("reason", suspect_name(static_cast<Suspect>(i)));
    xml.line(tag.with("count", half.suspects[i]).empty_element());
  }
}

// Said only where the half did not simply run to its FIN.
void write_end(XmlWriter& xml, const HalfRecord& half, FlowEnd flow_end) {
  const bool is_plain_flow = flow_end == FlowEnd::closed || flow_end == FlowEnd::capture_end;
  if (half.end == HalfEnd::fin && is_plain_flow) return;
  XmlTag tag("end");
  tag.with("half", half_end_name(half.end));
  xml.line(tag.with("flow", flow_end_name(flow_end)).empty_element());
}

void write_output(XmlWriter& xml, const HalfOutput& output) {
  if (!output.file_name.empty()) xml.element("filename", output.file_name);
  xml.element("filesize", output.file_size);
}

void write_error(XmlWriter& xml, std::string_view error) {
  if (!error.empty()) xml.element("error", error);
}

// What is appended to a text meanwhile, counted from `base`.
template <typename Append>
TextSpan span_of(const std::string& text, size_t base, Append append) {
  const size_t begin = text.size() - base;
  append();
  return {begin, text.size() - base};
}

struct Target {
  std::string& text;
  size_t base;  // where the record begins
};

HalfSpans write_half(const Target& target, const HalfRecord& half, FlowEnd flow_end) {
  XmlWriter xml(target.text, kFlowDepth);
  HalfSpans spans;
  spans.flow_number = half.info.flow_number;
  xml.open("fileobject");
  spans.output = span_of(target.text, target.base, [&] { write_output(xml, half.output); });
  write_tcpflow(xml, half);
  write_digests(xml, half.output);
  write_objects(xml, half.output);
  write_results(xml, half.output);
  write_cuts(xml, half.output);
  write_links(xml, half.info);
  write_gaps(xml, half);
  write_doubts(xml, half);
  write_end(xml, half, flow_end);
  spans.error = span_of(target.text, target.base, [&] { write_error(xml, half.output.error); });
  xml.close("fileobject");
  return spans;
}

}  // namespace

RecordSpans append_dfxml_flow(std::string& out, const FlowRecord& record) {
  const Target target{out, out.size()};
  RecordSpans spans;
  std::array<const HalfRecord*, 2> halves = {&record.halves[0], &record.halves[1]};
  if (halves[1]->info.flow_number < halves[0]->info.flow_number) std::swap(halves[0], halves[1]);
  for (const HalfRecord* half : halves) {
    if (half->exists) spans.halves[spans.count++] = write_half(target, *half, record.end);
  }
  return spans;
}

void append_mended(std::string& out, std::string_view record, const HalfSpans& half,
                   const StoreFailure& failure) {
  XmlWriter xml(out, kFlowDepth + 1);
  const size_t after_output = failure.is_stored ? half.output.begin : half.output.end;
  out.append(record.substr(0, half.output.begin));
  if (!failure.is_stored) write_output(xml, {});
  out.append(record.substr(after_output, half.error.begin - after_output));
  write_error(xml, failure.error);
  out.append(record.substr(half.error.end));
}

}  // namespace tcpflow
