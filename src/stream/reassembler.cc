#include "stream/reassembler.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tcpflow {
namespace {

// What a held run costs besides its bytes: tree node, vector, allocator headers.
constexpr size_t kRunCost = 144;
// A piece's missing octets are noted between this many held runs, more than 64 KiB of ordinary
// segments make. Beyond them the holes stay holes, so that a few octets of hostile input cannot
// ask for a walk over all that is held.
constexpr int kMostRunsCrossed = 256;

}  // namespace

PushFindings Reassembler::push(const StreamPiece& piece, Outlet out) {
  PushFindings found;
  uint64_t at = piece.at;
  Bytes bytes = piece.bytes;
  if (at < next_) {  // the front was delivered before
    const uint64_t seen = std::min<uint64_t>(next_ - at, bytes.size());
    found.repeated = seen;
    bytes = bytes.subspan(seen);
    at += seen;
  }
  if (!bytes.empty() && at == next_ && held_.empty()) {
    deliver(at, bytes, piece.packet, out.sink);
  } else if (!bytes.empty()) {
    const PushFindings placed = place(at, bytes, piece.packet, out);
    found.repeated += placed.repeated;
    found.conflicting += placed.conflicting;
  }
  if (piece.missing != 0) {
    place_missing(piece.at + piece.bytes.size(), piece.missing, piece.packet, out);
  }
  return found;
}

// The slow path: there are held runs, or a hole before this piece.
PushFindings Reassembler::place(uint64_t at, Bytes bytes, PacketRef packet, Outlet out) {
  PushFindings found;
  make_room_in_missing(at, at + bytes.size());
  auto run = first_ending_after(at);
  while (!bytes.empty()) {
    const uint64_t hole_end = run == held_.end() ? UINT64_MAX : run->first;
    if (at < hole_end) {  // nobody has these
      const uint64_t fresh = std::min<uint64_t>(hole_end - at, bytes.size());
      const Bytes mine = bytes.first(fresh);
      if (at == next_) {
        deliver(at, mine, packet, out.sink);
      } else {
        insert(at, {std::vector<uint8_t>(mine.begin(), mine.end()), fresh, packet});
      }
      bytes = bytes.subspan(fresh);
      at += fresh;
      continue;
    }
    const uint64_t shared = std::min<uint64_t>(run->first + run->second.length - at, bytes.size());
    const PushFindings compared = compare(run, at, bytes.first(shared));
    found.repeated += compared.repeated;
    found.conflicting += compared.conflicting;
    bytes = bytes.subspan(shared);
    at += shared;
    ++run;
  }
  release(out);
  return found;
}

// Bytes beat what was only known to be missing: takes [at, end) out of such runs.
void Reassembler::make_room_in_missing(uint64_t at, uint64_t end) {
  auto run = first_ending_after(at);
  while (run != held_.end() && run->first < end) {
    if (!run->second.known_missing()) {
      ++run;
      continue;
    }
    const uint64_t run_at = run->first;
    const uint64_t run_end = run_at + run->second.length;
    const PacketRef packet = run->second.packet;
    run = held_.erase(run);
    held_cost_ -= kRunCost;
    if (run_at < at) insert(run_at, {{}, at - run_at, packet});
    if (run_end > end) insert(end, {{}, run_end - end, packet});
  }
}

void Reassembler::place_missing(uint64_t at, uint64_t length, PacketRef packet, Outlet out) {
  const uint64_t end = at + length;
  at = std::max(at, next_);
  if (at >= end) return;
  if (at == next_ && held_.empty()) return skip_missing(at, end - at, out.sink);
  auto run = first_ending_after(at);
  for (int crossed = 0; at < end && crossed < kMostRunsCrossed; ++crossed) {
    const uint64_t hole_end = run == held_.end() ? end : std::min(end, run->first);
    if (at < hole_end) insert(at, {{}, hole_end - at, packet});
    if (run == held_.end()) break;
    at = std::max(at, run->first + run->second.length);
    ++run;
  }
  release(out);
}

PushFindings Reassembler::compare(HeldRuns::const_iterator run, uint64_t at, Bytes bytes) const {
  PushFindings found;
  found.repeated = bytes.size();
  const uint8_t* kept = run->second.bytes.data() + (at - run->first);
  for (size_t i = 0; i < bytes.size(); ++i) found.conflicting += kept[i] != bytes[i];
  return found;
}

void Reassembler::insert(uint64_t at, Held run) {
  held_cost_ += kRunCost + run.bytes.size();
  held_.emplace(at, std::move(run));
}

void Reassembler::deliver(uint64_t at, Bytes bytes, PacketRef packet, OrderedSink& sink) {
  assert(at == next_);
  next_ += bytes.size();
  last_delivered_ = packet.number;
  sink.on_bytes(at, bytes, packet);
}

void Reassembler::skip_missing(uint64_t at, uint64_t length, OrderedSink& sink) {
  assert(at == next_);
  next_ += length;
  sink.on_gap(at, length, GapReason::snap_length);
}

void Reassembler::release(Outlet out) {
  while (!held_.empty() && held_.begin()->first == next_) {
    auto node = held_.extract(held_.begin());
    Held& run = node.mapped();
    held_cost_ -= kRunCost + run.bytes.size();
    if (run.known_missing()) {
      skip_missing(node.key(), run.length, out.sink);
    } else {
      deliver(node.key(), out.retired.keep(std::move(run.bytes)), run.packet, out.sink);
    }
  }
  assert(held_.empty() || held_.begin()->first > next_);
}

void Reassembler::give_up_gap(GapReason why, Outlet out) {
  if (held_.empty()) return;
  const uint64_t from = next_;
  next_ = held_.begin()->first;
  out.sink.on_gap(from, next_ - from, why);
  release(out);
}

Reassembler::HeldRuns::iterator Reassembler::first_ending_after(uint64_t at) {
  auto run = held_.upper_bound(at);
  if (run == held_.begin()) return run;
  const auto before = std::prev(run);
  return before->first + before->second.length > at ? before : run;
}

}  // namespace tcpflow
