#include "scan/python/python_facts.h"

namespace tcpflow {
namespace {

constexpr size_t kMostFacts = 32;  // no text moves once a fact points to it

const char* role_name(Role role) {
  if (role == Role::client) return "client";
  return role == Role::server ? "server" : "unknown";
}

// The nearest double: so many nanoseconds as one number would be rounded twice.
double seconds_of(Timestamp time) {
  const Duration since = time.time_since_epoch();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since);
  return static_cast<double>(whole.count()) + std::chrono::duration<double>(since - whole).count();
}

}  // namespace

PythonFacts::PythonFacts(Direction from, const FlowRecord& record, bool is_truncated) {
  texts_.reserve(kMostFacts);
  facts_.reserve(kMostFacts);
  const HalfRecord& half = record.half(from);
  const HalfInfo& info = half.info;
  add("src", info.source.text());
  add("dst", info.destination.text());
  add_whole("src_port", info.source_port);
  add_whole("dst_port", info.destination_port);
  add("transport", info.transport == Transport::udp ? "udp" : "tcp");
  add("direction", from == Direction::originator ? "originator" : "responder");
  add("role", role_name(info.role));
  add_time("start", "start_time", info.start);
  add_time("end", "end_time", half.last);
  add_whole("packets", half.packets);
  add_whole("stream_bytes", half.stream_bytes);
  add_whole("missing", half.gap_bytes);
  add("end_reason", half_end_name(half.end));
  add("flow_end", flow_end_name(record.end));
  facts_.push_back({"truncated", kPythonTruth, nullptr, is_truncated ? 1u : 0u, 0});
  if (half.output.file_name.empty()) {
    facts_.push_back({"file_name", kPythonNone, nullptr, 0, 0});
  } else {
    add("file_name", half.output.file_name);
  }
  add_whole("session", record.info.session);
  add_whole("flow", info.flow_number);
}

void PythonFacts::add(const char* name, const std::string& text) {
  texts_.push_back(text);
  facts_.push_back({name, kPythonText, texts_.back().c_str(), 0, 0});
}

void PythonFacts::add_whole(const char* name, uint64_t number) {
  facts_.push_back({name, kPythonWhole, nullptr, number, 0});
}

void PythonFacts::add_time(const char* name, const char* text_name, Timestamp time) {
  facts_.push_back({name, kPythonReal, nullptr, 0, seconds_of(time)});
  add(text_name, iso_time(time));
}

}  // namespace tcpflow
