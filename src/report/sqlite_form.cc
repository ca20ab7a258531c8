#include "report/sqlite_form.h"

#include "report/clean_text.h"
#include "report/record_view.h"
#include "report/sqlite_schema.h"

namespace tcpflow {
namespace {

std::string vlan_text(const VlanIds& vlans) {
  std::string ids;
  for (const uint16_t id : vlans.all()) {
    ids.append(ids.empty() ? "" : " ").append(std::to_string(id));
  }
  return ids;
}

std::string digest_of(const HalfOutput& output, std::string_view kind) {
  for (const auto& [name, digest] : output.digests) {
    if (name == kind) return digest;
  }
  return {};
}

}  // namespace

// Every row says of which half it is, or of which side began.
void SqliteForm::begin(uint8_t table, const FlowInfo& flow, const HalfInfo& half) {
  row_.begin(table);
  row_.number(flow.session).number(flow.id);
  row_.text(half.source.text()).number(half.source_port);
  row_.text(half.destination.text()).number(half.destination_port);
}

void SqliteForm::time(Timestamp value) {
  scratch_.clear();
  append_nanosecond_time(scratch_, value);
  row_.text(scratch_);
}

// Text of the wire; null where it is empty.
void SqliteForm::clean(std::string_view text) {
  scratch_.clear();
  append_utf8(scratch_, text);
  row_.text_or_null(scratch_);
}

void SqliteForm::exchange(const ExchangeFact& fact, LineSink& lines) {
  const HttpExchange& http = fact.exchange;
  begin(sqlite_table::kHttp, fact.flow, fact.client);
  if (http.request_time) {
    time(*http.request_time);
    clean(http.method);
    clean(http.host);
    clean(http.target);
    row_.number(http.request_size);
  } else {
    row_.null().null().null().null().null();
  }
  if (http.response_time) {
    time(*http.response_time);
    time(http.response_end);
    row_.number_or_null(http.status);
    clean(http.type);
    clean(http.coding);
    row_.number(http.response_wire).number(http.response_size).text(object_end_name(http.end));
  } else {
    row_.null().null().null().null().null().null().null().null();
  }
  if (http.request_time && http.response_time) {
    row_.real(milliseconds(elapsed(*http.request_time, http.response_end)));
  } else {
    row_.null();
  }
  lines.add(text_);
}

void SqliteForm::record(const FlowRecord& record, LineSink& lines) {
  for (const HalfRecord& each : record.halves) {
    if (each.exists) half(record, each, lines);
  }
  flow(record);
  lines.add(text_);
}

void SqliteForm::flow(const FlowRecord& record) {
  const HalfInfo& first = any_half(record);
  const Span span = span_of(record);
  begin(sqlite_table::kFlows, record.info, first);
  row_.text(first.transport == Transport::udp ? "udp" : "tcp");
  row_.number(static_cast<uint64_t>(first.source.family));
  row_.text_or_null(ids_.of(first));
  row_.text_or_null(first.encapsulation).text_or_null(vlan_text(first.link.vlans));
  time(span.first);
  time(span.last);
  row_.real(milliseconds(elapsed(span.first, span.last))).text(flow_end_name(record.end));
}

void SqliteForm::half(const FlowRecord& record, const HalfRecord& half, LineSink& lines) {
  begin(sqlite_table::kStreams, record.info, half.info);
  stream(half);
  lines.add(text_);
  for (const GapRecord& gap : half.gaps) {
    begin(sqlite_table::kGaps, record.info, half.info);
    row_.number(gap.offset).number(gap.length).text(gap_reason_name(gap.why));
    lines.add(text_);
  }
  for (const ConflictRecord& conflict : half.conflicts) {
    begin(sqlite_table::kConflicts, record.info, half.info);
    row_.number(conflict.offset).number(conflict.length);
    row_.number(conflict.kept_packet).number(conflict.other_packet);
    row_.text(hex(conflict.kept)).text(hex(conflict.other));
    lines.add(text_);
  }
  for (const ScanResult& each : half.output.results) {
    begin(sqlite_table::kResults, record.info, half.info);
    row_.text(each.scanner);
    clean(each.text);
    clean(each.error);
    const bool is_cut = each.text_is_cut || each.input_cut != GatherCut::none;
    row_.number(is_cut ? 1 : 0);
    lines.add(text_);
  }
  for (const ObjectRecord& each : half.output.objects.objects) {
    begin(sqlite_table::kObjects, record.info, half.info);
    object(half, each);
    lines.add(text_);
  }
}

void SqliteForm::stream(const HalfRecord& half) {
  const HalfOutput& output = half.output;
  row_.text_or_null(role_name(half.info.role));
  time(half.info.start);
  time(half.last);
  row_.text(half_end_name(half.end)).number(half.packets).number(half.wire_bytes);
  row_.number(half.captured_bytes).number(half.stream_bytes).number(half.out_of_order);
  row_.number(half.repeated_bytes).number(half.gap_count).number(half.gap_bytes);
  row_.number(half.conflict_count).number(half.conflict_bytes);
  clean(output.file_name);
  output.file_name.empty() ? row_.null() : row_.number(output.file_size);
  row_.text_or_null(digest_of(output, "MD5"));
  clean(output.error);
}

void SqliteForm::object(const HalfRecord& half, const ObjectRecord& object) {
  time(object.start);
  time(object.last);
  const std::string& flow_file = half.output.file_name;
  clean(flow_file.empty() ? "" : std::string(flow_file).append(object.suffix));
  row_.number(object.offset).number(object.wire_size).number(object.size);
  row_.text(object_end_name(object.end));
  clean(object.start_line);
  clean(object.host);
  row_.number_or_null(object.status);
  clean(object.declared_type);
  clean(object.found_type);
  clean(object.coding);
  row_.text_or_null(object.md5).text_or_null(object.sha256);
}

}  // namespace tcpflow
