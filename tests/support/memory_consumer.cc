#include "tests/support/memory_consumer.h"

#include <string_view>

namespace tcpflow::test {
namespace {

std::string_view reason_text(GapReason why) {
  switch (why) {
    case GapReason::not_captured:
      return "not captured";
    case GapReason::snap_length:
      return "snap length";
    case GapReason::limit:
      return "limit";
    case GapReason::capture_drop:
      return "capture drop";
    case GapReason::left_out:
      return "left out";
  }
  return "?";
}

std::string call(std::string_view what, Direction from) {
  return std::string(what) + " " + std::to_string(index_of(from));
}

}  // namespace

void MemoryConsumer::on_start(const Flow& flow) {
  note("start", !started_);
  started_ = true;
  flow_.info = flow.info();
}

void MemoryConsumer::on_half_start(Direction from, const HalfInfo& half) {
  MemoryHalf& mine = flow_.half(from);
  note(call("start", from), started_ && !mine.started);
  mine.started = true;
  mine.info = half;
}

void MemoryConsumer::on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) {
  MemoryHalf& mine = flow_.half(from);
  const std::string text(as_text(bytes));
  note(call("bytes", from) + " " + std::to_string(offset) + " " + text,
       is_open(from) && offset == mine.next && !bytes.empty());
  mine.bytes += text;
  mine.marked += text;
  mine.next = offset + bytes.size();
  mine.packets.push_back(packet);
}

void MemoryConsumer::on_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) {
  MemoryHalf& mine = flow_.half(from);
  note(call("gap", from) + " " + std::to_string(offset) + " " + std::to_string(length),
       is_open(from) && offset == mine.next && length > 0);
  if (length <= kZerosKept) mine.bytes.append(length, '\0');
  mine.marked.append("[").append(std::to_string(length)).append(" ");
  mine.marked.append(reason_text(why)).append("]");
  mine.gaps.push_back({offset, length, why});
  mine.next = offset + length;
}

void MemoryConsumer::on_conflict(Direction from, const StreamConflict& conflict) {
  note(call("conflict", from) + " " + std::to_string(conflict.offset), is_open(from));
  flow_.half(from).conflicts.push_back({conflict.offset,
                                        conflict.length(),
                                        conflict.kept_by.number,
                                        conflict.other_by.number,
                                        {conflict.kept.begin(), conflict.kept.end()},
                                        {conflict.other.begin(), conflict.other.end()}});
}

void MemoryConsumer::on_half_complete(Direction from) {
  MemoryHalf& mine = flow_.half(from);
  note(call("complete", from), is_open(from) && !mine.complete);
  mine.complete = true;
}

void MemoryConsumer::on_half_end(Direction from, HalfEnd why) {
  note(call("end", from), is_open(from));
  flow_.half(from).end = why;
}

void MemoryConsumer::on_end(FlowEnd why, FlowRecord& record) {
  bool halves_ended = true;
  for (const MemoryHalf& half : flow_.halves) halves_ended &= half.started == half.end.has_value();
  note("end", started_ && !flow_.end && halves_ended);
  flow_.end = why;
  flow_.record = record;
}

void MemoryConsumer::note(const std::string& call, bool allowed) {
  flow_.calls.push_back(call);
  if (!allowed || flow_.end) flow_.faults.push_back(call);
}

bool MemoryConsumer::is_open(Direction from) const {
  const MemoryHalf& half = flow_.half(from);
  return half.started && !half.end;
}

std::unique_ptr<StreamConsumer> MemoryFlows::create() {
  return std::make_unique<MemoryConsumer>(flows.emplace_back());
}

}  // namespace tcpflow::test
