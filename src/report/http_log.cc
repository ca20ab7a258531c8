#include "report/http_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "base/number_text.h"
#include "report/clean_text.h"
#include "report/record_view.h"

namespace tcpflow {
namespace {

using Cells = std::array<std::string, kHttpLogColumns>;

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out.empty() ? "-" : out;
}

// "12.345": microseconds are what most captures have.
std::string milliseconds_text(Duration time) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  const auto whole = static_cast<uint64_t>(microseconds);
  std::string text;
  append_number(text, whole / 1000);
  text += '.';
  append_number(text, whole % 1000, 3);
  return text;
}

// "21:09:45.123456": a terminal has no room for more, and who watches knows the day.
std::string time_text(Timestamp time, bool is_short) {
  constexpr size_t kDay = 11;  // "2026-11-22T"
  constexpr size_t kShort = 15;
  std::string text;
  append_nanosecond_time(text, time);
  return is_short ? text.substr(std::min(kDay, text.size()), kShort) : text;
}

struct Target {
  std::string_view authority;  // of one in absolute form (RFC 9112, 3.2.2), as a proxy gets it
  std::string_view path;
};

Target parts_of(std::string_view target) {
  const size_t scheme = target.find("://");
  if (scheme == std::string_view::npos || target.starts_with('/')) return {{}, target};
  const std::string_view rest = target.substr(scheme + 3);
  const size_t path = std::min(rest.find_first_of("/?"), rest.size());
  return {rest.substr(0, path), path == rest.size() ? "/" : rest.substr(path)};
}

// Without parameters.
std::string_view media_type(std::string_view type) { return type.substr(0, type.find(';')); }

Cells cells_of(const ExchangeFact& fact, bool is_short) {
  const HttpExchange& http = fact.exchange;
  Cells cells;
  cells.fill("-");
  const Timestamp began = http.request_time.value_or(http.response_time.value_or(Timestamp()));
  cells[HttpLogColumn::kTime] = time_text(began, is_short);
  cells[HttpLogColumn::kClient] = endpoint_text(fact.client.source, fact.client.source_port);
  cells[HttpLogColumn::kServer] =
      endpoint_text(fact.client.destination, fact.client.destination_port);
  if (http.request_time) {
    cells[HttpLogColumn::kMethod] = printable(http.method);
    const Target target = parts_of(http.target);
    cells[HttpLogColumn::kHost] = printable(http.host.empty() ? target.authority : http.host);
    cells[HttpLogColumn::kPath] = printable(target.path);
  }
  if (!http.response_time) return cells;
  if (http.status != 0) cells[HttpLogColumn::kStatus] = std::to_string(http.status);
  cells[HttpLogColumn::kType] = printable(media_type(http.type));
  cells[HttpLogColumn::kBytes] = std::to_string(http.response_size);
  if (http.request_time) {
    cells[HttpLogColumn::kMilliseconds] =
        milliseconds_text(elapsed(*http.request_time, http.response_end));
  }
  return cells;
}

}  // namespace

void HttpLogForm::exchange(const ExchangeFact& fact, LineSink& lines) {
  line_.clear();
  const Cells cells = cells_of(fact, has_short_times_);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line_ += '\t';
    line_ += cells[i];
  }
  line_ += '\n';
  lines.add(line_);
}

}  // namespace tcpflow
