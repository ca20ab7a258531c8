// One line for each exchange of HTTP: aligned for people, or separated by tabs for programs.
#pragma once

#include <string>
#include <string_view>

#include "report/fact_texts.h"

namespace tcpflow {

// Where the lines go.
struct HttpLogLayout {
  bool is_aligned = false;  // a terminal reads them
  unsigned columns = 0;     // its width; 0: not known
  bool has_colour = false;  // -g, on a terminal
};

// Time, client, server, method, host, path, status, type, bytes, milliseconds; what is not known is
// "-". With tabs nothing is cut short.
class HttpLogForm : public FactForm {
 public:
  explicit HttpLogForm(const HttpLogLayout& layout) : layout_(layout) {}
  FactChannel channel() const override { return FactChannel::http_log; }
  void start(const StartFact&, LineSink&) override {}
  void exchange(const ExchangeFact& fact, LineSink& lines) override;
  void bytes(const BytesFact&, LineSink&) override {}
  void record(const FlowRecord&, LineSink&) override {}

 private:
  HttpLogLayout layout_;
  std::string line_;
};

// The names of the columns, in the same form.
std::string http_log_heading(const HttpLogLayout& layout);

}  // namespace tcpflow
