#include "app/options_parameters.h"

#include <array>

#include "app/options_number.h"

namespace tcpflow {
namespace {

// Packet times are kept in 64 bits of nanoseconds; this leaves room for any time of a capture.
constexpr int64_t kMostSeconds = int64_t{1} << 32;
constexpr int64_t kMostMilliseconds = 3'600'000;
constexpr int kHighestDescriptor = 1 << 20;

bool begins_with_one_of(std::string_view value, std::string_view letters) {
  return letters.find(value.front()) != std::string_view::npos;
}

constexpr std::string_view kYes = "YyTt1";
constexpr std::string_view kNo = "NnFf0";

// Scripts for 1.6.1 may say anything for no.
void set_enable_report(ParseState& state, std::string_view value) {
  state.options.enable_report = begins_with_one_of(value, kYes);
}

void set_check_fcs(ParseState& state, std::string_view value) {
  const bool is_yes = begins_with_one_of(value, kYes);
  if (!is_yes && !begins_with_one_of(value, kNo)) {
    return state.fail(std::string("-S check_fcs needs YES or NO, not '").append(value).append("'"));
  }
  state.options.decode.check_fcs = is_yes;
}

void set_tdelta(ParseState& state, std::string_view value) {
  const NumberRange<int64_t> range{-kMostSeconds, kMostSeconds};
  read_number({"-S tdelta", value}, range, state, state.options.flow.tdelta);
}

void set_read_timeout(ParseState& state, std::string_view value) {
  int64_t count = 0;
  read_number({"-S packet-buffer-timeout", value}, {0, kMostMilliseconds}, state, count);
  state.options.input.read_timeout = std::chrono::milliseconds(count);
}

void set_prefix(ParseState& state, std::string_view value) { state.options.prefix = value; }

void set_tcp_timeout(ParseState& state, std::string_view value) {
  read_number({"-S tcp_timeout", value}, {0, kMostSeconds}, state, state.options.flow.tcp_timeout);
}

void set_tcp_command(ParseState& state, std::string_view value) {
  state.options.hook.tcp_command = value;
}

void set_tcp_alert_fd(ParseState& state, std::string_view value) {
  const NumberRange<int> range{-1, kHighestDescriptor};
  read_number({"-S tcp_alert_fd", value}, range, state, state.options.hook.tcp_alert_fd);
}

void set_http_command(ParseState& state, std::string_view value) {
  state.options.hook.http_command = value;
}

void set_http_alert_fd(ParseState& state, std::string_view value) {
  const NumberRange<int> range{-1, kHighestDescriptor};
  read_number({"-S http_alert_fd", value}, range, state, state.options.hook.http_alert_fd);
}

void set_python_path(ParseState& state, std::string_view value) {
  state.options.python.path = value;
}

void set_python_module(ParseState& state, std::string_view value) {
  state.options.python.module = value;
}

void set_python_function(ParseState& state, std::string_view value) {
  state.options.python.function = value;
}

constexpr std::array<ParameterSpec, 15> kParameters = {{
    {"enable_report", "YES", "write report.xml", set_enable_report},
    {"tdelta", "0", "seconds added to the time of every packet", set_tdelta},
    {"packet-buffer-timeout", "10", "live: milliseconds the kernel may gather packets",
     set_read_timeout},
    {"debug-prefix", "program's name", "text in front of messages", set_prefix},
    {"tcp_timeout", "0", "seconds without packets after which a flow ends; 0: never",
     set_tcp_timeout},
    {"tcp_cmd", "", "shell command for each finished flow, its name appended", set_tcp_command},
    {"tcp_alert_fd", "-1", "descriptor to be told of each file opened and closed",
     set_tcp_alert_fd},
    {"http_cmd", "", "the same for each finished HTTP body", set_http_command},
    {"http_alert_fd", "-1", "descriptor to be told of each HTTP body's file", set_http_alert_fd},
    {"netviz_histogram_size", "1000", "scanner netviz, not in this version yet"},
    {"netviz_histogram_dump", "0", "scanner netviz, not in this version yet"},
    {"check_fcs", "YES", "leave out 802.11 frames that arrived damaged", set_check_fcs},
    {"py_path", ".", "folder of the module for -e python", set_python_path},
    {"py_module", "", "the module, without .py", set_python_module},
    {"py_function", "", "its function, called once for each direction", set_python_function},
}};

}  // namespace

std::span<const ParameterSpec> parameter_table() { return kParameters; }

void apply_parameter(ParseState& state, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals + 1 == assignment.size()) {
    std::string fault = "-S needs NAME=VALUE, not '";
    return state.fail(fault.append(assignment).append("'"));
  }
  const std::string_view name = assignment.substr(0, equals);
  std::string warning = "-S ";
  warning.append(name).append(" has no effect: ");
  for (const ParameterSpec& spec : kParameters) {
    if (spec.name != name) continue;
    if (spec.apply != nullptr) return spec.apply(state, assignment.substr(equals + 1));
    return state.warn(warning.append(spec.help));
  }
  state.warn(warning.append("no such parameter"));
}

}  // namespace tcpflow
