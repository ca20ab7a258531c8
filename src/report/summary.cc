#include "report/summary.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "report/summary_table.h"

namespace tcpflow {
namespace {

constexpr size_t kMostLinks = 5;  // unknown link types that are told one by one

// A noun that takes an s, and what follows it.
struct Words {
  std::string_view noun;
  std::string_view rest;
};

// Reasons that mean the same to a reader have the same words.
Words words_of(Drop why) {
  switch (why) {
    case Drop::truncated_link:
    case Drop::truncated_ip:
    case Drop::truncated_tunnel:
    case Drop::truncated_tcp:
      return {"packet", "cut inside a header"};
    case Drop::bad_link:
    case Drop::bad_ip_header:
    case Drop::bad_tunnel:
    case Drop::bad_tcp_header:
      return {"packet", "with a header that contradicts itself"};
    case Drop::bad_fcs:
      return {"frame", "that the radio received damaged"};
    case Drop::not_ip:
      return {"packet", "not IP"};
    case Drop::not_tcp:
      return {"IP packet", "not TCP"};
    case Drop::encrypted:
      return {"packet", "encrypted"};
    case Drop::too_many_headers:
      return {"packet", "with too many headers or tunnels"};
    case Drop::bad_fragment:
    case Drop::fragment_overlap:
      return {"fragment", "that cannot be"};
    case Drop::fragment_incomplete:
      return {"fragment", "whose other parts never came"};
    case Drop::fragment_limit:
      return {"fragment", "given up at a limit"};
    default:
      return {"packet", drop_text(why)};
  }
}

std::string_view words_of(GapReason why) {
  switch (why) {
    case GapReason::not_captured:
      return "not in the capture";
    case GapReason::snap_length:
      return "cut off by the snap length";
    case GapReason::limit:
      return "given up at a limit";
    case GapReason::capture_drop:
      return "missing where the capture dropped packets";
    case GapReason::left_out:
      return "in segments that --strict left out";
  }
  return "";
}

Words words_of(Suspect why) {
  switch (why) {
    case Suspect::reset_in_window:
      return {"reset", "ignored: near the stream, but not at its exact place"};
    case Suspect::reset_out_of_window:
      return {"reset", "ignored: far from the stream"};
    case Suspect::syn_repeated:
      return {"SYN", "in the middle of a connection"};
    case Suspect::data_after_fin:
      return {"segment", "behind the end of a stream"};
    case Suspect::data_after_reset:
      return {"segment", "after a reset of the sender"};
    case Suspect::data_on_reset:
      return {"reset", "with bytes in it"};
    case Suspect::before_start:
      return {"segment", "before the start of a stream"};
    case Suspect::fin_moved:
      return {"FIN", "at another place than the first"};
    case Suspect::conflict:
      return {"segment", "with other bytes than an earlier copy"};
    case Suspect::fragment_conflict:
      return {"packet", "of which fragments brought different bytes"};
    default:
      return {"suspect", suspect_name(why)};
  }
}

void add_input(SummaryTable& table, const SummaryFacts& facts) {
  const RunFacts& run = facts.run;
  table.section("Read");
  std::string what = counted(run.packets_read, "packet");
  what.append(", ").append(counted(run.bytes_captured, "byte"));
  if (run.inputs.size() > 1) what.append(", ").append(counted(run.inputs.size(), "input"));
  table.line(std::move(what));
  if (run.span) {
    const auto [first, last] = *run.span;
    std::string when = span_text(first, last);
    table.line(when.append(", ").append(duration_text(elapsed(first, last))));
  }
  table.count(run.packets_refused, "packet", "left out by the filter");
}

void add_loss(SummaryTable& table, const SummaryFacts& facts) {
  uint64_t by_kernel = 0;
  uint64_t by_interface = 0;
  for (const InputFacts& input : facts.run.inputs) {
    by_kernel += input.dropped_by_kernel;
    by_interface += input.dropped_by_interface;
  }
  table.section("Lost");
  table.count(by_kernel, "packet",
              facts.is_live ? "dropped by the kernel; --buffer-size gives it more room"
                            : "dropped by the kernel");
  table.count(by_interface, "packet", "dropped by the interface");
}

// Either of them may be the only kind.
void add_connections(SummaryTable& table, const FlowCounters& flows) {
  const uint64_t by_udp = flows.udp_conversations;
  const uint64_t by_tcp = flows.connections - by_udp;
  if (by_tcp == 0) return table.count(by_udp, "UDP conversation");
  std::string others;
  if (by_udp != 0) others.append(", ").append(counted(by_udp, "UDP conversation"));
  table.count(by_tcp, "connection", others);
}

void add_flows(SummaryTable& table, const FlowCounters& flows) {
  const auto ended = [&flows](HalfEnd why) { return flows.ends[static_cast<size_t>(why)]; };
  table.section("Flows");
  add_connections(table, flows);
  table.count(flows.halves, "stream",
              std::string(", ").append(counted(flows.stream_bytes, "byte")));
  table.section("Streams");
  table.count(flows.streams_complete, "", "complete");
  table.count(flows.udp_halves, "", "of UDP, which has no ends");
  table.count(ended(HalfEnd::open) - flows.udp_halves, "", "without an end in the capture");
  table.count(ended(HalfEnd::reset), "", "ended by a reset");
  table.count(ended(HalfEnd::jump), "", "cut where sequence numbers jump (-m)");
  table.count(flows.streams_with_gaps, "",
              std::string("with gaps, ").append(grouped(flows.gaps)).append(" in all"));
}

void add_missing(SummaryTable& table, const FlowCounters& flows) {
  table.section("Missing");
  for (size_t i = 0; i < kGapReasonCount; ++i) {
    table.count(flows.missing_by_reason[i], "byte", words_of(static_cast<GapReason>(i)));
  }
}

void add_doubts(SummaryTable& table, const FlowCounters& flows) {
  table.section("Doubtful");
  table.count(flows.conflict_bytes, "byte", "of which there are two versions; the first was kept");
  for (size_t i = 0; i < kSuspectCount; ++i) {
    const Words words = words_of(static_cast<Suspect>(i));
    table.count(flows.suspects[i], words.noun, words.rest);
  }
  table.count(flows.stragglers, "segment", "left out, late for a connection that was over");
}

std::string link_words(const UnknownLink& link) {
  std::string text = "of link type ";
  text += std::to_string(link.type);
  if (!link.name.empty()) text.append(" (").append(link.name).append(")");
  return text.append(" not decoded");
}

void add_unknown_links(SummaryTable& table, const RunFacts& run) {
  std::vector<UnknownLink> links = run.unknown_links;
  std::stable_sort(links.begin(), links.end(), [](const UnknownLink& a, const UnknownLink& b) {
    return a.packets > b.packets;
  });
  uint64_t others = 0;
  for (size_t i = 0; i < links.size(); ++i) {
    if (i < kMostLinks) {
      table.count(links[i].packets, "packet", link_words(links[i]));
    } else {
      others += links[i].packets;
    }
  }
  table.count(others, "packet", "of other link types not decoded");
}

void add_not_used(SummaryTable& table, const RunFacts& run) {
  struct Line {
    Words words;
    uint64_t packets = 0;
  };
  std::vector<Line> lines;
  for (size_t i = 1; i < kDropCount; ++i) {  // from 1: Drop::none is no reason
    const auto why = static_cast<Drop>(i);
    if (why == Drop::unknown_link_type || run.drops[why] == 0) continue;
    const Words words = words_of(why);
    const auto same = [&words](const Line& line) { return line.words.rest == words.rest; };
    auto line = std::find_if(lines.begin(), lines.end(), same);
    if (line == lines.end()) line = lines.insert(line, {words, 0});
    line->packets += run.drops[why];
  }
  table.section("Not used");
  add_unknown_links(table, run);
  for (const Line& line : lines) table.count(line.packets, line.words.noun, line.words.rest);
}

void add_limits(SummaryTable& table, const RunFacts& run) {
  table.section("Limits");
  for (const LimitFacts& limit : run.limits) {
    std::string words = limit.cost;
    if (!limit.option.empty()) words.append("; ").append(limit.option).append(" raises it");
    table.count(limit.hits, "time", words);
  }
}

void add_objects(SummaryTable& table, const ObjectTotals& objects) {
  table.section("Objects");
  table.count(objects.complete(), "", "complete");
  table.count(objects.count() - objects.complete(), "", "not whole, or not unpacked");
}

void add_output(SummaryTable& table, const SummaryFacts& facts) {
  const FlowCounters& flows = facts.run.flows;
  table.section("Written");
  if (!facts.folder.empty() && facts.has_captures) {
    table.line(std::string("a capture of each stream in ").append(facts.folder));
  } else if (!facts.folder.empty()) {
    std::string text = counted(flows.outputs, "file").append(", ");
    text.append(counted(flows.output_bytes, "byte")).append(", in ").append(facts.folder);
    table.line(std::move(text));
  } else if (facts.prints) {
    table.line(counted(flows.output_bytes, "byte").append(" to standard output"));
  }
  if (facts.report) table.line(std::string("report: ").append(*facts.report));
}

void add_end(SummaryTable& table, const SummaryFacts& facts) {
  const RunFacts& run = facts.run;
  table.section("Errors");
  table.count(run.errors.size(), "error", "told above");
  table.section("Took");
  std::string took = duration_text(facts.took);
  const double seconds = std::chrono::duration<double>(facts.took).count();
  // What takes no time says nothing about the rate, and a device has its own.
  if (!facts.is_live && seconds >= 0.01 && run.packets_read > 0) {
    const double rate = static_cast<double>(run.packets_read) / seconds;
    took.append(", ").append(counted(static_cast<uint64_t>(rate), "packet")).append(" and ");
    took.append(amount(static_cast<double>(run.bytes_captured) / seconds)).append(" a second");
  }
  if (!run.signal.empty()) took.append(", ended by ").append(run.signal);
  table.line(std::move(took));
}

}  // namespace

std::string summary_text(const SummaryFacts& facts) {
  const RunFacts& run = facts.run;
  SummaryTable table;
  add_input(table, facts);
  add_loss(table, facts);
  if (run.has_flows) {
    add_flows(table, run.flows);
    add_missing(table, run.flows);
    add_doubts(table, run.flows);
    if (run.objects) add_objects(table, *run.objects);
  }
  add_not_used(table, run);
  add_limits(table, run);
  add_output(table, facts);
  add_end(table, facts);
  return table.text();
}

}  // namespace tcpflow
