#include "app/progress_form.h"

#include <sys/stat.h>
#include <unistd.h>

namespace tcpflow {

Screens look_at_screens() {
  Screens screens;
  screens.stderr_is_terminal = ::isatty(STDERR_FILENO) == 1;
  struct stat info {};
  const bool is_pipe =
      ::fstat(STDOUT_FILENO, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
  screens.stdout_may_be_seen = is_pipe || ::isatty(STDOUT_FILENO) == 1;
  return screens;
}

std::optional<ProgressForm> progress_form(const Options& options, const Screens& screens) {
  if (options.quiet || options.progress == ProgressWhen::never) return std::nullopt;
  const bool prints = options.console.is_on || options.record.uses_stdout();
  const bool shares_screen = prints && screens.stdout_may_be_seen;
  const bool has_screen = screens.stderr_is_terminal && !shares_screen;
  const bool is_asked = options.progress == ProgressWhen::always;
  if (has_screen && (is_asked || options.debug > 0)) return ProgressForm::in_place;
  return is_asked ? std::optional(ProgressForm::lines) : std::nullopt;
}

}  // namespace tcpflow
