#include "app/wiring.h"

#include <archive.h>
#include <brotli/decode.h>
#include <llhttp.h>
#include <lzma.h>
#include <magic.h>
#include <openssl/crypto.h>
#include <pcap/pcap.h>
#include <sqlite3.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "app/cores.h"
#include "app/memory_limit.h"
#include "app/progress_form.h"
#include "app/same_file.h"

// Of mimalloc, and null where memory comes from elsewhere. It is only asked how old it is, so its
// header is not needed.
extern "C" [[gnu::weak]] int mi_version();

namespace tcpflow {
namespace {

// -x tcpdemux: packets are decoded and counted, and that is all.
class NoFlows : public SegmentSink {
 public:
  void on_segment(const Segment&) override {}
};

// Something that a sender cannot know.
uint64_t random_seed() {
  std::random_device source;
  return uint64_t{source()} << 32 | source();
}

std::string three_parts(uint32_t major, uint32_t minor, uint32_t patch) {
  std::string text = std::to_string(major);
  return text.append(".").append(std::to_string(minor)).append(".").append(std::to_string(patch));
}

// The libraries as they are loaded, not as they were at compile time.
BuildFacts build_facts() {
  BuildFacts build = compiled_in();
  build.cxxflags = TCPFLOW_CXXFLAGS;
  build.libraries = {
      {"libpcap", pcap_lib_version()},
      {"zlib", zlibVersion()},
      {"liblzma", lzma_version_string()},
      {"libarchive", archive_version_string()},
      {"brotli", three_parts(BrotliDecoderVersion() >> 24, BrotliDecoderVersion() >> 12 & 0xfff,
                             BrotliDecoderVersion() & 0xfff)},
      {"zstd", ZSTD_versionString()},
      {"llhttp", three_parts(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH)},
      {"libmagic", std::to_string(magic_version())},
      {"openssl", OpenSSL_version(OPENSSL_VERSION)},
      {"sqlite", sqlite3_libversion()}};
  if (mi_version != nullptr) build.libraries.push_back({"mimalloc", std::to_string(mi_version())});
  return build;
}

// Live flows must end some time: nobody waits for the end of the input.
constexpr int64_t kLiveIdle = 3600;
constexpr int64_t kLiveLifetime = 86400;

// Of two limits in seconds the one that comes first; 0 is none.
int64_t shorter(int64_t a, int64_t b) { return a == 0 || b == 0 ? a + b : std::min(a, b); }

FlowOptions flow_options(const Options& options) {
  const FlowSettings& given = options.flow;
  const bool is_live = options.input.is_live();
  FlowOptions flow;
  flow.stream = options.limits.stream;
  flow.flow = options.limits.flow;
  flow.max_jump = given.max_jump;
  const bool says_idle = given.max_idle || given.tcp_timeout != 0;
  const int64_t idle = given.max_idle.value_or(is_live && !says_idle ? kLiveIdle : 0);
  flow.tcp_timeout = shorter(given.tcp_timeout, idle);
  flow.max_lifetime = given.max_lifetime.value_or(is_live ? kLiveLifetime : 0);
  flow.merge_vlans = given.merge_vlans;
  flow.strict = given.strict;
  flow.time_shift = std::chrono::seconds(given.tdelta);
  flow.flow.udp_idle = std::chrono::seconds(given.udp_idle);
  flow.hash_seed = random_seed();
  flow.overlap = options.flow.overlap.table;
  // The endpoint's view is that of a Linux host, unless another policy is for all.
  const bool is_linux = given.strict && !given.overlap.has_default;
  if (is_linux) flow.overlap.set_default(OverlapPolicy::modern_linux);
  flow.keep_alternatives = options.flow.keep_alternatives;
  return flow;
}

// A limit below the number of threads could not be kept.
size_t most_to_share_with(const Options& options) {
  const FlowLimits& flow = options.limits.flow;
  const size_t files = options.file.max_open.value_or(SIZE_MAX);
  const size_t conversations = options.flow.udp ? flow.udp_conversations : SIZE_MAX;
  const size_t fitting =
      options.limits.memory ? most_threads_within(*options.limits.memory) : SIZE_MAX;
  return std::min({files, conversations, flow.flows, flow.half_open, fitting});
}

// What all shards may keep together is shared out evenly.
void share_limits(FlowOptions& flow, size_t threads) {
  const auto share = [threads](size_t& limit) { limit = std::max<size_t>(limit / threads, 1); };
  share(flow.stream.held_total);
  share(flow.stream.delivered_windows_total);
  share(flow.flow.flows);
  share(flow.flow.half_open);
  share(flow.flow.octets);
  share(flow.flow.listed);
  share(flow.flow.udp_conversations);
}

// Makes lanes that lead where those of the shards do.
class LanesLike : public LaneMaker {
 public:
  explicit LanesLike(const LaneSinks& sinks) : sinks_(sinks) {}
  std::vector<std::unique_ptr<Lane>> make_lanes() override { return Lanes(sinks_).take(); }

 private:
  LaneSinks sinks_;
};

DecodeOptions decode_options(const Options& options) {
  DecodeOptions decode;
  decode.fragments = options.limits.fragments;
  decode.senders = options.limits.senders;
  decode.open_tunnels = options.decode.open_tunnels;
  decode.check_fcs = options.decode.check_fcs;
  decode.merge_vlans = options.flow.merge_vlans;
  decode.check_sums = decode.reads_options = options.flow.strict;
  decode.path_seed = random_seed();
  decode.fragment_policies = options.decode.fragments.table;
  const bool is_linux = options.flow.strict && !options.decode.fragments.has_default;
  if (is_linux) decode.fragment_policies.set_default(FragmentPolicy::linux_modern);
  return decode;
}

// The reader cannot keep more of them busy.
constexpr size_t kMostByDefault = 16;

constexpr uint64_t kManyFiles = 10000;  // from here on one folder is slow to list

}  // namespace

Job::Job(const Options& options, Messages& messages, SignalWaiter& signals)
    : options_(options),
      messages_(messages),
      signals_(signals),
      waiter_(signals),
      inputs_(options, messages, waiter_),
      scanners_(options) {}

Result<std::unique_ptr<Job>> Job::open(const Options& options, Messages& messages,
                                       SignalWaiter& signals) {
  auto job = std::make_unique<Job>(options, messages, signals);
  if (const Status opened = job->open_all(); !opened) return opened.error();
  return job;
}

Status Job::open_all() {
  if (!options_.user.empty()) {
    Result<Account> account = find_account(options_.user);
    if (!account) return account.error();
    account_ = std::move(*account);
    const Status allowed = may_drop_to(*account_, options_.new_root.value_or(""));
    if (!allowed) return allowed;
  }
  if (const Status apart = check_outputs_are_apart(options_); !apart) return apart;
  if (const Status opened = inputs_.open_first(); !opened) return opened;
  if (const Status made = make_scanners(); !made) return made;
  if (const Status made = make_folder(); !made) return made;
  Result<std::unique_ptr<Outputs>> outputs = Outputs::open(options_, messages_, waiter_);
  if (!outputs) return outputs.error();
  outputs_ = std::move(*outputs);
  if (const Status opened = open_records(); !opened) return opened;
  waiter_.watch(outputs_->console(), outputs_->archive(), records_ ? records_->screen() : nullptr);
  if (const Status opened = open_report(); !opened) return opened;
  if (const Status made = outputs_->make_spools(threads()); !made) return made;
  make_engine();
  return Ok{};
}

Status Job::make_scanners() {
  if (const Status made = scanners_.make(); !made) return made;
  // What scripts do as they are loaded is for the user of -U to do.
  return account_ ? Status(Ok{}) : scanners_.open();
}

Status Job::make_folder() {
  const bool has_files = !only_prints(options_) && options_.file.archive.empty();
  const bool uses_folder = has_files || (report_path(options_) && options_.report_file.empty());
  if (!uses_folder) return Ok{};
  const std::string folder = seen_from_outside(options_, options_.file.folder);
  const Result<bool> made = make_output_folder(folder);
  if (!made) return made.error();
  if (!account_) return check_output_folder(options_);
  // The user who is to write into it could not have made it.
  if (*made && ::lchown(folder.c_str(), account_->user, account_->group) != 0)
    return errno_error(folder, errno);
  return Ok{};
}

StartFacts Job::start_facts() const {
  StartFacts facts;
  facts.version = TCPFLOW_VERSION;
  facts.build = build_facts();
  facts.command_line = options_.command_line;
  facts.start = std::chrono::system_clock::now();
  facts.tdelta = options_.flow.tdelta;
  return facts;
}

Status Job::open_records() {
  if (!options_.record.any()) return Ok{};
  Result<std::unique_ptr<RecordOutputs>> records =
      RecordOutputs::open(options_, {messages_, waiter_}, start_facts());
  if (!records) return records.error();
  records_ = std::move(*records);
  return Ok{};
}

Status Job::open_report() {
  const std::optional<std::string> path = report_path(options_);
  if (!path) return Ok{};
  Result<std::unique_ptr<DfxmlReport>> report = DfxmlReport::open(*path, start_facts(), waiter_);
  if (!report) return report.error();
  report_ = std::move(*report);
  messages_.note("reportfilename: " + *path, 10);
  return Ok{};
}

void Job::make_engine() {
  make_shards(threads());
  decoder_.emplace(decode_options(options_), segments(), outputs_->undecoded(), datagrams());
  if (const std::optional<ProgressForm> form = progress_form(options_, look_at_screens())) {
    progress_.emplace(messages_.status_line(), *form, std::chrono::steady_clock::now);
  }
  engine_.emplace(EngineParts{*decoder_, *shards_, waiter_, progress_ ? &*progress_ : nullptr});
}

// How many shards there are; 0: no flows are looked for.
size_t Job::threads() const {
  if (outputs_->segments() != nullptr || !options_.scanners.is_on("tcpdemux")) return 0;
  const size_t threads = options_.threads.value_or(usable_cores(kMostByDefault));
  return std::min(threads, most_to_share_with(options_));
}

void Job::make_shards(size_t threads) {
  const LaneSinks sinks = outputs_->sinks(report_.get(), records_.get());
  lane_maker_ = std::make_unique<LanesLike>(sinks);
  FlowShardsParts parts;
  if (threads > 0) {
    ShardPlan plan = outputs_->plan(threads);
    plan.scanners = scanners_.makers();
    plan.flow = flow_options(options_);
    share_limits(plan.flow, threads);
    plan.has_udp = options_.flow.udp;
    plan.has_report = report_ != nullptr;
    if (records_) plan.records = records_->plan();
    for (size_t i = 0; i < threads; ++i) {
      plan.spool = outputs_->spool(i);
      shard_outputs_.push_back(std::make_unique<ShardOutputs>(plan, sinks));
      parts.shards.push_back(shard_outputs_.back()->parts());
    }
  } else {
    no_flows_ = std::make_unique<NoFlows>();
  }
  if (outputs_->undecoded_lane() != nullptr) {
    parts.readers_lanes = Lanes::only_unused(outputs_->undecoded_lane());
  }
  parts.lanes = lane_maker_.get();
  parts.listeners = outputs_->listeners();
  if (report_) parts.listeners.push_back(report_.get());
  if (records_) parts.listeners.push_back(records_.get());
  parts.names_need_order = outputs_->names_need_order();
  parts.time_shift = std::chrono::seconds(options_.flow.tdelta);
  shards_.emplace(std::move(parts));
  if (outputs_->undecoded() != nullptr) outputs_->undecoded()->go_by(shards_->now());
}

// Where segments go.
SegmentSink& Job::segments() {
  if (outputs_->segments() != nullptr) return *outputs_->segments();
  return no_flows_ ? *no_flows_ : shards_->segments();
}

// Where datagrams go; null: nowhere.
DatagramSink* Job::datagrams() {
  if (!options_.flow.udp) return nullptr;
  return no_flows_ ? outputs_->datagrams() : &shards_->datagrams();
}

Status Job::drop_privileges() {
  if (!account_) return Ok{};
  const Owner owner{account_->user, account_->group};
  if (report_) {
    if (const Status given = report_->give_to(owner); !given) return given;
  }
  if (records_) {
    if (const Status given = records_->give_to(owner); !given) return given;
  }
  if (outputs_->unprocessed()) {
    if (const Status given = outputs_->unprocessed()->give_to(owner); !given) return given;
  }
  if (ArchiveWriter* const archive = outputs_->archive(); archive != nullptr) {
    const int code = archive->give_to(owner);
    if (code != 0) return errno_error(archive->path(), code);
  }
  if (options_.new_root) {
    if (const Status entered = enter_root(*options_.new_root); !entered) return entered;
  }
  if (const Status became = become(*account_); !became) return became;
  messages_.note("dropped privs to " + account_->name);
  if (const Status loaded = scanners_.open(); !loaded) return loaded;
  return check_output_folder(options_);
}

void Job::run() {
  if (const Status started = shards_->start(); !started) messages_.note(started.error().message);
  bool is_first = true;
  if (progress_) progress_->set_sizes(InputVolume::sizes_of(inputs_.paths()));
  while (!waiter_.stop_requested()) {
    const std::optional<Inputs::Input> input = inputs_.next();
    if (!input) break;
    const std::vector<Interface>& interfaces = input->source->interfaces();
    if (std::exchange(is_first, false) && outputs_->unprocessed() && !interfaces.empty()) {
      outputs_->unprocessed()->set_input(interfaces[0].link, interfaces[0].snap_length);
    }
    shards_->set_opens_flows(input->opens_flows);
    if (progress_) progress_->begin_input(input->index, *input->source);
    const Status status = engine_->run(*input->source);
    inputs_.finished(*input->source, status);
  }
  finish();
  if (progress_) progress_->end(engine_->totals());
  if (shows_summary(options_, ::isatty(STDERR_FILENO) == 1)) messages_.show(summary());
}

void Job::finish() {
  if (!signals_.caught().empty()) messages_.note("terminating orderly");
  end_facts_.open_fds_at_end = outputs_->open_files();
  // Descriptors are a cache, and which of them are open depends on more than the packets.
  for (const auto& shard : shard_outputs_) end_facts_.open_fds_at_end += shard->incomplete_files();
  end_facts_.flow_map_size = shards_->counters().halves_open;
  engine_->finish();
  outputs_->finish();
  scanners_.close();
  // One that comes when nothing is read any more would end the program behind its last line.
  if (signals_.caught().empty() && signals_.stop_requested()) messages_.note("terminating orderly");
  messages_.finish();
  note_many_files();
  if (records_) records_->finish(facts(), messages_);
  if (!report_) return;
  if (const Status finished = report_->finish(facts()); !finished) {
    messages_.error(finished.error().message);
  }
}

void Job::note_many_files() const {
  if (!outputs_->writes_files()) return;
  const uint64_t files = shards_->counters().outputs;
  if (files <= kManyFiles || options_.quiet || !options_.file.names.empty()) return;
  messages_.note(std::to_string(files) +
                 " flow files went into one folder; -Fk makes sub-folders of 1,000, --archive one "
                 "file of all");
}

}  // namespace tcpflow
