// What a run came to, put together from all that took part in it.
#include <pcap/pcap.h>

#include <algorithm>
#include <utility>

#include "app/wiring.h"
#include "capture/dlt.h"
#include "report/summary.h"

namespace tcpflow {
namespace {

// Link types for everyone's own use, which libpcap has no names for.
constexpr uint16_t kFirstUser = 147;
constexpr uint16_t kLastUser = 162;

std::string name_of(LinkType link) {
  const auto number = static_cast<uint16_t>(link);
  if (number >= kFirstUser && number <= kLastUser) {
    std::string name = "USER";
    return name.append(std::to_string(number - kFirstUser));
  }
  const char* name = ::pcap_datalink_val_to_name(dlt_of(link));
  return name == nullptr ? "" : name;
}

void add_fragment_limits(const FragmentLimitHits& hits, std::vector<LimitFacts>& limits) {
  limits.push_back({"max_fragments", hits.datagrams, "--max-fragments",
                    "the fragments of a packet were given up"});
  limits.push_back(
      {"max_fragment_bytes", hits.bytes, "--max-fragment-bytes", "fragments were given up"});
  limits.push_back({"fragments_per_datagram", hits.fragments_per_datagram, "",
                    "the fragments of a packet were given up"});
}

void add_flow_limits(const FlowCounters& flows, std::vector<LimitFacts>& limits) {
  limits.push_back({"max_held", flows.held_total_hits, "--max-held",
                    "a connection gave up what it held behind gaps"});
  limits.push_back({"max_held_per_half", flows.held_per_half_hits, "--max-held-per-half",
                    "a stream gave up a gap"});
  limits.push_back(
      {"max_flows", flows.flows_evicted, "--max-flows", "a connection ended for a new one"});
  limits.push_back({"max_vlans", flows.vlans_evicted, "--max-vlans",
                    "a connection ended for one with the same addresses on another VLAN"});
  limits.push_back({"memory_limit", flows.octets_evicted, "--memory-limit",
                    "a connection ended so that others have room"});
  limits.push_back({"max_half_open", flows.half_open_evicted, "--max-half-open",
                    "a half-open connection ended for a new one"});
  limits.push_back({"max_alternatives", flows.windows_total_hits, "--max-alternatives",
                    "delivered bytes of a connection could not be kept for comparison"});
  limits.push_back({"max_idle", flows.idle_ended, "--max-idle",
                    "a connection ended, having been idle too long"});
  limits.push_back({"max_lifetime", flows.lifetimes_ended, "--max-lifetime",
                    "a connection ended, being too old"});
  limits.push_back(
      {"max_udp", flows.udp_limit_hits, "--max-udp", "a UDP conversation ended for a new one"});
  limits.push_back(
      {"max_scan", flows.scans_cut, "--max-scan", "scanners got only the beginning of a stream"});
  limits.push_back({"scan_missing", flows.scans_left, "",
                    "a stream was not scanned, for too much of it is missing"});
  limits.push_back(
      {"alternatives", flows.alternatives_cut, "", "a file of alternatives was cut off"});
  limits.push_back(
      {"lingering", flows.lingering_cut, "", "a closed connection did not wait for stragglers"});
}

void add_http_limits(const HttpCounters& http, std::vector<LimitFacts>& limits) {
  limits.push_back({"http_listed", http.not_listed, "", "an object of HTTP was not listed"});
  limits.push_back({"http_unpacking", http.no_room, "",
                    "a body of HTTP stayed packed, for want of memory to unpack it"});
  limits.push_back(
      {"http_unpacked", http.too_large, "", "a body of HTTP that unpacks to too much was cut"});
  limits.push_back(
      {"http_parts", http.parts_cut, "", "a body of HTTP had more parts than are told of"});
  limits.push_back({"http_requests", http.requests_lost, "",
                    "a request was forgotten before its response came"});
  limits.push_back(
      {"http_heads", http.heads_lost, "",
       "the head of a message was given up, for want of memory to keep its beginning"});
}

void add_screen_limits(uint64_t bodies, uint64_t heads, std::vector<LimitFacts>& limits) {
  limits.push_back({"screen_text", bodies, "",
                    "a body of HTTP that unpacks to much was not printed to its end"});
  limits.push_back(
      {"screen_held", heads, "", "a head of HTTP that came in pieces was printed as they came"});
}

void add_python_limits(const FlowCounters& flows, std::vector<LimitFacts>& limits) {
  limits.push_back({"max_python", flows.gathers_cut, "--max-python",
                    "a Python function got only the beginning of a stream"});
  limits.push_back({"python_held", flows.gathers_no_room, "",
                    "a stream was not gathered for Python to its end, for want of memory"});
}

void add_transcript_limits(const RecordOutputs& records, std::vector<LimitFacts>& limits) {
  if (!records.plan().transcript) return;
  limits.push_back({"transcript", records.transcript_parts(), "",
                    "a conversation was written in parts, for it was too much to keep"});
}

// What --memory-limit lowered only that option raises.
void mark_shares(const LimitSettings& given, std::vector<LimitFacts>& limits) {
  for (LimitFacts& limit : limits) {
    const auto& shares = given.shares;
    if (std::find(shares.begin(), shares.end(), limit.name) == shares.end()) continue;
    limit.option = "--memory-limit";
    limit.is_share = limit.name != "memory_limit";
  }
}

}  // namespace

RunFacts Job::facts() const {
  RunFacts facts = end_facts_;
  const EngineTotals& totals = engine_->totals();
  facts.packets_read = totals.frames;
  facts.packets_refused = totals.frames - totals.passed;
  facts.bytes_captured = totals.bytes;
  if (totals.passed > 0) {
    const Duration tdelta = std::chrono::seconds(options_.flow.tdelta);
    facts.span.emplace(shifted(totals.first, tdelta), shifted(totals.last, tdelta));
  }
  facts.drops = decoder_->drops();
  facts.datagrams_reassembled = decoder_->reassembled_datagrams();
  for (const auto& [link, count] : decoder_->unknown_links()) {
    facts.unknown_links.push_back({static_cast<uint16_t>(link), count, name_of(link)});
  }
  facts.has_flows = !shard_outputs_.empty();
  facts.flows = shards_->counters();
  add_flow_limits(facts.flows, facts.limits);
  facts.limits.push_back(
      {"listed", facts.flows.lists_cut, "", "a list of gaps or conflicts was cut short"});
  if (const ArchiveWriter* const archive = outputs_->archive(); archive != nullptr) {
    // Shards count what they hand over.
    facts.flows.outputs -= archive->streams_left_out();
    facts.flows.output_bytes -= archive->bytes_left_out();
    uint64_t cut = 0;
    for (const auto& shard : shard_outputs_) cut += shard->zeros_hits();
    facts.limits.push_back(
        {"archive_zeros", cut, "", "a stream with too much missing was cut in the archive"});
  }
  if (reads_http(options_)) {
    HttpCounters http;
    for (const auto& shard : shard_outputs_) http += shard->http_counters();
    facts.objects = ObjectTotals{http.objects, http.not_listed};
    add_http_limits(http, facts.limits);
    if (options_.console.is_on) {
      uint64_t cut = 0;
      for (const auto& shard : shard_outputs_) cut += shard->heads_cut();
      add_screen_limits(http.not_shown, cut, facts.limits);
    }
  }
  if (options_.scanners.is_on("python")) add_python_limits(facts.flows, facts.limits);
  if (records_) add_transcript_limits(*records_, facts.limits);
  add_fragment_limits(decoder_->fragment_limit_hits(), facts.limits);
  facts.limits.push_back({"senders", decoder_->forgotten_senders(), "",
                          "it was forgotten whether a host's checksums are right"});
  // Without --memory-limit it is no more than what a long run does.
  const auto& shares = options_.limits.shares;
  if (std::find(shares.begin(), shares.end(), "write_behind") != shares.end()) {
    uint64_t early = 0;
    for (const auto& shard : shard_outputs_) early += shard->early_writes();
    facts.limits.push_back({"write_behind", early, "", "a file was written in pieces, not in one"});
  }
  mark_shares(options_.limits, facts.limits);
  facts.inputs = inputs_.facts();
  facts.signal = signals_.caught();
  facts.errors = messages_.errors();
  return facts;
}

std::string Job::summary() const {
  const RunFacts run = facts();
  SummaryFacts facts{run};
  facts.is_live = options_.input.is_live();
  facts.has_captures = options_.file.write_captures;
  const bool has_files = facts.has_captures || (run.has_flows && outputs_->writes_files());
  if (has_files) facts.folder = options_.file.folder;
  const std::string& archive = options_.file.archive;
  if (!archive.empty()) facts.folder = archive == "-" ? "an archive on standard output" : archive;
  facts.prints = options_.console.is_on || options_.record.uses_stdout();
  facts.report = report_path(options_);
  facts.took = std::chrono::steady_clock::now() - began_;
  return summary_text(facts);
}

}  // namespace tcpflow
