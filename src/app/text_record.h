// A record that is text: where it goes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/options.h"
#include "base/owner.h"
#include "output/console_writer.h"
#include "report/fact_texts.h"
#include "report/report_file.h"

namespace tcpflow {

// A file of its own, or the screen that several share. On the main thread.
class TextRecord : public LineSink {
 public:
  // Creates the file `name`; "-": `screen`, which it borrows for its life.
  static Result<TextRecord> open(const Options& options, const std::string& name, Waiter& waiter,
                                 ConsoleWriter* screen);
  void add(std::string_view piece) override { file_ ? file_->add(piece) : screen_->on_text(piece); }
  // Writes what its file was given so far; of the screen others take care.
  Status flush();
  Status give_to(const Owner& owner);
  // What is missing in its file, and why; nothing, if all is there that was written.
  std::optional<std::string> loss() const;
  // Nothing more comes.
  void finish() { static_cast<void>(flush()); }

 private:
  explicit TextRecord(ConsoleWriter* screen) : screen_(screen) {}

  std::unique_ptr<ReportFile> file_;  // null: it goes to the screen
  ConsoleWriter* screen_;
};

}  // namespace tcpflow
