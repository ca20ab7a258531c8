#include "app/options_check.h"

#include <algorithm>

#include "app/memory_limit.h"
#include "output/archive_file.h"

namespace tcpflow {
namespace {

using Kind = ScannerSwitch::Kind;

// For those that 1.6.1 has; python, which it only documents, reads what passes.
bool asks_for_scanners(const ScannerSwitch& change) {
  return change.kind == Kind::all || (change.kind == Kind::enable && change.name != "python");
}

void settle_scanners(ParseState& state) {
  const std::vector<ScannerSwitch>& switches = state.options.scanner_switches;
  const Result<ScannerSet> set = ScannerSet::after(switches);
  if (!set) return state.fail(set.error().message);
  state.options.scanners = *set;
  // As 1.6.1 had it. -FXM says plainly that digests without files are wanted.
  const bool asked = std::any_of(switches.begin(), switches.end(), asks_for_scanners);
  if (state.options.file.store_nothing && asked && !state.options.record.has_findings())
    state.fail("-a and -e read what is stored, and -FX stores nothing");
}

void check_archive(ParseState& state) {
  const Options& options = state.options;
  const std::string& path = options.file.archive;
  if (!archive_kind(path))
    return state.fail(
        "--archive takes a name that ends in .zip, .tar or .tar.zst, or - for a "
        "tar on standard output; not '" +
        path + "'");
  static constexpr const char* kNeed = "--archive stores streams, and ";
  const auto refuse = [&state](bool is_given, const char* why) {
    if (is_given && !state.fault) state.fail(std::string(kNeed) + why);
  };
  refuse(options.console.is_on, "-c and -C print them: use one of the two");
  refuse(options.file.write_captures, "-K has none");
  refuse(options.file.store_nothing, "-FX stores nothing");
  refuse(!options.scanners.is_on("tcpdemux"), "with -x tcpdemux there are none");
  refuse(!options.hook.tcp_command.empty(), "-S tcp_cmd needs files of their own");
  refuse(options.hook.tcp_alert_fd >= 0, "-S tcp_alert_fd tells of files of their own");
  refuse(!options.hook.http_command.empty(), "-S http_cmd needs files of their own");
  refuse(options.hook.http_alert_fd >= 0, "-S http_alert_fd tells of files of their own");
  if (state.fault || path != "-") return;
  if (options.file.unused_packets == "-") state.fail("--archive and -w cannot both be -");
}

// Files are written only where something asks for them: the screen is what it is for.
void settle_shown_records(ParseState& state) {
  Options& options = state.options;
  const bool asks_for_files = options.file.names_folder || options.file.write_captures ||
                              !options.file.archive.empty() || options.scanners.is_on("http");
  if (options.record.is_shown() && !asks_for_files) options.file.store_nothing = true;
}

// The option that a fault is about; one that prints, if there is one.
const char* name_of(const RecordSettings& record) {
  if (record.http_log) return "--http-log";
  if (record.transcript == "-") return "--transcript";
  if (!record.json.empty()) return "--json";
  return record.sqlite.empty() ? "--transcript" : "--sqlite";
}

void check_records(ParseState& state) {
  const Options& options = state.options;
  const RecordSettings& record = options.record;
  const std::string name = name_of(record);
  const auto refuse = [&state, &name](bool is_given, const std::string& why) {
    if (is_given && !state.fault) state.fail(name + why);
  };
  if (record.json_payload && record.json.empty())
    return state.fail("--json-payload needs --json FILE");
  if (!record.any()) return;
  refuse(options.file.write_captures, " tells of streams, and -K has none");
  refuse(!options.scanners.is_on("tcpdemux"), " tells of flows: with -x tcpdemux there are none");
  if (record.sqlite == "-")
    state.fail("--sqlite needs a file: a database is not written in one go");
  if (!record.uses_stdout() || state.fault) return;
  static constexpr const char* kShared = " prints to standard output, and so does ";
  const auto refuse_shared = [&](bool is_given, const char* other) {
    refuse(is_given, std::string(kShared) + other);
  };
  refuse_shared(options.console.is_on, "-c or -C");
  refuse_shared(options.file.archive == "-", "--archive -");
  refuse_shared(options.file.unused_packets == "-", "-w -");
  refuse_shared(record.is_shown() && record.json == "-", "--json -");
  refuse_shared(record.http_log && record.transcript == "-", "--transcript -");
}

void check_python(ParseState& state) {
  const Options& options = state.options;
  if (!options.scanners.is_on("python")) return;
  const PythonSettings& python = options.python;
  if (python.module.empty() || python.function.empty())
    return state.fail("-e python needs -S py_module=NAME and -S py_function=NAME");
  if (options.new_root) state.fail("-z leaves Python without its library: not with -e python");
}

void check_contradictions(ParseState& state) {
  const Options& options = state.options;
  if (options.file.folder.empty()) return state.fail("-o needs the name of a folder");
  if (const Result<NameTemplate> names = name_template(options.file); !names)
    return state.fail(names.error().message);
  if (options.new_root && options.user.empty()) return state.fail("-z needs -U");
  check_python(state);
  if (state.fault) return;
  check_records(state);
  if (state.fault) return;
  if (!options.file.archive.empty()) {
    check_archive(state);
    if (state.fault) return;
  }
  const bool only_finishes = options.input.files.empty() && !options.input.finish_files.empty();
  if (!options.file.unused_packets.empty() && only_finishes)
    return state.fail("-w needs an input of -r or -l, or a live capture");
}

void warn_if(ParseState& state, bool is_idle, const char* option, const char* why) {
  if (is_idle) state.warn(std::string(option) + " has no effect " + why);
}

void warn_of_live_options(ParseState& state) {
  const InputSettings& input = state.options.input;
  if (input.is_live()) return;
  static constexpr const char* kWhy = "where capture files are read";
  const InputSettings defaults;
  warn_if(state, !input.interface.empty(), "-i", kWhy);
  warn_if(state, !input.is_promiscuous, "-p", kWhy);
  warn_if(state, input.snap_length != defaults.snap_length, "--snaplen", kWhy);
  warn_if(state, input.kernel_buffer_kib.has_value(), "--buffer-size", kWhy);
  warn_if(state, input.read_timeout != defaults.read_timeout, "-S packet-buffer-timeout", kWhy);
}

// They are compared all the same, and the report lists them.
void warn_of_alternatives(ParseState& state, const char* why) {
  if (!state.options.flow.keep_alternatives) return;
  state.warn(std::string("--keep-alternatives writes nothing ") + why);
}

void warn_of_console_options(ParseState& state) {
  const ConsoleSettings& console = state.options.console;
  const FileSettings& file = state.options.file;
  if (console.is_on) {
    static constexpr const char* kNoFiles = "with -c or -C: there are no files";
    warn_if(state, file.write_index, "-I", kNoFiles);
    if (!file.write_captures) warn_of_alternatives(state, kNoFiles);
    return;
  }
  static constexpr const char* kWhy = "without -c or -C";
  warn_if(state, console.no_newline, "-0", kWhy);
  warn_if(state, console.raw, "-B", kWhy);
  warn_if(state, console.hex_dump, "-D", kWhy);
  warn_if(state, console.json, "-J", kWhy);
  const RecordSettings& record = state.options.record;
  const bool has_coloured = record.http_log || !record.transcript.empty();
  warn_if(state, console.colour && !has_coloured, "-g", kWhy);
  warn_if(state, !console.lock.empty(), "-L", kWhy);
}

void warn_of_archive_options(ParseState& state) {
  const FileSettings& file = state.options.file;
  if (file.archive.empty()) return;
  warn_if(state, file.max_open.has_value(), "-f", "with --archive: there is one file");
}

void warn_of_udp_limits(ParseState& state, const char* why) {
  const FlowSettings& flow = state.options.flow;
  warn_if(state, flow.udp_idle != FlowSettings().udp_idle, "--udp-idle", why);
  const size_t most = state.options.limits.flow.udp_conversations;
  warn_if(state, most != FlowLimits().udp_conversations, "--max-udp", why);
}

void warn_of_alternatives_limit(ParseState& state, const char* why) {
  const size_t most = state.options.limits.stream.delivered_windows_total;
  warn_if(state, most != StreamLimits().delivered_windows_total, "--max-alternatives", why);
}

void warn_of_scan_limit(ParseState& state) {
  const uint64_t most = state.options.limits.scan.per_half;
  const ScannerSet& scanners = state.options.scanners;
  const bool has_reader =
      scanners.is_on("md5") || reads_http(state.options) || scanners.is_on("python");
  warn_if(state, most != ScanLimits().per_half && !has_reader, "--max-scan",
          "without a scanner that reads streams: add -e md5 or -e http");
}

// Bodies are described in records and not stored.
void warn_of_unstored_bodies(ParseState& state) {
  const Options& options = state.options;
  if (!options.file.store_nothing || !options.scanners.is_on("http")) return;
  static constexpr const char* kWhy = "with -FX: there are no files";
  warn_if(state, options.http.has_own_names, "--http-names", kWhy);
  warn_if(state, !options.hook.http_command.empty(), "-S http_cmd", kWhy);
  warn_if(state, options.hook.http_alert_fd >= 0, "-S http_alert_fd", kWhy);
}

void warn_of_python_options(ParseState& state) {
  const Options& options = state.options;
  if (options.scanners.is_on("python")) return;
  static constexpr const char* kWhy = "without the scanner python: add -e python";
  const PythonSettings defaults;
  warn_if(state, options.python.path != defaults.path, "-S py_path", kWhy);
  warn_if(state, !options.python.module.empty(), "-S py_module", kWhy);
  warn_if(state, !options.python.function.empty(), "-S py_function", kWhy);
  const size_t most = options.limits.python.per_half;
  warn_if(state, most != PythonLimits().per_half, "--max-python", kWhy);
}

// What belongs to the scanner of HTTP.
void warn_of_http_options(ParseState& state) {
  const Options& options = state.options;
  const bool has_http = options.scanners.is_on("http");
  const char* why = "without the scanner http: add -e http";
  if (has_http) why = "with -c or -C: there are no files";
  if (has_http && !options.console.is_on) return;
  const bool shows_messages = has_http && options.console.shows_messages();
  warn_if(state, options.http.keeps_packed && !shows_messages, "-Z", why);
  warn_if(state, options.http.has_own_names, "--http-names", why);
  warn_if(state, !options.hook.http_command.empty(), "-S http_cmd", why);
  warn_if(state, options.hook.http_alert_fd >= 0, "-S http_alert_fd", why);
  const bool asks_by_name = std::any_of(
      options.scanner_switches.begin(), options.scanner_switches.end(), [](const auto& change) {
        return change.name == "http" && change.kind != ScannerSwitch::Kind::disable;
      });
  const bool has_reader = !options.report_file.empty() || options.record.has_findings();
  const bool is_for_nothing = has_http && !shows_messages && !has_reader;
  warn_if(state, is_for_nothing && asks_by_name, "-e http",
          "with -D or -J, which show packets as they are: add -X FILE for a report of bodies");
}

// What comes with files.
void warn_of_file_users(ParseState& state, const char* why) {
  const Options& options = state.options;
  warn_if(state, options.file.write_index, "-I", why);
  warn_if(state, !options.hook.tcp_command.empty(), "-S tcp_cmd", why);
  warn_if(state, options.hook.tcp_alert_fd >= 0, "-S tcp_alert_fd", why);
}

// What else comes with streams.
void warn_of_stream_users(ParseState& state, const char* why) {
  const Options& options = state.options;
  const StreamLimits& limits = options.limits.stream;
  const StreamLimits defaults;
  warn_of_file_users(state, why);
  warn_if(state, options.gap.has_value(), "--gap", why);
  warn_if(state, limits.held_total != defaults.held_total, "--max-held", why);
  warn_if(state, limits.held_per_half != defaults.held_per_half, "--max-held-per-half", why);
  warn_if(state, options.console.is_on, "-c", why);
  warn_if(state, options.file.byte_limit.has_value(), "-b", why);
  warn_if(state, options.flow.max_jump != FlowSettings().max_jump, "-m", why);
  warn_if(state, options.flow.tcp_timeout != 0, "-S tcp_timeout", why);
  warn_if(state, !options.flow.overlap.table.is_only(OverlapPolicy::first), "--overlap-policy",
          why);
  warn_if(state, options.flow.keep_alternatives, "--keep-alternatives", why);
  if (options.flow.keep_alternatives) warn_of_alternatives_limit(state, why);
  if (options.flow.udp) warn_of_udp_limits(state, why);
  warn_if(state, options.flow.strict, "--strict", why);
  warn_if(state, options.scanners.is_on("md5"), "scanner md5", why);
  warn_if(state, options.scanners.is_on("python"), "scanner python", why);
}

// Whoever reads what would stand in files, whether there are any or not.
bool has_gap_reader(const Options& options) {
  return options.scanners.is_on("md5") || options.scanners.is_on("python");
}

void warn_of_stream_options(ParseState& state) {
  const Options& options = state.options;
  if (options.file.write_captures) {  // takes packets as they come: nothing is put in order
    warn_of_stream_users(state, "with -K: there are no streams");
  } else if (!options.scanners.is_on("tcpdemux")) {
    static constexpr const char* kWhy = "with -x tcpdemux: there are no streams";
    warn_of_stream_users(state, kWhy);
    warn_if(state, options.flow.udp, "--udp", kWhy);
  } else if (options.file.store_nothing && !options.console.is_on) {
    static constexpr const char* kWhy = "with -FX: there are no files";
    warn_of_file_users(state, kWhy);
    warn_of_alternatives(state, kWhy);
    warn_if(state, options.gap.has_value() && !has_gap_reader(options), "--gap", kWhy);
  }
}

void warn_of_report_options(ParseState& state) {
  const Options& options = state.options;
  if (report_path(options)) return;
  warn_if(state, !options.report_file.empty(), "-X", "with -S enable_report=NO");
  warn_if(state, options.scanners.is_on("md5") && !options.record.has_all(), "scanner md5",
          "without a report to put digests in: add -X FILE");
}

}  // namespace

void check_together(ParseState& state) {
  settle_scanners(state);
  if (!state.fault) settle_shown_records(state);
  if (!state.fault) check_contradictions(state);
  if (state.fault) return;
  warn_of_live_options(state);
  warn_of_console_options(state);
  warn_of_stream_options(state);
  warn_of_archive_options(state);
  const FlowSettings& flow = state.options.flow;
  if (!flow.udp) warn_of_udp_limits(state, "without --udp");
  if (!flow.keep_alternatives) warn_of_alternatives_limit(state, "without --keep-alternatives");
  warn_if(state,
          flow.merge_vlans && state.options.limits.flow.vlans_per_key != FlowLimits().vlans_per_key,
          "--max-vlans", "with --merge-vlans");
  warn_of_scan_limit(state);
  warn_of_http_options(state);
  warn_of_unstored_bodies(state);
  warn_of_python_options(state);
  warn_of_report_options(state);
  const bool wants_progress = state.options.progress == ProgressWhen::always;
  warn_if(state, state.options.summary && state.options.quiet, "--summary", "with -q");
  warn_if(state, wants_progress && state.options.quiet, "--progress", "with -q");
  share_out_memory(state);
}

}  // namespace tcpflow
