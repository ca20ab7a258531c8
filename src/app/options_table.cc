#include "app/options_table.h"

#include <array>

#include "app/options_parameters.h"
#include "app/options_policies.h"
#include "app/options_setters.h"

namespace tcpflow {
namespace {

using Group = OptionGroup;
using State = ParseState;
using Argument = const char*;
using Kind = ScannerSwitch::Kind;

constexpr int kVerboseLevel = 10;

// In the order of the help. Defaults stand in brackets.
constexpr auto kTable = std::to_array<OptionSpec>({
    {'r', "read", "FILE", Group::input,
     "read a capture file; repeatable; - is standard input.\n"
     "pcap and pcapng, compressed or not",
     [](State& s, Argument a) { s.options.input.files.emplace_back(a); }},
    {'l', "files", nullptr, Group::input, "take the operands as capture files, not as a filter",
     [](State& s, Argument) { s.operands_are_files = true; }},
    {'R', "finish-with", "FILE", Group::input,
     "read after all others, only to complete flows that are\n"
     "still open; repeatable",
     [](State& s, Argument a) { s.options.input.finish_files.emplace_back(a); }},
    {'w', "write-unused", "FILE", Group::input,
     "write the packets that no flow used to a capture file",
     [](State& s, Argument a) { s.options.file.unused_packets = a; }},
    {'i', "interface", "IF", Group::live, "interface to listen on; 'any' is all of them",
     [](State& s, Argument a) { s.options.input.interface = a; }},
    {'p', "no-promiscuous", nullptr, Group::live, "do not put the interface into promiscuous mode",
     [](State& s, Argument) { s.options.input.is_promiscuous = false; }},
    {kFirstLongOnly, "snaplen", "BYTES", Group::live,
     "capture at most so much of each packet (262144)", set_snap_length},
    {kFirstLongOnly + 1, "buffer-size", "KIB", Group::live,
     "size of the kernel's capture buffer, in KiB (32768; 65536\n"
     "with -c or -C)",
     set_buffer_size},
    {kFirstLongOnly + 2, "list-interfaces", nullptr, Group::live, "list what -i takes, and exit",
     [](State& s, Argument) { set_action(s, Action::list_interfaces); }},
    {'o', "output-dir", "DIR", Group::files, "write into DIR, made if missing (the current folder)",
     [](State& s, Argument a) {
       s.options.file.folder = a;
       s.options.file.names_folder = true;
     }},
    {'b', "max-bytes", "N", Group::files, "keep at most N bytes of each direction (-1: all)",
     set_byte_limit},
    {'f', "max-files", "N", Group::files, "keep at most N flow files open at a time", set_max_open},
    {'I', "index", nullptr, Group::files,
     "write NAME.findx beside each file: offset, time and\n"
     "length of what each packet brought",
     [](State& s, Argument) { s.options.file.write_index = true; }},
    {kFirstLongOnly + 60, "gap", "FORM", Group::files,
     "how missing bytes show, in files and on the screen:\n"
     "zero (files: a hole), skip (nothing; so it is with -c\n"
     "and -C) or mark (a line that says how many)",
     set_gap},
    {kFirstLongOnly + 40, "keep-alternatives", nullptr, Group::files,
     "where packets brought different bytes for one place,\n"
     "write those not kept to NAME.alternatives; compare\n"
     "repetitions with the last 64 KiB of each direction",
     [](State& s, Argument) { s.options.flow.keep_alternatives = true; }},
    {'K', "flow-captures", nullptr, Group::files,
     "write a capture file for each direction, not its bytes",
     [](State& s, Argument) { s.options.file.write_captures = true; }},
    {kFirstLongOnly + 90, "archive", "FILE", Group::files,
     "put all flow files into this one: .zip, .tar or\n"
     ".tar.zst, or - for a tar on standard output",
     set_archive},
    {'F', "name-format", "LETTERS", Group::names,
     "t, T: start time in front, as a number or ISO 8601\n"
     "k, m, g: folders of 1,000 flows, in 1, 2 or 3 levels\n"
     "c: leave the connection's number out\n"
     "X: store nothing\n"
     "M: MD5 of each file in the report (as -e md5)",
     add_name_letters},
    {'T', "template", "TEMPLATE", Group::names, "template of names (%A.%a-%B.%b%V%v%C%c; see -hh)",
     [](State& s, Argument a) {
       s.options.file.names.push_back({'T', a});
     }},
    {'c', "console", nullptr, Group::console, "print streams, each piece with its label; no files",
     [](State& s, Argument) { s.options.console.is_on = true; }},
    {'C', "console-bare", nullptr, Group::console, "the same without labels",
     [](State& s, Argument) { s.options.console.is_on = s.options.console.no_label = true; }},
    {'0', "no-newline", nullptr, Group::console, "no newline after each piece",
     [](State& s, Argument) { s.options.console.no_newline = true; }},
    {'s', "strip", nullptr, Group::console,
     "unprintable bytes as '.' (so it is without -B, -D, -J)", [](State&, Argument) {}},
    {'B', "binary", nullptr, Group::console, "bytes as they are",
     [](State& s, Argument) { s.options.console.raw = true; }},
    {'D', "dump-hex", nullptr, Group::console, "hexadecimal dump",
     [](State& s, Argument) { s.options.console.hex_dump = true; }},
    {'J', "console-json", nullptr, Group::console, "one JSON object for each piece",
     [](State& s, Argument) { s.options.console.json = true; }},
    {'g', "color", nullptr, Group::console, "clients in blue, servers in red",
     [](State& s, Argument) { s.options.console.colour = true; }},
    {'L', "lock", "NAME", Group::console,
     "hold the named semaphore while printing a piece, to\n"
     "share a screen with other programs",
     [](State& s, Argument a) { s.options.console.lock = a; }},
    {'m', "max-jump", "N", Group::flows,
     "a jump of the sequence numbers by more than N bytes\n"
     "begins a new flow (16777216)",
     set_max_jump},
    {kFirstLongOnly + 41, "overlap-policy", "POLICY[=NETWORK],...", Group::flows,
     "which bytes count where TCP segments overlap: as hosts\n"
     "of this kind do it; by destination network (first)",
     add_overlap_policies},
    {kFirstLongOnly + 42, "fragment-policy", "POLICY[=NETWORK],...", Group::flows,
     "the same for IP fragments (first); -hh lists policies", add_fragment_policies},
    {kFirstLongOnly + 3, "no-tunnels", nullptr, Group::flows,
     "do not look into tunnels over IP (GRE, VXLAN, Geneve,\n"
     "GTP, L2TP, Teredo, IP in IP, ...)",
     [](State& s, Argument) { s.options.decode.open_tunnels = false; }},
    {kFirstLongOnly + 20, "merge-vlans", nullptr, Group::flows,
     "the same addresses and ports are one flow on any VLAN",
     [](State& s, Argument) { s.options.flow.merge_vlans = true; }},
    {kFirstLongOnly + 30, "strict", nullptr, Group::flows,
     "leave out what the receiving host would ignore: wrong\n"
     "checksums, old timestamps, what lies beyond the window",
     [](State& s, Argument) { s.options.flow.strict = true; }},
    {'j', "threads", "N", Group::flows,
     "share the flows among N threads (one a usable core);\n"
     "what comes out is the same for any N",
     set_threads},
    {kFirstLongOnly + 80, "udp", nullptr, Group::flows,
     "record UDP conversations, too, in files that end in .udp",
     [](State& s, Argument) { s.options.flow.udp = true; }},
    {kFirstLongOnly + 81, "udp-idle", "SECONDS", Group::flows,
     "a UDP conversation ends after so long without datagrams\n"
     "(60; 0: never)",
     set_udp_idle},
    {'S', "set", "NAME=VALUE", Group::flows, "set a parameter (-hh lists them); repeatable",
     [](State& s, Argument a) { apply_parameter(s, a); }},
    {kFirstLongOnly + 68, "memory-limit", "SIZE", Group::limits,
     "take at most so much memory (64M or more): each limit\n"
     "below is lowered to its share",
     set_memory_limit},
    {kFirstLongOnly + 21, "max-flows", "N", Group::limits,
     "at most N connections at a time; then one that is over\n"
     "ends, or half-open, or one-sided, or the longest idle\n"
     "(1048576)",
     set_max_flows},
    {kFirstLongOnly + 22, "max-half-open", "N", Group::limits,
     "of these at most N without a complete handshake (262144)", set_max_half_open},
    {kFirstLongOnly + 25, "max-vlans", "N", Group::limits,
     "at most N connections with the same addresses and ports\n"
     "on different VLANs (256)",
     set_max_vlans},
    {kFirstLongOnly + 23, "max-idle", "SECONDS", Group::limits,
     "a flow ends after so long without packets; 0: never (0;\n"
     "live 3600)",
     set_max_idle},
    {kFirstLongOnly + 24, "max-lifetime", "SECONDS", Group::limits,
     "a flow ends when it is so old; 0: never (0; live 86400)", set_max_lifetime},
    {kFirstLongOnly + 82, "max-udp", "N", Group::limits,
     "at most N UDP conversations at a time; then the longest\n"
     "idle ends (65536)",
     set_max_udp},
    {kFirstLongOnly + 61, "max-held", "SIZE", Group::limits,
     "hold at most so much behind gaps, all flows together\n"
     "(256M)",
     set_max_held},
    {kFirstLongOnly + 62, "max-held-per-half", "SIZE", Group::limits,
     "the same for one direction of one connection (16M)", set_max_held_per_half},
    {kFirstLongOnly + 67, "max-alternatives", "SIZE", Group::limits,
     "with --keep-alternatives: keep at most so much of what\n"
     "was delivered, all flows together (64M)",
     set_max_alternatives},
    {kFirstLongOnly + 63, "max-fragments", "N", Group::limits,
     "wait for the rest of at most N fragmented packets (4096)", set_max_fragments},
    {kFirstLongOnly + 64, "max-fragment-bytes", "SIZE", Group::limits,
     "hold at most so much of their bytes (16M)", set_max_fragment_bytes},
    {kFirstLongOnly + 66, "max-scan", "SIZE", Group::limits,
     "scanners get at most so much of each direction (all)", set_max_scan},
    {kFirstLongOnly + 75, "max-python", "SIZE", Group::limits,
     "-e python: the function gets at most so much of each (16M)", set_max_python},
    {'a', "all-scanners", nullptr, Group::scanners, "turn on all scanners but python",
     [](State& s, Argument) { add_scanner_switch(s, Kind::all, ""); }},
    {'e', "enable-scanner", "NAME", Group::scanners, "turn on one scanner, or 'all'; repeatable",
     [](State& s, Argument a) { add_scanner_switch(s, Kind::enable, a); }},
    {'E', "only-scanner", "NAME", Group::scanners, "turn on this one, and off all others",
     [](State& s, Argument a) { add_scanner_switch(s, Kind::only, a); }},
    {'x', "disable-scanner", "NAME", Group::scanners, "turn off one scanner, or 'all'; repeatable",
     [](State& s, Argument a) { add_scanner_switch(s, Kind::disable, a); }},
    {'H', "scanner-help", nullptr, Group::scanners, "describe the scanners, and exit",
     [](State& s, Argument) { set_action(s, Action::scanner_help); }},
    {'Z', "keep-compressed", nullptr, Group::scanners, "leave HTTP bodies packed as they were sent",
     [](State& s, Argument) { s.options.http.keeps_packed = true; }},
    {kFirstLongOnly + 50, "http-names", nullptr, Group::scanners,
     "name HTTP bodies also after what they were sent as",
     [](State& s, Argument) { s.options.http.has_own_names = true; }},
    {'A', "", "X", Group::scanners, "deprecated and ignored; use -a or -e",
     [](State& s, Argument) { s.warn("-A is deprecated and ignored; use -a or -e"); }},
    {'X', "report", "FILE", Group::report,
     "write the report here; else it is DIR/report.xml, and\n"
     "with -c or -C there is none",
     [](State& s, Argument a) { s.options.report_file = a; }},
    {kFirstLongOnly + 100, "json", "FILE", Group::report,
     "write what is found as lines of JSON: flows, exchanges\n"
     "and objects of HTTP, gaps, conflicts (docs/json.md); - is\n"
     "standard output",
     [](State& s, Argument a) { set_record(s, &RecordSettings::json, "--json", a); }},
    {kFirstLongOnly + 101, "json-payload", nullptr, Group::report,
     "with --json: all bytes of all flows, too, in base64",
     [](State& s, Argument) { s.options.record.json_payload = true; }},
    {kFirstLongOnly + 103, "sqlite", "FILE", Group::report,
     "write the same as tables of an SQLite database\n"
     "(docs/sqlite.md)",
     [](State& s, Argument a) { set_record(s, &RecordSettings::sqlite, "--sqlite", a); }},
    {kFirstLongOnly + 102, "http-log", nullptr, Group::report,
     "print a line for each exchange of HTTP; no files are\n"
     "written, unless -o, -a or -e http asks for them",
     [](State& s, Argument) { s.options.record.http_log = true; }},
    {kFirstLongOnly + 105, "transcript", "FILE", Group::report,
     "write each connection as one conversation, both directions\n"
     "in turn (docs/transcript.md); - prints it, and no files are\n"
     "written, unless asked for as above",
     [](State& s, Argument a) { set_record(s, &RecordSettings::transcript, "--transcript", a); }},
    {'U', "relinquish-privileges", "USER", Group::security,
     "become USER once the first input is open", [](State& s, Argument a) { s.options.user = a; }},
    {'z', "chroot", "DIR", Group::security, "make DIR the root folder then; needs -U",
     [](State& s, Argument a) { s.options.new_root = a; }},
    {'v', "verbose", nullptr, Group::messages, "tell much: debug level 10",
     [](State& s, Argument) { s.options.debug = kVerboseLevel; }},
    {'d', "debug", "N", Group::messages, "debug level (1); with 0 only errors are told", set_debug},
    {'q', "quiet", nullptr, Group::messages,
     "no progress, no summary, no warning about a folder with\n"
     "very many files",
     [](State& s, Argument) { s.options.quiet = true; }},
    {kFirstLongOnly + 65, "summary", nullptr, Group::messages,
     "tell at the end what was done; so it is without this\n"
     "where files are written and a terminal listens",
     [](State& s, Argument) { s.options.summary = true; }},
    {kFirstLongOnly + 95, "progress", "WHEN", Group::messages,
     "tell during the run how far it is: auto, always or never\n"
     "(auto: in runs of more than a second, on a terminal)",
     set_progress},
    {'V', "version", nullptr, Group::messages, "print the version, and exit",
     [](State& s, Argument) { set_action(s, Action::version); }},
    {'h', "help", nullptr, Group::messages, "print this, and exit; -hh prints more",
     [](State& s, Argument) { set_action(s, Action::help); }},
});

constexpr std::array<const char*, kOptionGroupCount> kTitles = {
    "Reading captures",
    "Live capture, where no file is named",
    "Writing files",
    "Names of files",
    "Printing in place of files",
    "Flows and parameters",
    "Limits (SIZE: bytes, or with k, M, G so many KiB, MiB, GiB)",
    "Scanners",
    "Reports and records",
    "Security",
    "Messages and help"};

}  // namespace

std::span<const OptionSpec> option_table() { return kTable; }

const char* group_title(OptionGroup group) { return kTitles[static_cast<size_t>(group)]; }

std::string option_spelling(const OptionSpec& spec) {
  if (spec.code < kFirstLongOnly) return {'-', static_cast<char>(spec.code)};
  return std::string("--") + spec.long_name;
}

}  // namespace tcpflow
