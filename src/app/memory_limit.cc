#include "app/memory_limit.h"

#include <algorithm>
#include <string>

#include "app/options_size.h"

namespace tcpflow {
namespace {

// The program with its libraries, and one batch with all that is made of it.
constexpr size_t kProgram = size_t{24} << 20;
// Each thread has batches on their way to it and back, lanes, and a heap of its own.
constexpr size_t kThread = size_t{6} << 20;
// Python, with a script that imports something.
constexpr size_t kPython = size_t{16} << 20;
// Part of the memory that is for threads.
constexpr size_t kThreadsPart = 8;
// A batch of input, as a part of the memory: what comes of it, be it a thousand flows that end, is
// beside all limits.
constexpr size_t kBatchPart = 512;
constexpr size_t kLeastBatch = size_t{128} << 10;

// Octets of one of each kind, bookkeeping included, as allocated at worst.
constexpr size_t kFlow = 512;          // a connection in order, with files that rest
constexpr size_t kFileInMemory = 450;  // more for a half whose file does not
constexpr size_t kHashedHalf = 350;    // the state of a digest
constexpr size_t kArchivedHalf = 800;
constexpr size_t kHttpHead = 2;           // for each octet, with the room that a text grows by
constexpr size_t kHttpConnection = 8000;  // read by the scanner http, with a body under way
constexpr size_t kShownHalf = 400;        // more of that, where messages are printed
constexpr size_t kPythonFlow = 500;       // its two readers, without what they gather
constexpr size_t kTalkOctet = 3;          // as a text grows, and what is made of it
constexpr size_t kTalk = 700;             // a connection with a transcript
constexpr size_t kHole = 170;             // of an entry of a tar, while it is written
constexpr size_t kEndpoint = 220;         // its view, --strict
constexpr size_t kConversation = 1500;
constexpr size_t kClosed = 128;  // remembered, and it took one packet at least
constexpr size_t kSender = 128;
constexpr size_t kName = 24;        // known to be taken, by its hash
constexpr size_t kCollision = 200;  // by itself
constexpr size_t kOpenFile = 450;
constexpr size_t kCapture = 800;  // a direction with its file, -K
// What is made of a held octet when it is let go: it lies where it was until the batch ends, and
// what notes it for files takes less than its own bookkeeping; as text it takes several times that.
constexpr size_t kHeld = 2;
constexpr size_t kHeldForConsole = 12;
constexpr size_t kListed = 3;  // as XML
// A gathered octet: where it moves to as more comes, or the copy that Python gets.
constexpr size_t kGatheredCost = 2;

// Thousandths of what the program leaves; the rest is what the heap loses between its blocks.
enum Share : size_t {
  kFlows = 330,
  kHeldBytes = 180,
  kWriteBehind = 70,
  kConversations = 50,
  kRemembered = 50,
  kWindows = 40,
  kLists = 40,
  kFragments = 40,
  kOpenFiles = 30,
  kSenders = 20,
  kCollisions = 10,
  // In place of flow files.
  kArchiveHeld = 30,
  kArchiveNames = 20,
  kArchiveList = 50,  // the directory of a zip, or the holes of a tar
  // Of the scanner http, which leaves the less for all others.
  kUnpacking = 220,
  kHttpLists = 40,
  kHttpRequests = 40,
  kHttpHeads = 60,
  kObjectsHeld = 50,
  kHttp = kUnpacking + kHttpLists + kHttpRequests + kHttpHeads + kObjectsHeld,
  // Of --transcript, likewise.
  kTalks = 150,
  // Of the scanner python, likewise: what is gathered, and a copy of one half.
  kGathered = 250,
  // In place of flows.
  kCaptures = 700,
};

class Shares {
 public:
  Shares(ParseState& state, size_t memory)
      : limits_(state.options.limits),
        state_(state),
        memory_(memory - kProgram - memory / kThreadsPart) {
    if (state.options.scanners.is_on("python")) memory_ -= kPython;
  }

  // A limit that nobody can set. `cost`: octets of one that it counts. What it costs is told by
  // `name`; null: it costs time only.
  template <typename Number>
  void lower(Number& limit, Share share, size_t cost, const char* name = nullptr) {
    const uint64_t part = std::max<uint64_t>(memory_ / 1000 * share / cost, 1);
    if (limit <= part) return;
    limit = static_cast<Number>(part);
    if (name != nullptr) limits_.shares.push_back(name);
  }
  // What comes next shares the rest.
  void take_away(Share share) { memory_ -= memory_ / 1000 * share; }
  // One that can be set by `option`.
  void lower_option(const std::string& option, size_t& limit, Share share, size_t cost = 1) {
    const size_t before = limit;
    const char* const name = name_of(option);
    lower(limit, share, cost, name);
    const auto& asked = limits_.asked;
    if (limit == before || std::find(asked.begin(), asked.end(), option) == asked.end()) return;
    const bool is_size = option != "--max-udp";
    const std::string most = is_size ? size_text(limit >> 10 << 10) : std::to_string(limit);
    state_.fail(option + " does not fit into --memory-limit " + size_text(*limits_.memory) +
                ", of which its share is " + most);
  }

 private:
  // As the report calls it.
  static const char* name_of(const std::string& option) {
    if (option == "--max-held") return "max_held";
    if (option == "--max-held-per-half") return "max_held_per_half";
    if (option == "--max-alternatives") return "max_alternatives";
    if (option == "--max-fragment-bytes") return "max_fragment_bytes";
    if (option == "--max-python") return "max_python";
    return "max_udp";
  }

  LimitSettings& limits_;
  ParseState& state_;
  size_t memory_;
};

bool has_files(const Options& options) {
  const FileSettings& file = options.file;
  return !options.console.is_on && !file.store_nothing && file.archive.empty();
}

bool files_rest(const Options& options) {
  return !options.file.write_index && options.gap.value_or(GapForm::zero) == GapForm::zero &&
         !options.flow.keep_alternatives;
}

// What a connection takes in order, with its consumers.
size_t cost_of_flow(const Options& options) {
  size_t cost = kFlow;
  if (has_files(options) && !files_rest(options)) cost += 2 * kFileInMemory;
  if (!options.file.archive.empty()) cost += 2 * kArchivedHalf;
  if (options.scanners.is_on("md5")) cost += 2 * kHashedHalf;
  if (reads_http(options)) cost += kHttpConnection;
  const bool shows_messages = options.scanners.is_on("http") && options.console.shows_messages();
  if (shows_messages) cost += 2 * kShownHalf;
  if (options.scanners.is_on("python")) cost += kPythonFlow;
  if (!options.record.transcript.empty()) cost += kTalk;
  return cost;
}

// What is odd about one, or waits for stragglers: files of complete halves do not rest.
size_t cost_of_extras(const Options& options) {
  size_t cost = FlowLimits().extras_cost;
  if (has_files(options) && files_rest(options)) cost += 2 * kFileInMemory;
  if (options.flow.strict) cost += kEndpoint;
  return cost;
}

void share_out_flows(const Options& options, FlowLimits& flow, Shares& shares) {
  shares.lower(flow.octets, kFlows, 1, "memory_limit");
  flow.flow_cost = cost_of_flow(options);
  flow.extras_cost = cost_of_extras(options);
  if (options.flow.udp) {
    const size_t cost = kConversation + flow.flow_cost - kFlow;
    shares.lower_option("--max-udp", flow.udp_conversations, kConversations, cost);
  }
  shares.lower(flow.listed, kLists, kListed, "listed");
  shares.lower(flow.remember_packets, kRemembered, kClosed);
}

void share_out_streams(const Options& options, StreamLimits& stream, Shares& shares) {
  const size_t cost = options.console.is_on ? kHeldForConsole : kHeld;
  shares.lower_option("--max-held", stream.held_total, kHeldBytes, cost);
  shares.lower_option("--max-held-per-half", stream.held_per_half, kHeldBytes, 4 * cost);
  shares.lower_option("--max-alternatives", stream.delivered_windows_total, kWindows);
}

void share_out_outputs(OutputLimits& output, Shares& shares) {
  shares.lower(output.held_total, kWriteBehind, 1, "write_behind");
  shares.lower(output.open_files, kOpenFiles, kOpenFile);
  shares.lower(output.collisions, kCollisions, kCollision);
  shares.lower(output.archive_held_total, kArchiveHeld, 1);
  shares.lower(output.archive_names, kArchiveNames, kName);
  shares.lower(output.archive_directory, kArchiveList, 1);
  shares.lower(output.archive_holes_per_half, kArchiveList, kHole);
  shares.lower(output.captures, kCaptures, kCapture);
}

void share_out_python(PythonLimits& python, Shares& shares) {
  shares.lower(python.held, kGathered, kGatheredCost, "python_held");
  shares.lower_option("--max-python", python.per_half, kGathered, kGatheredCost);
  shares.take_away(kGathered);
}

void share_out_transcript(TranscriptLimits& transcript, Shares& shares) {
  shares.lower(transcript.held, kTalks, kTalkOctet, "transcript");
  transcript.per_flow = std::min(transcript.per_flow, transcript.held / 2);
  shares.take_away(kTalks);
}

void share_out_http(LimitSettings& limits, Shares& shares) {
  HttpLimits& http = limits.http;
  shares.lower(http.unpacking, kUnpacking, 1, "http_unpacking");
  shares.lower(http.listed, kHttpLists, kListed, "http_listed");
  shares.lower(http.request_octets, kHttpRequests, 1, "http_requests");
  shares.lower(http.head_octets_total, kHttpHeads, kHttpHead, "http_heads");
  shares.lower(limits.output.objects_held, kObjectsHeld, 1);
  shares.lower(limits.output.screen_held, kObjectsHeld, 1, "screen_held");
  shares.take_away(kHttp);
}

}  // namespace

void share_out_memory(ParseState& state) {
  LimitSettings& limits = state.options.limits;
  if (!limits.memory) return;
  if (*limits.memory < kLeastMemory) {
    return state.fail("--memory-limit must be at least " + size_text(kLeastMemory) + ", not " +
                      size_text(*limits.memory));
  }
  Shares shares(state, *limits.memory);
  if (reads_http(state.options)) share_out_http(limits, shares);
  if (state.options.scanners.is_on("python")) share_out_python(limits.python, shares);
  if (!state.options.record.transcript.empty()) share_out_transcript(limits.transcript, shares);
  share_out_flows(state.options, limits.flow, shares);
  share_out_streams(state.options, limits.stream, shares);
  shares.lower_option("--max-fragment-bytes", limits.fragments.bytes, kFragments);
  shares.lower(limits.senders.hosts, kSenders, kSender, "senders");
  share_out_outputs(limits.output, shares);
  limits.read_size = std::clamp(*limits.memory / kBatchPart, kLeastBatch, limits.read_size);
}

size_t most_threads_within(size_t memory) {
  return std::max<size_t>(memory / kThreadsPart / kThread, 1);
}

}  // namespace tcpflow
