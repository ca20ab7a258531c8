// The command line as plain values. Nothing is opened or changed while it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/gap.h"
#include "base/limits.h"
#include "base/network.h"
#include "base/result.h"
#include "base/time.h"
#include "decode/fragment_policy.h"
#include "output/file_name.h"
#include "scan/registry.h"
#include "stream/overlap_policy.h"

namespace tcpflow {

enum class Action : uint8_t { run, help, more_help, scanner_help, version, list_interfaces };

// One -F letter or one -T template, in command-line order: they act on one template.
struct NameOption {
  char kind = 'F';   // 'F' or 'T'
  std::string text;  // the letter, or the template
};

struct InputSettings {
  std::vector<std::string> files;         // -r in order, then the operands of -l
  std::vector<std::string> finish_files;  // -R: read last, start no flows
  std::string filter;                     // operands joined by spaces; empty: none

  // Live capture, where there is no file.
  std::string interface;       // -i; empty: the first that is found
  bool is_promiscuous = true;  // -p turns it off
  uint32_t snap_length = 262144;
  std::optional<uint32_t> kernel_buffer_kib;   // empty: as open_live likes
  std::chrono::milliseconds read_timeout{10};  // -S packet-buffer-timeout

  bool is_live() const { return files.empty() && finish_files.empty(); }
};

// A policy for each network. `has_default`: one was given for all others.
template <typename Policy>
struct PolicySettings {
  NetworkTable<Policy> table;
  bool has_default = false;
};

struct DecodeSettings {
  bool open_tunnels = true;                  // --no-tunnels turns it off
  bool check_fcs = true;                     // -S check_fcs
  PolicySettings<FragmentPolicy> fragments;  // --fragment-policy
};

struct FlowSettings {
  int64_t max_jump = 16777216;            // -m
  int64_t tcp_timeout = 0;                // -S tcp_timeout, seconds; 0: off
  int64_t tdelta = 0;                     // -S tdelta, seconds
  bool merge_vlans = false;               // --merge-vlans
  bool strict = false;                    // --strict
  std::optional<int64_t> max_idle;        // --max-idle, seconds; 0: off; empty: off but for live
  std::optional<int64_t> max_lifetime;    // --max-lifetime, the same
  bool udp = false;                       // --udp
  int64_t udp_idle = 60;                  // --udp-idle, seconds; 0: conversations do not end by it
  PolicySettings<OverlapPolicy> overlap;  // --overlap-policy
  bool keep_alternatives = false;         // --keep-alternatives
};

// What may be kept; the defaults are in base/limits.h.
struct LimitSettings {
  StreamLimits stream;       // --max-held, --max-held-per-half, --max-alternatives
  FragmentLimits fragments;  // --max-fragments, --max-fragment-bytes
  FlowLimits flow;           // --max-flows, --max-half-open, --max-vlans, --max-udp
  ScanLimits scan;           // --max-scan
  HttpLimits http;
  PythonLimits python;  // --max-python
  TranscriptLimits transcript;
  SenderLimits senders;
  OutputLimits output;
  std::optional<size_t> memory;        // --memory-limit; empty: none but those above
  size_t read_size = size_t{1} << 20;  // octets of input that are read at once
  std::vector<std::string> asked;      // options that set sizes and numbers above
  std::vector<std::string> shares;     // limits that --memory-limit lowered, by name
};

struct FileSettings {
  std::string folder = ".";            // -o
  bool names_folder = false;           // it was given
  std::vector<NameOption> names;       // -F, -T
  bool store_nothing = false;          // -FX
  std::optional<uint64_t> byte_limit;  // -b; empty: none
  std::optional<size_t> max_open;      // -f; empty: what the process may have
  bool write_index = false;            // -I
  bool write_captures = false;         // -K
  std::string unused_packets;          // -w; empty: none
  std::string archive;                 // --archive; empty: files of their own
};

struct ConsoleSettings {
  bool is_on = false;       // -c, -C
  bool no_label = false;    // -C
  bool raw = false;         // -B
  bool hex_dump = false;    // -D
  bool json = false;        // -J
  bool no_newline = false;  // -0
  bool colour = false;      // -g
  std::string lock;         // -L: name of a semaphore; empty: none

  // Messages that the scanner http reads are shown as they are, and not in hex or numbers.
  bool shows_messages() const { return is_on && !hex_dump && !json; }
};

// automatic: where a terminal listens and nothing else is in the way.
enum class ProgressWhen : uint8_t { automatic, always, never };

struct HookSettings {
  std::string tcp_command;   // -S tcp_cmd
  int tcp_alert_fd = -1;     // -S tcp_alert_fd
  std::string http_command;  // -S http_cmd
  int http_alert_fd = -1;    // -S http_alert_fd
};

struct PythonSettings {
  std::string path = ".";  // -S py_path
  std::string module;      // -S py_module
  std::string function;    // -S py_function
};

struct HttpSettings {
  bool keeps_packed = false;   // -Z
  bool has_own_names = false;  // --http-names
};

// Records of what is found, beside files, console and report.
struct RecordSettings {
  std::string json;           // --json; "-": standard output; empty: none
  bool json_payload = false;  // --json-payload
  bool http_log = false;      // --http-log
  std::string sqlite;         // --sqlite; empty: none
  std::string transcript;     // --transcript; "-": standard output; empty: none

  bool has_all() const { return !json.empty() || !sqlite.empty(); }
  // What scanners find out is told.
  bool has_findings() const { return has_all() || http_log; }
  bool any() const { return has_findings() || !transcript.empty(); }
  // A record that is there to be read on a screen.
  bool is_shown() const { return http_log || transcript == "-"; }
  bool uses_stdout() const { return json == "-" || is_shown(); }
};

struct Options {
  // What is written to standard output is for a program, which nothing else may come between.
  bool has_stdout_record() const {
    return record.uses_stdout() || file.archive == "-" || file.unused_packets == "-";
  }

  Action action = Action::run;
  std::vector<std::string> command_line;  // as typed, the program's name first
  std::vector<std::string> warnings;      // lines to show from debug level 1 on

  InputSettings input;
  DecodeSettings decode;
  FlowSettings flow;
  LimitSettings limits;
  FileSettings file;
  ConsoleSettings console;
  HookSettings hook;
  HttpSettings http;
  RecordSettings record;
  PythonSettings python;
  std::optional<GapForm> gap;  // --gap; empty: zero in files and their digests, skip on the console

  std::optional<size_t> threads;  // -j; empty: as many as there are cores to use

  std::vector<ScannerSwitch> scanner_switches;  // in order
  ScannerSet scanners;                          // what they come to

  std::string report_file;            // -X; empty: report.xml in the output folder
  std::optional<bool> enable_report;  // -S enable_report; empty: not said

  int debug = 1;         // -d, -v
  bool quiet = false;    // -q
  bool summary = false;  // --summary
  ProgressWhen progress = ProgressWhen::automatic;
  std::optional<std::string> prefix;    // -S debug-prefix; empty: the program's name
  std::string user;                     // -U; empty: stay
  std::optional<std::string> new_root;  // -z
};

// What is wrong with a command line, without a final stop: "-b needs a number, not 'abc'".
struct UsageError {
  std::string message;
};

// Reads `arguments` (argv, with the program's name). Operands may stand before and between options,
// unless POSIXLY_CORRECT is set. Uses getopt_long, which keeps state of its own: one call at a
// time.
Result<Options, UsageError> parse_options(std::span<char* const> arguments);

// The template that -T and -F come to, output folder included but in an archive. Checked by
// parse_options.
Result<NameTemplate> name_template(const FileSettings& file);

// `path` as it must be named before -z has taken effect.
std::string seen_from_outside(const Options& options, const std::string& path);

// True if the run is to end with a summary on standard error.
bool shows_summary(const Options& options, bool stderr_is_terminal);

// True where streams are read as HTTP.
bool reads_http(const Options& options);

// True where only what is printed was asked for: -c, -C, and without files --http-log and
// --transcript -.
bool only_prints(const Options& options);

// Where the report goes, or nothing if there is none. Seen from outside the new root of -z: the
// report is opened before.
std::optional<std::string> report_path(const Options& options);

}  // namespace tcpflow
