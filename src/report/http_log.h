// One line for each exchange of HTTP, its fields separated by tabs.
#pragma once

#include <cstddef>
#include <string>

#include "report/fact_texts.h"

namespace tcpflow {

// The fields of a line.
struct HttpLogColumn {
  enum : size_t {
    kTime,
    kClient,
    kServer,
    kMethod,
    kHost,
    kPath,
    kStatus,
    kType,
    kBytes,
    kMilliseconds,
    kCount
  };
};
inline constexpr size_t kHttpLogColumns = HttpLogColumn::kCount;

// Time, client, server, method, host, path, status, type, bytes, milliseconds; what is not known is
// "-". Nothing in a field ends it or moves a cursor. One per shard, used on its thread.
class HttpLogForm : public FactForm {
 public:
  // `has_short_times`: the time of day, to microseconds, for a terminal.
  explicit HttpLogForm(bool has_short_times) : has_short_times_(has_short_times) {}
  FactChannel channel() const override { return FactChannel::http_log; }
  void start(const StartFact&, LineSink&) override {}
  void exchange(const ExchangeFact& fact, LineSink& lines) override;
  void bytes(const BytesFact&, LineSink&) override {}
  void record(const FlowRecord&, LineSink&) override {}

 private:
  bool has_short_times_;
  std::string line_;
};

}  // namespace tcpflow
