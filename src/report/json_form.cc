#include "report/json_form.h"

#include "report/record_view.h"

namespace tcpflow {
void JsonForm::begin(std::string_view event, Timestamp time, const FlowInfo& flow) {
  line_.begin();
  line_.text("event", event);
  line_.time("ts", time);
  line_.number("stream", flow.session);
  line_.number("id", flow.id);
}

void JsonForm::add_ends(const HalfInfo& half) {
  line_.text("proto", half.transport == Transport::udp ? "udp" : "tcp");
  line_.number("ip_version", static_cast<uint64_t>(half.source.family));
  line_.text("src", half.source.text());
  line_.number("src_port", half.source_port);
  line_.text("dst", half.destination.text());
  line_.number("dst_port", half.destination_port);
}

// What else tells a flow from others.
void JsonForm::add_identity(const HalfInfo& half) {
  line_.text_if("encapsulation", half.encapsulation);
  if (half.link.vlans.size() == 0) return;
  line_.key("vlans");
  line_.begin_list();
  for (const uint16_t id : half.link.vlans.all()) line_.element(uint64_t{id});
  line_.end_list();
}

void JsonForm::start(const StartFact& fact, LineSink& lines) {
  begin("flow_start", fact.first.start, fact.flow);
  line_.text_if("community_id", ids_.of(fact.first));
  add_ends(fact.first);
  add_identity(fact.first);
  lines.add(line_.finish());
}

void JsonForm::exchange(const ExchangeFact& fact, LineSink& lines) {
  const HttpExchange& http = fact.exchange;
  const Timestamp began = http.request_time.value_or(http.response_time.value_or(Timestamp()));
  begin("http", began, fact.flow);
  line_.text_if("community_id", ids_.of(fact.client));
  add_ends(fact.client);
  if (http.request_time) {
    line_.time("request_ts", *http.request_time);
    line_.text("method", http.method);
    line_.text_if("host", http.host);
    line_.text("target", http.target);
    line_.number("request_size", http.request_size);
  }
  if (http.response_time) {
    line_.time("response_ts", *http.response_time);
    line_.time("response_end_ts", http.response_end);
    line_.number_if("status", http.status);
    line_.text_if("type", http.type);
    line_.text_if("coding", http.coding);
    line_.number("response_wire_size", http.response_wire);
    line_.number("response_size", http.response_size);
    line_.text("state", object_end_name(http.end));
  }
  if (http.request_time && http.response_time) {
    line_.real("ms", milliseconds(elapsed(*http.request_time, http.response_end)));
  }
  lines.add(line_.finish());
}

void JsonForm::bytes(const BytesFact& fact, LineSink& lines) {
  if (!has_payload_) return;
  begin("data", fact.time, fact.flow);
  add_ends(fact.half);
  line_.number("offset", fact.offset);
  line_.number("length", fact.bytes.size());
  std::string text;
  append_base64(text, fact.bytes);
  line_.text("payload", text);
  lines.add(line_.finish());
}

void JsonForm::record(const FlowRecord& record, LineSink& lines) {
  id_ = ids_.of(any_half(record));
  for (const HalfRecord& each : record.halves) {
    if (each.exists) half(record, each, lines);
  }
  const Span span = span_of(record);
  begin("flow_end", span.last, record.info);
  line_.text_if("community_id", id_);
  add_ends(any_half(record));
  add_identity(any_half(record));
  line_.time("start", span.first);
  line_.real("ms", milliseconds(elapsed(span.first, span.last)));
  line_.text("reason", flow_end_name(record.end));
  line_.key("halves");
  line_.begin_list();
  for (const HalfRecord& each : record.halves) {
    if (each.exists) half_members(each);
  }
  line_.end_list();
  lines.add(line_.finish());
}

void JsonForm::begin_for(std::string_view event, Timestamp time, const FlowRecord& record,
                         const HalfInfo& half) {
  begin(event, time, record.info);
  line_.text_if("community_id", id_);
  add_ends(half);
}

// What is in a half, each with a line of its own.
void JsonForm::half(const FlowRecord& record, const HalfRecord& half, LineSink& lines) {
  for (const GapRecord& gap : half.gaps) {
    begin_for("gap", half.last, record, half.info);
    line_.number("offset", gap.offset);
    line_.number("length", gap.length);
    line_.text("reason", gap_reason_name(gap.why));
    lines.add(line_.finish());
  }
  for (const ConflictRecord& each : half.conflicts) {
    begin_for("conflict", half.last, record, half.info);
    conflict(each);
    lines.add(line_.finish());
  }
  for (const ScanResult& each : half.output.results) {
    begin_for("result", half.last, record, half.info);
    result(each);
    lines.add(line_.finish());
  }
  for (const ObjectRecord& each : half.output.objects.objects) {
    object(record, half, each);
    lines.add(line_.finish());
  }
}

void JsonForm::result(const ScanResult& result) {
  line_.text("scanner", result.scanner);
  line_.text_if("text", result.text);
  line_.text_if("error", result.error);
  if (result.text_is_cut) line_.flag("text_is_cut", true);
  if (result.input_cut != GatherCut::none) line_.flag("input_is_cut", true);
}

void JsonForm::conflict(const ConflictRecord& conflict) {
  line_.number("offset", conflict.offset);
  line_.number("length", conflict.length);
  line_.number("kept_packet", conflict.kept_packet);
  line_.number("other_packet", conflict.other_packet);
  line_.text("kept", hex(conflict.kept));
  line_.text("other", hex(conflict.other));
}

void JsonForm::object(const FlowRecord& record, const HalfRecord& half,
                      const ObjectRecord& object) {
  begin_for("object", object.start, record, half.info);
  line_.time("end_ts", object.last);
  if (!half.output.file_name.empty()) {
    line_.text("file", std::string(half.output.file_name).append(object.suffix));
  }
  line_.number("offset", object.offset);
  line_.number("wire_size", object.wire_size);
  line_.number("size", object.size);
  line_.text("state", object_end_name(object.end));
  line_.text_if("request", object.start_line);
  line_.text_if("host", object.host);
  line_.number_if("status", object.status);
  line_.text_if("type", object.declared_type);
  line_.text_if("found_type", object.found_type);
  line_.text_if("coding", object.coding);
  line_.text_if("md5", object.md5);
  line_.text_if("sha256", object.sha256);
}

void JsonForm::half_members(const HalfRecord& half) {
  line_.begin_object();
  line_.text("src", half.info.source.text());
  line_.number("src_port", half.info.source_port);
  line_.text_if("role", role_name(half.info.role));
  line_.time("start", half.info.start);
  line_.time("end", half.last);
  line_.text("reason", half_end_name(half.end));
  line_.number("packets", half.packets);
  line_.number("wire_bytes", half.wire_bytes);
  line_.number("captured_bytes", half.captured_bytes);
  line_.number("bytes", half.stream_bytes);
  line_.number_if("out_of_order", half.out_of_order);
  line_.number_if("repeated_bytes", half.repeated_bytes);
  line_.number("gaps", half.gap_count);
  line_.number("gap_bytes", half.gap_bytes);
  line_.number("conflicts", half.conflict_count);
  line_.number("conflict_bytes", half.conflict_bytes);
  line_.key("suspects");
  line_.begin_object();
  for (size_t i = 0; i < half.suspects.size(); ++i) {
    line_.number_if(suspect_name(static_cast<Suspect>(i)), half.suspects[i]);
  }
  line_.end_object();
  output_members(half.output);
  line_.end_object();
}

void JsonForm::output_members(const HalfOutput& output) {
  if (!output.file_name.empty()) {
    line_.text("file", output.file_name);
    line_.number("file_size", output.file_size);
  }
  for (const auto& [kind, digest] : output.digests) {
    line_.text(kind == "MD5" ? "md5" : kind, digest);
  }
  line_.number_if("objects_not_listed", output.objects.not_listed);
  line_.text_if("error", output.error);
}

}  // namespace tcpflow
