#include "app/options.h"

#include <getopt.h>

#include <algorithm>

#include "app/options_check.h"
#include "app/options_table.h"

namespace tcpflow {
namespace {

// The leading ':' asks getopt to tell a missing argument from an unknown option.
std::string short_options() {
  std::string letters = ":";
  for (const OptionSpec& spec : option_table()) {
    if (spec.code >= kFirstLongOnly) continue;
    letters += static_cast<char>(spec.code);
    if (spec.argument != nullptr) letters += ':';
  }
  return letters;
}

std::vector<option> long_options() {
  std::vector<option> entries;
  for (const OptionSpec& spec : option_table()) {
    if (spec.long_name[0] == '\0') continue;
    const int takes = spec.argument == nullptr ? no_argument : required_argument;
    entries.push_back({spec.long_name, takes, nullptr, spec.code});
  }
  entries.push_back({nullptr, 0, nullptr, 0});
  return entries;
}

const OptionSpec* find_option(int code) {
  for (const OptionSpec& spec : option_table()) {
    if (spec.code == code) return &spec;
  }
  return nullptr;
}

// Says what getopt refused; `word` is the argument it looked at.
std::string refusal(int answer, int code, const std::string& word) {
  const OptionSpec* spec = find_option(code);
  if (spec != nullptr) {
    const bool is_long = word.starts_with("--");
    std::string text = is_long ? word.substr(0, word.find('=')) : option_spelling(*spec);
    return text + (answer == ':' ? " needs an argument" : " takes no argument");
  }
  if (code != 0) return std::string("unknown option -") + static_cast<char>(code);

  const std::string name = word.substr(std::min<size_t>(2, word.size()), word.find('=') - 2);
  std::string meanings;
  for (const OptionSpec& each : option_table()) {
    if (!std::string_view(each.long_name).starts_with(name)) continue;
    meanings.append(meanings.empty() ? "--" : ", --").append(each.long_name);
  }
  if (meanings.empty()) return std::string("unknown option --") + name;
  return std::string("--") + name + " can mean " + meanings;
}

// Applies every option of `words`, which end with a null pointer and come out with the operands
// moved to their end. Returns the place of the first operand.
size_t read_options(std::vector<char*>& words, ParseState& state) {
  const std::string letters = short_options();
  const std::vector<option> names = long_options();
  const int count = static_cast<int>(words.size()) - 1;
  optind = 0;  // 0 and not 1: glibc then forgets what it knew of an earlier command line
  opterr = 0;
  while (!state.fault && state.options.action != Action::version) {
    const int code = ::getopt_long(count, words.data(), letters.c_str(), names.data(), nullptr);
    if (code == -1) break;
    if (code == '?' || code == ':') {
      const auto word = static_cast<size_t>(std::max(optind - 1, 1));
      state.fail(refusal(code, optopt, words[word]));
    } else {
      find_option(code)->apply(state, optarg);
    }
  }
  return static_cast<size_t>(optind);
}

void take_operands(std::span<char* const> operands, ParseState& state) {
  InputSettings& input = state.options.input;
  for (const char* operand : operands) {
    if (state.operands_are_files) {
      input.files.emplace_back(operand);
    } else {
      if (!input.filter.empty()) input.filter += ' ';
      input.filter += operand;
    }
  }
  if (state.operands_are_files && input.is_live() && input.interface.empty())
    state.fail("-l needs the names of capture files");
}

}  // namespace

Result<Options, UsageError> parse_options(std::span<char* const> arguments) {
  ParseState state;
  state.options.command_line.assign(arguments.begin(), arguments.end());
  std::vector<char*> words(arguments.begin(), arguments.end());
  words.push_back(nullptr);

  const size_t first_operand = read_options(words, state);
  if (state.fault) return *state.fault;
  if (state.options.action != Action::run) return std::move(state.options);
  take_operands(std::span(words).subspan(first_operand, words.size() - 1 - first_operand), state);
  if (!state.fault) check_together(state);
  if (state.fault) return *state.fault;
  return std::move(state.options);
}

Result<NameTemplate> name_template(const FileSettings& file) {
  NameTemplateBuilder builder;
  for (const NameOption& option : file.names) {
    if (option.kind == 'T') {
      builder.set(option.text);
    } else {
      for (const char letter : option.text) builder.apply(letter);
    }
  }
  return builder.build(file.archive.empty() ? file.folder : "");
}

std::string seen_from_outside(const Options& options, const std::string& path) {
  return options.new_root ? *options.new_root + "/" + path : path;
}

bool shows_summary(const Options& options, bool stderr_is_terminal) {
  if (options.quiet) return false;
  if (options.summary) return true;
  const bool has_files = options.file.write_captures || !options.file.store_nothing;
  return stderr_is_terminal && options.debug > 0 && has_files && !options.console.is_on;
}

bool reads_http(const Options& options) {
  return options.scanners.is_on("http") || options.record.http_log;
}

bool only_prints(const Options& options) {
  return options.console.is_on || (options.record.is_shown() && options.file.store_nothing);
}

std::optional<std::string> report_path(const Options& options) {
  if (!options.enable_report.value_or(true)) return std::nullopt;
  // What prints writes only what another option names.
  const bool is_named = !options.report_file.empty() || options.enable_report.has_value();
  if (only_prints(options) && !is_named) return std::nullopt;
  const std::string name =
      options.report_file.empty() ? options.file.folder + "/report.xml" : options.report_file;
  return seen_from_outside(options, name);
}

}  // namespace tcpflow
