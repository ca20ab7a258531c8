#include "app/usage.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/options_parameters.h"
#include "app/options_policies.h"
#include "app/options_table.h"

namespace tcpflow {
namespace {

constexpr size_t kHelpColumn = 33;  // so that no line passes 92 columns
constexpr size_t kNameColumn = 21;

constexpr std::string_view kIntroduction =
    "usage: tcpflow [options] [filter expression]\n"
    "       tcpflow [options] -l FILE...\n"
    "\n"
    "Reads packets from captures or from an interface, puts every TCP connection back in\n"
    "order, and writes each direction into a file of its own, with a report in report.xml.\n"
    "The filter expression is that of tcpdump (man 7 pcap-filter).\n"
    "\n"
    "Examples:\n"
    "  tcpflow -r web.pcap -o flows              files of all flows, in the folder flows\n"
    "  tcpflow -i eth0 -c port 80                watch web traffic on the screen\n"
    "  tcpflow -r big.pcap.gz -o out -Fk -e md5  1,000 flows a folder, digests in the report\n"
    "  tcpflow -c -D -r web.pcap host 10.1.2.3   one host's streams as a hexadecimal dump\n"
    "  tcpflow -o out -l *.pcap                  many captures in one run\n";

constexpr std::string_view kTemplates =
    "\nWhat a template of -T may hold:\n"
    "  %A %a   source address and port         %B %b   destination address and port\n"
    "  %E %e   source and destination MAC      %V %v   '--' and the number, if on a VLAN\n"
    "  %U      the tunnels, or 'direct'          %W      all VLAN ids, or 'untagged'\n"
    "  %T %t   start, ISO 8601 or seconds      %S      number of the connection, 20 digits\n"
    "  %N      number of the flow, the last 3 digits; %K %M %G the next 3 each\n"
    "  %c      number of files of that name before, if any; %# also if 0; %C a 'c' if any\n"
    "  %%      a percent sign                  /       makes folders\n"
    "  %C%c is appended where %c is missing. -F and -T work on one template, in the order\n"
    "  in which they are given: -T first, or it replaces what -F did.\n";

void pad(std::string& line, size_t column) {
  line.append(line.size() < column ? column - line.size() : 1, ' ');
}

// "  -r, --read FILE"
std::string option_head(const OptionSpec& spec) {
  std::string head = "  ";
  if (spec.code < kFirstLongOnly) head += option_spelling(spec);
  if (spec.long_name[0] != '\0') {
    head.append(spec.code < kFirstLongOnly ? ", " : "    ");
    head.append("--").append(spec.long_name);
  }
  if (spec.argument != nullptr) head.append(" ").append(spec.argument);
  return head;
}

void append_option(std::string& text, const OptionSpec& spec) {
  std::string line = option_head(spec);
  if (line.size() >= kHelpColumn) {
    text.append(line).append("\n");
    line.clear();
  }
  std::string_view help = spec.help;
  while (!help.empty()) {
    const size_t end = std::min(help.find('\n'), help.size());
    pad(line, kHelpColumn);
    text.append(line).append(help.substr(0, end)).append("\n");
    line.clear();
    help.remove_prefix(std::min(end + 1, help.size()));
  }
}

void append_parameters(std::string& text) {
  text += "\nParameters of -S, and what they are without it:\n";
  for (const ParameterSpec& spec : parameter_table()) {
    std::string line = "  ";
    line.append(spec.name).append("=").append(spec.default_text);
    pad(line, kHelpColumn);
    text.append(line).append(spec.help).append("\n");
  }
}

void append_policies(std::string& text) {
  text.append(
      "\nPolicies of --overlap-policy; one may be followed by =NETWORK (10.0.0.0/8, a host,\n");
  text.append("2001:db8::/32), and then holds for it; the smallest network counts:\n  ");
  text.append(overlap_policy_list()).append("\nPolicies of --fragment-policy, alike:\n  ");
  text.append(fragment_policy_list()).append("\n");
}

void append_scanners(std::string& text) {
  text += "\nScanners:\n";
  for (const ScannerFacts& scanner : kScanners) {
    if (!scanner.is_present) continue;
    std::string line = scanner.on_by_default ? "  -x " : "  -e ";
    line.append(scanner.name).append(scanner.on_by_default ? " (on)" : " (off)");
    pad(line, kNameColumn);
    text.append(line).append(scanner.description).append("\n");
  }
}

}  // namespace

std::string usage_text() {
  std::string text(kIntroduction);
  for (size_t group = 0; group < kOptionGroupCount; ++group) {
    text.append("\n").append(group_title(static_cast<OptionGroup>(group))).append(":\n");
    for (const OptionSpec& spec : option_table()) {
      if (spec.group == static_cast<OptionGroup>(group)) append_option(text, spec);
    }
  }
  text += "\nExit status: 0 done, 1 something failed on the way, 2 wrong usage.\n";
  return text;
}

std::string more_help_text(size_t max_open_files) {
  std::string text = usage_text();
  append_parameters(text);
  append_policies(text);
  append_scanners(text);
  text += kTemplates;
  text.append("\nLimits:\n  flow files open at a time, without -f: ");
  return text.append(std::to_string(max_open_files)).append("\n");
}

std::string scanner_help_text() {
  std::string text;
  std::string later;
  for (const ScannerFacts& scanner : kScanners) {
    if (!scanner.is_present) {
      later.append(later.empty() ? "" : ", ").append(scanner.name);
      continue;
    }
    text.append("Scanner Name: ").append(scanner.name);
    text.append("\nDescription: ").append(scanner.description);
    text.append(scanner.on_by_default ? "\nDefault: on; -x " : "\nDefault: off; -e ");
    text.append(scanner.name)
        .append(scanner.on_by_default ? " turns it off\n\n" : " turns it on\n\n");
  }
  return text.append("Not in this version yet: ").append(later).append("\n");
}

std::string version_text() { return "TCPFLOW " TCPFLOW_VERSION "\n"; }

std::string usage_error_text(const UsageError& error) {
  return error.message + " (try 'tcpflow -h')";
}

}  // namespace tcpflow
