#include "app/outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace tcpflow {

Result<bool> make_output_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0) return true;
  const int code = errno;
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return errno_error("cannot create " + folder, code);
  if (!S_ISDIR(status.st_mode)) return Error{"outdir is not a directory: " + folder, ENOTDIR};
  return false;
}

Status check_output_folder(const Options& options) {
  const FileSettings& file = options.file;
  const bool has_streams = !options.console.is_on && !file.store_nothing && file.archive.empty();
  const bool has_files = file.write_captures || has_streams;
  const auto is_template = [](const NameOption& option) { return option.kind == 'T'; };
  // A template of its own may lead anywhere from the current folder.
  const bool may_lead_away =
      file.folder == "." && std::any_of(file.names.begin(), file.names.end(), is_template);
  if (!has_files || may_lead_away) return Ok{};
  if (::faccessat(AT_FDCWD, file.folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return Ok{};
  const int code = errno;
  const std::string who = options.user.empty() ? "" : " as user '" + options.user + "'";
  return errno_error("cannot write into " + file.folder + who, code);
}

void FlowTeller::on_entry(const ArchiveEntry& entry) {
  assert(archive_ != nullptr);
  archive_->on_entry(entry);
}

void FlowTeller::on_record(std::string_view text, const RecordSpans& spans) {
  if (report_ == nullptr) return;
  if (archive_ == nullptr || !archive_->has_failures()) return report_->on_text(text);
  std::string record(text);
  // From the back: what is mended moves all that is behind it.
  for (size_t i = spans.count; i-- > 0;) {
    const HalfSpans& half = spans.halves[i];
    const std::optional<EntryFailure> failure = archive_->failure_of(half.flow_number);
    if (!failure) continue;
    std::string mended;
    append_mended(mended, record, half, {failure->error, failure->is_stored});
    record = std::move(mended);
  }
  report_->on_text(record);
}

void FlowTeller::on_fact(FactChannel channel, std::string_view line) {
  assert(records_ != nullptr);
  records_->on_fact(channel, line);
}

Result<std::unique_ptr<Outputs>> Outputs::open(const Options& options, Messages& messages,
                                               Waiter& waiter) {
  auto outputs = std::make_unique<Outputs>(options, messages);
  if (const Status made = outputs->make(waiter); !made) return made.error();
  return outputs;
}

namespace {

size_t most_open_files(const Options& options) {
  const size_t asked = options.file.max_open.value_or(FileBudget::default_max_open());
  return std::min(asked, options.limits.output.open_files);
}

CommandHook::Prints command_prints(const Options& options) {
  return options.has_stdout_record() ? CommandHook::Prints::to_errors
                                     : CommandHook::Prints::to_output;
}

}  // namespace

Outputs::Outputs(const Options& options, Messages& messages)
    : options_(options),
      messages_(messages),
      budget_(most_open_files(options)),
      error_replay_(messages) {}

Status Outputs::make(Waiter& waiter) {
  Result<NameTemplate> names = name_template(options_.file);
  if (!names) return names.error();
  make_hooks(waiter);
  const FileSettings& file = options_.file;
  if (!file.unused_packets.empty()) {
    unprocessed_.emplace(file.unused_packets, messages_, waiter);
    if (const Status opened = unprocessed_->open(); !opened) return opened;
    undecoded_lane_.emplace(*unprocessed_);
    undecoded_.emplace(*undecoded_lane_);
  }
  if (file.write_captures) {
    FlowPcapOptions captures;
    captures.time_shift = std::chrono::seconds(options_.flow.tdelta);
    captures.directions = options_.limits.output.captures;
    flow_pcap_.emplace(std::move(*names), captures, FlowPcap::Borrowed{budget_, messages_, waiter},
                       std::chrono::system_clock::now());
    return Ok{};
  }
  if (const Status made = make_scanners(); !made) return made;
  plan_.names = std::move(*names);
  plan_.has_hooks = !hooks_.empty();
  plan_.tells_unused = unprocessed_.has_value();
  plan_.md5 = md5_.get();
  if (options_.console.is_on) return make_console(waiter);
  if (file.store_nothing) return Ok{};
  if (!file.archive.empty()) return make_archive(waiter);
  FlowFilesOptions files;
  files.limits = options_.limits.output;
  files.limit = file.byte_limit.value_or(FlowFilesOptions::kNoLimit);
  files.index = file.write_index;
  files.gap = options_.gap.value_or(GapForm::zero);
  files.is_asked_for_names = plan_.http.has_value();
  plan_.files = files;
  // Flows of other shards may want the same names.
  if (!plan_.names->has_whole_tuple()) shared_maker_.emplace(*plan_.names, files.limits.collisions);
  return Ok{};
}

void Outputs::make_hooks(Waiter& waiter) {
  if (options_.hook.tcp_alert_fd >= 0) {
    alerts_.emplace(options_.hook.tcp_alert_fd, messages_, waiter);
    hooks_.add(*alerts_);
  }
  if (!options_.hook.tcp_command.empty()) {
    command_.emplace(options_.hook.tcp_command, messages_, waiter, command_prints(options_));
    hooks_.add(*command_);
  }
  if (options_.hook.http_alert_fd >= 0) {
    object_alerts_.emplace(options_.hook.http_alert_fd, messages_, waiter);
    object_hooks_.add(*object_alerts_);
  }
  if (!options_.hook.http_command.empty()) {
    object_command_.emplace(options_.hook.http_command, messages_, waiter,
                            command_prints(options_));
    object_hooks_.add(*object_command_);
  }
}

void Outputs::plan_http() {
  if (!reads_http(options_)) return;
  HttpOptions http;
  http.byte_limit = options_.file.byte_limit.value_or(UINT64_MAX);
  http.most_per_half = options_.limits.scan.per_half;
  http.gap = options_.gap.value_or(GapForm::zero);
  http.keeps_packed = options_.http.keeps_packed;
  http.has_own_names = options_.http.has_own_names;
  http.limits = options_.limits.http;
  http.wants_facts = report_path(options_) || options_.record.has_all();
  plan_.http = http;
  plan_.objects_held = options_.limits.output.objects_held;
  plan_.has_object_hooks = !object_hooks_.empty();
  plan_.stores_objects = options_.scanners.is_on("http");
}

Status Outputs::make_scanners() {
  plan_http();
  if (!options_.scanners.is_on("md5")) return Ok{};
  Result<std::unique_ptr<Md5Scanner>> md5 =
      Md5Scanner::make({options_.file.byte_limit.value_or(UINT64_MAX),
                        options_.gap.value_or(GapForm::zero), options_.limits.scan});
  if (!md5) return md5.error();
  md5_ = std::move(*md5);
  return Ok{};
}

Status Outputs::make_console(Waiter& waiter) {
  const ConsoleSettings& given = options_.console;
  if (!given.lock.empty()) {
    Result<std::unique_ptr<SharedConsoleLock>> lock =
        SharedConsoleLock::open(given.lock, waiter, messages_);
    if (!lock) return lock.error();
    lock_ = std::move(*lock);
  }
  ConsoleOptions options = console_options({given.no_label, given.raw, given.hex_dump, given.json});
  options.newline = !given.no_newline;
  options.colour = given.colour;
  options.gap = options_.gap.value_or(GapForm::skip);
  options.limit = options_.file.byte_limit.value_or(ConsoleOptions::kNoLimit);
  options.held = options_.limits.output.screen_held;
  plan_.shows_messages = options_.scanners.is_on("http") && given.shows_messages();
  console_writer_.emplace(STDOUT_FILENO, messages_, waiter, lock_.get());
  plan_.console = options;
  return Ok{};
}

Status Outputs::make_archive(Waiter& waiter) {
  const FileSettings& file = options_.file;
  Result<std::unique_ptr<ArchiveFile>> archive =
      ArchiveFile::open(file.archive, waiter, options_.limits.output);
  if (!archive) return archive.error();
  archive_.emplace(std::move(*archive), messages_);
  FlowArchiveOptions options;
  options.limits = options_.limits.output;
  options.limit = file.byte_limit.value_or(options.limit);
  options.index = file.write_index;
  options.gap = options_.gap.value_or(GapForm::zero);
  const bool has_holes = archive_kind(file.archive) != ArchiveKind::zip;
  options.missing.most_holes = has_holes ? options.limits.archive_holes_per_half : 0;
  options.missing.most_zeros = options.limits.archive_zeros_per_half;
  options.is_asked_for_names = plan_.http.has_value();
  const SideEntries beside{options.index, options_.flow.keep_alternatives};
  entry_names_.emplace(*plan_.names, beside, options.limits.archive_names);
  plan_.archive = options;
  plan_.entry_names = &*entry_names_;
  return Ok{};
}

Status Outputs::make_spools(size_t threads) {
  if (!archive_) return Ok{};
  while (spools_.size() < threads) {
    Result<std::unique_ptr<Spool>> spool = open_spool(options_.file.archive);
    if (!spool) return spool.error();
    spools_.push_back(std::move(*spool));
  }
  return Ok{};
}

// What all shards may hold or keep open together is shared out evenly.
ShardPlan Outputs::plan(size_t threads) {
  ShardPlan plan = plan_;
  plan.shards = threads;
  plan.max_open = std::max<size_t>(most_open_files(options_) / threads, 1);
  if (plan.files) {
    OutputLimits& limits = plan.files->limits;
    limits.held_total /= threads;
    limits.collisions = std::max<size_t>(limits.collisions / threads, 1);
  }
  if (plan.http) {
    plan.http->limits.listed /= threads;
    plan.http->limits.request_octets /= threads;
    plan.http->limits.head_octets_total /= threads;
    plan.http->limits.unpacking /= threads;
  }
  if (plan.console) plan.console->held /= threads;
  plan.objects_held /= threads;
  if (plan.archive) {
    plan.archive->limits.archive_held_total /= threads;
    plan.archive->limits.objects_held /= threads;
  }
  if (shared_maker_) plan.shared_maker = &*shared_maker_;
  return plan;
}

LaneSinks Outputs::sinks(TextSink* report, RecordOutputs* records) {
  flow_teller_.lead_to(report, archive(), records);
  if (archive_ && report != nullptr) archive_->keep_failures();
  ConsoleSink& console =
      console_writer_ ? static_cast<ConsoleSink&>(*console_writer_) : no_console_;
  EntrySink<UnusedFrame>& unused =
      unprocessed_ ? static_cast<EntrySink<UnusedFrame>&>(*unprocessed_) : no_frames_;
  return {flow_teller_, console, event_replay_, object_event_replay_, error_replay_, unused};
}

bool Outputs::names_need_order() const {
  if (archive_ || options_.record.any()) return true;
  const bool makes_names = plan_.files || plan_.console;
  return makes_names && (plan_.names->has_numbers() || shared_maker_);
}

std::vector<BatchListener*> Outputs::listeners() {
  std::vector<BatchListener*> all;
  if (archive_) all.push_back(&*archive_);
  if (console_writer_) all.push_back(&*console_writer_);
  if (flow_pcap_) all.push_back(&*flow_pcap_);
  if (unprocessed_) all.push_back(&*unprocessed_);
  return all;
}

void Outputs::finish() {
  if (console_writer_) console_writer_->finish();
  if (flow_pcap_) flow_pcap_->finish();
  if (archive_) archive_->finish(entry_names_->times_forgotten());
  if (unprocessed_) unprocessed_->finish();
  if (command_) command_->wait_for_all();
  if (object_command_) object_command_->wait_for_all();
}

}  // namespace tcpflow
