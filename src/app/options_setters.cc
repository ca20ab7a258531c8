#include "app/options_setters.h"

#include "app/options_number.h"
#include "app/options_size.h"

namespace tcpflow {
namespace {

constexpr size_t kMostFlows = size_t{1} << 32;
constexpr size_t kMostThreads = 256;
constexpr int64_t kMostSeconds = std::numeric_limits<int32_t>::max();
constexpr uint32_t kMostSnapLength = 1u << 26;
constexpr uint32_t kMostBufferKib = (1u << 21) - 1;  // libpcap takes fewer than 2^31 bytes

// How many of something may be kept: at least 1.
void read_count(const NumberWord& word, ParseState& state, size_t& target) {
  read_number(word, {1, std::numeric_limits<size_t>::max()}, state, target);
}

void add_name_letter(ParseState& state, char letter) {
  static constexpr std::string_view kNameLetters = "ctTkmg";
  if (letter == 'X') {
    state.options.file.store_nothing = true;
  } else if (letter == 'M') {
    add_scanner_switch(state, ScannerSwitch::Kind::digests, "");
  } else if (kNameLetters.find(letter) != std::string_view::npos) {
    state.options.file.names.push_back({'F', std::string(1, letter)});
  } else {
    state.warn(std::string("-F has no letter '") + letter + "'; it is ignored");
  }
}

}  // namespace

void set_byte_limit(ParseState& state, const char* text) {
  if (text[0] == '-') {  // any negative number: no limit
    int64_t negative = 0;
    state.options.file.byte_limit.reset();
    return read_number({"-b", text}, {}, state, negative);
  }
  uint64_t limit = 0;
  read_number({"-b", text}, {}, state, limit);
  state.options.file.byte_limit = limit;
}

void set_debug(ParseState& state, const char* text) {
  read_number({"-d", text}, {}, state, state.options.debug);
  if (state.options.debug >= 0) return;
  state.options.debug = 1;
  state.warn(std::string("-d cannot be negative, as ") + text + " is; the debug level is 1");
}

void set_max_open(ParseState& state, const char* text) {
  int count = 0;
  const NumberRange<int> range{1, std::numeric_limits<int>::max()};
  read_number({"-f", text}, range, state, count);
  state.options.file.max_open = static_cast<size_t>(count);
}

void set_archive(ParseState& state, const char* path) {
  state.options.file.archive = path;
  if (path[0] == '\0') state.fail("--archive needs the name of a file");
}

void set_threads(ParseState& state, const char* text) {
  size_t count = 0;
  read_number({"-j", text}, {1, kMostThreads}, state, count);
  state.options.threads = count;
}

void set_max_jump(ParseState& state, const char* text) {
  read_number({"-m", text}, {}, state, state.options.flow.max_jump);
}

void set_max_flows(ParseState& state, const char* text) {
  read_number({"--max-flows", text}, {1, kMostFlows}, state, state.options.limits.flow.flows);
}

void set_max_half_open(ParseState& state, const char* text) {
  read_number({"--max-half-open", text}, {1, kMostFlows}, state,
              state.options.limits.flow.half_open);
}

void set_max_vlans(ParseState& state, const char* text) {
  read_number({"--max-vlans", text}, {1, kMostFlows}, state,
              state.options.limits.flow.vlans_per_key);
}

void set_max_idle(ParseState& state, const char* text) {
  int64_t seconds = 0;
  read_number({"--max-idle", text}, {0, kMostSeconds}, state, seconds);
  state.options.flow.max_idle = seconds;
}

void set_max_lifetime(ParseState& state, const char* text) {
  int64_t seconds = 0;
  read_number({"--max-lifetime", text}, {0, kMostSeconds}, state, seconds);
  state.options.flow.max_lifetime = seconds;
}

void set_udp_idle(ParseState& state, const char* text) {
  read_number({"--udp-idle", text}, {0, kMostSeconds}, state, state.options.flow.udp_idle);
}

void set_max_udp(ParseState& state, const char* text) {
  state.options.limits.asked.push_back("--max-udp");
  read_number({"--max-udp", text}, {1, kMostFlows}, state,
              state.options.limits.flow.udp_conversations);
}

void set_snap_length(ParseState& state, const char* text) {
  read_number({"--snaplen", text}, {1, kMostSnapLength}, state, state.options.input.snap_length);
}

void set_buffer_size(ParseState& state, const char* text) {
  uint32_t size = 0;
  read_number({"--buffer-size", text}, {1, kMostBufferKib}, state, size);
  state.options.input.kernel_buffer_kib = size;
}

void set_gap(ParseState& state, const char* form) {
  static constexpr std::pair<std::string_view, GapForm> kForms[] = {
      {"zero", GapForm::zero}, {"skip", GapForm::skip}, {"mark", GapForm::mark}};
  for (const auto& [name, value] : kForms) {
    if (name != form) continue;
    state.options.gap = value;
    return;
  }
  state.fail(std::string("--gap takes zero, skip or mark, not '").append(form).append("'"));
}

void set_record(ParseState& state, std::string RecordSettings::*place, const char* option,
                const char* file) {
  // As of a shell's variable that is not set: nothing would be written, and nobody would know.
  if (*file == '\0') return state.fail(std::string(option) + " needs the name of a file");
  state.options.record.*place = file;
}

void set_progress(ParseState& state, const char* when) {
  static constexpr std::pair<std::string_view, ProgressWhen> kWords[] = {
      {"auto", ProgressWhen::automatic},
      {"always", ProgressWhen::always},
      {"never", ProgressWhen::never}};
  for (const auto& [word, value] : kWords) {
    if (word != when) continue;
    state.options.progress = value;
    return;
  }
  state.fail(std::string("--progress takes auto, always or never, not '").append(when).append("'"));
}

void set_memory_limit(ParseState& state, const char* text) {
  size_t size = 0;
  read_size({"--memory-limit", text}, state, size);
  state.options.limits.memory = size;
}

void set_max_held(ParseState& state, const char* text) {
  state.options.limits.asked.push_back("--max-held");
  read_size({"--max-held", text}, state, state.options.limits.stream.held_total);
}

void set_max_held_per_half(ParseState& state, const char* text) {
  state.options.limits.asked.push_back("--max-held-per-half");
  read_size({"--max-held-per-half", text}, state, state.options.limits.stream.held_per_half);
}

void set_max_alternatives(ParseState& state, const char* text) {
  state.options.limits.asked.push_back("--max-alternatives");
  read_size({"--max-alternatives", text}, state,
            state.options.limits.stream.delivered_windows_total);
}

void set_max_scan(ParseState& state, const char* text) {
  size_t size = 0;
  read_size({"--max-scan", text}, state, size);
  state.options.limits.scan.per_half = size;
}

void set_max_python(ParseState& state, const char* text) {
  state.options.limits.asked.push_back("--max-python");
  read_size({"--max-python", text}, state, state.options.limits.python.per_half);
}

void set_max_fragments(ParseState& state, const char* text) {
  read_count({"--max-fragments", text}, state, state.options.limits.fragments.datagrams);
}

void set_max_fragment_bytes(ParseState& state, const char* text) {
  state.options.limits.asked.push_back("--max-fragment-bytes");
  read_size({"--max-fragment-bytes", text}, state, state.options.limits.fragments.bytes);
}

void add_name_letters(ParseState& state, const char* letters) {
  for (const char letter : std::string_view(letters)) add_name_letter(state, letter);
}

void add_scanner_switch(ParseState& state, ScannerSwitch::Kind kind, const char* name) {
  state.options.scanner_switches.push_back({kind, name});
}

void set_action(ParseState& state, Action action) {
  Action& chosen = state.options.action;
  if (chosen == Action::scanner_help && action == Action::help) return;
  const bool is_again = chosen == Action::help || chosen == Action::more_help;
  chosen = action == Action::help && is_again ? Action::more_help : action;
}

}  // namespace tcpflow
