// -c and -C: streams on standard output, record by record.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "flow/consumer.h"
#include "output/console_writer.h"
#include "output/file_name.h"

namespace tcpflow {

// How a payload is shown.
enum class ConsoleBody : uint8_t {
  stripped,  // unprintable bytes as dots (default, -s)
  raw,       // -B
  hex_dump,  // -D; wins over all others
  json,      // -J
};

struct ConsoleOptions {
  static constexpr uint64_t kNoLimit = UINT64_MAX;

  ConsoleBody body = ConsoleBody::stripped;
  bool label = true;            // -c; false with -C and -J
  bool newline = true;          // false with -0
  bool colour = false;          // -g
  uint64_t limit = kNoLimit;    // -b: bytes printed per half
  GapForm gap = GapForm::skip;  // --gap
};

// What the letters of the command line come to. `json` takes the label away also where -D shows the
// bytes.
struct ConsoleSwitches {
  bool no_label = false;  // -C
  bool raw = false;       // -B
  bool hex_dump = false;  // -D
  bool json = false;      // -J
};
ConsoleOptions console_options(const ConsoleSwitches& switches);

// Prints each call of on_bytes as one record: in-order bytes, each once. A gap that shows is a
// record of its own. One per run, on the thread of its flows; outlives its consumers.
class Console : public ConsumerFactory, public BatchListener {
 public:
  // The most zeros that are printed for a gap; a longer one is marked.
  static constexpr uint64_t kMostZeros = uint64_t{1} << 20;

  // What it borrows; `events` may be null and is told of each label whose half ended.
  struct Borrowed {
    ConsoleWriter& writer;
    FileEvents* events = nullptr;
  };

  Console(NameTemplate names, const ConsoleOptions& options, const Borrowed& borrowed)
      : names_(std::move(names)), options_(options), borrowed_(borrowed) {}

  std::unique_ptr<StreamConsumer> create() override;
  void on_batch_end(bool /*idle*/) override { borrowed_.writer.flush(); }

 private:
  friend class ConsoleConsumer;
  void print(const HalfInfo& half, const std::string& head, Bytes bytes);
  void print_marker(const HalfInfo& half, const std::string& head, uint64_t missing);
  std::string& begin_record(const HalfInfo& half);
  void end_record(std::string& out);

  NameTemplate names_;
  ConsoleOptions options_;
  Borrowed borrowed_;
};

}  // namespace tcpflow
