#include "report/transcript_form.h"

#include <algorithm>
#include <chrono>

namespace tcpflow {
namespace {

enum Kind : uint8_t { kBytes, kEnd };

std::string_view octets_of(const IpAddress& address) { return as_text(Bytes(address.octets)); }

// The cells of one row, of which the reader knows the kinds.
class Cells {
 public:
  explicit Cells(std::string_view row) : reader_(row) {}
  uint8_t kind() const { return reader_.table(); }
  uint64_t number() { return reader_.next().value_or(RowReader::Cell()).number; }
  std::string_view text() { return reader_.next().value_or(RowReader::Cell()).text; }
  IpAddress address() {
    IpAddress address;
    address.family = static_cast<Family>(number());
    const std::string_view octets = text();
    std::copy(octets.begin(), octets.end(), address.octets.begin());
    return address;
  }

 private:
  RowReader reader_;
};

// Behind the last byte that a half is known to have had. What is missing at its very end only the
// list of its gaps knows.
uint64_t end_of(const HalfRecord& half) {
  if (half.gaps.empty()) return half.stream_bytes;
  const GapRecord& last = half.gaps.back();
  return std::max(half.stream_bytes, last.offset + last.length);
}

SpokenBytes read_bytes(Cells& cells) {
  SpokenBytes bytes;
  bytes.session = cells.number();
  bytes.from = static_cast<Direction>(cells.number());
  bytes.offset = cells.number();
  bytes.time = Timestamp(Duration(static_cast<int64_t>(cells.number())));
  bytes.half.source = cells.address();
  bytes.half.source_port = static_cast<uint16_t>(cells.number());
  bytes.half.destination = cells.address();
  bytes.half.destination_port = static_cast<uint16_t>(cells.number());
  bytes.half.role = static_cast<Role>(cells.number());
  bytes.half.transport = static_cast<Transport>(cells.number());
  bytes.encapsulation = cells.text();
  bytes.text = cells.text();
  return bytes;
}

}  // namespace

void TranscriptForm::bytes(const BytesFact& fact, LineSink& lines) {
  if (fact.offset >= byte_limit_) return;
  const uint64_t shown = std::min<uint64_t>(fact.bytes.size(), byte_limit_ - fact.offset);
  const HalfInfo& half = fact.half;
  row_.begin(kBytes);
  row_.number(fact.flow.session).number(index_of(fact.from)).number(fact.offset);
  row_.number(static_cast<uint64_t>(fact.time.time_since_epoch().count()));
  row_.number(static_cast<uint64_t>(half.source.family)).text(octets_of(half.source));
  row_.number(half.source_port);
  row_.number(static_cast<uint64_t>(half.destination.family)).text(octets_of(half.destination));
  row_.number(half.destination_port);
  row_.number(static_cast<uint64_t>(half.role)).number(static_cast<uint64_t>(half.transport));
  row_.text(half.encapsulation).text(as_text(fact.bytes.first(static_cast<size_t>(shown))));
  lines.add(text_);
}

void TranscriptForm::record(const FlowRecord& record, LineSink& lines) {
  row_.begin(kEnd);
  row_.number(record.info.session);
  for (const HalfRecord& half : record.halves) {
    row_.number(half.exists ? std::min(end_of(half), byte_limit_) : 0);
  }
  row_.text(flow_end_name(record.end));
  lines.add(text_);
}

void read_spoken(std::string_view row, SpokenSink& sink) {
  Cells cells(row);
  if (cells.kind() == kBytes) return sink.on_bytes(read_bytes(cells));
  SpokenEnd end;
  end.session = cells.number();
  for (uint64_t& bytes : end.bytes) bytes = cells.number();
  end.reason = cells.text();
  sink.on_end(end);
}

}  // namespace tcpflow
