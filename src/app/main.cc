// tcpflow: what each side of every TCP connection said.
#include <cerrno>
#include <cstdio>
#include <string>

#include "app/descriptors.h"
#include "app/messages.h"
#include "app/options.h"
#include "app/signals.h"
#include "app/usage.h"
#include "app/wiring.h"
#include "capture/live.h"
#include "output/file_budget.h"

namespace tcpflow {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int show(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return written && std::fflush(stdout) == 0 ? kDone : kFailed;
}

int list_interfaces(Messages& messages) {
  const Result<std::vector<Device>> devices = list_devices();
  if (!devices) {
    messages.error(devices.error().message);
    return kFailed;
  }
  std::string text;
  for (const Device& device : *devices) {
    text += device.name + (device.description.empty() ? "" : "  " + device.description) + "\n";
  }
  return show(text);
}

int fail(Messages& messages, const Error& error) {
  if (!error.message.empty()) messages.error(error.message);
  return kFailed;
}

// Later on a closed one might be one of our own files.
Status check_alert_descriptors(const Options& options) {
  const std::pair<const char*, int> descriptors[] = {
      {"-S tcp_alert_fd=", options.hook.tcp_alert_fd},
      {"-S http_alert_fd=", options.hook.http_alert_fd}};
  for (const auto& [name, fd] : descriptors) {
    if (fd >= 0 && !is_open_descriptor(fd)) return errno_error(name + std::to_string(fd), EBADF);
  }
  return Ok{};
}

int capture(const Options& options, Messages& messages) {
  if (const Status open = check_alert_descriptors(options); !open) {
    return fail(messages, open.error());
  }
  const Result<std::unique_ptr<SignalWaiter>> signals = SignalWaiter::make();
  if (!signals) return fail(messages, signals.error());
  // From here on the first input or device is open and the outputs are writable.
  const Result<std::unique_ptr<Job>> job = Job::open(options, messages, **signals);
  if (!job) return fail(messages, job.error());
  // From here on no device can be opened.
  if (const Status dropped = (*job)->drop_privileges(); !dropped) {
    fail(messages, dropped.error());
    (*job)->finish();
    return kFailed;
  }
  (*job)->run();  // every flow has ended, every file is closed
  return messages.failed() ? kFailed : kDone;
}

int act(const Options& options, Messages& messages) {
  switch (options.action) {
    case Action::help:
      return show(usage_text());
    case Action::more_help:
      return show(more_help_text(FileBudget::default_max_open()));
    case Action::scanner_help:
      return show(scanner_help_text());
    case Action::version:
      return show(version_text());
    case Action::list_interfaces:
      return list_interfaces(messages);
    case Action::run:
      return capture(options, messages);
  }
  return kWrongUsage;
}

}  // namespace
}  // namespace tcpflow

int main(int argc, char** argv) {
  using namespace tcpflow;
  fill_standard_descriptors();
  const std::string program = argc > 0 ? argv[0] : "tcpflow";
  const Result<Options, UsageError> options = parse_options({argv, static_cast<size_t>(argc)});
  if (!options) {
    Messages(program, 1).note(usage_error_text(options.error()));
    return kWrongUsage;
  }
  Messages messages(options->prefix.value_or(program), options->debug);
  for (const std::string& warning : options->warnings) messages.note(warning);
  return act(*options, messages);
}
