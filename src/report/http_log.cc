#include "report/http_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "base/code_point.h"
#include "base/number_text.h"
#include "report/clean_text.h"
#include "report/record_view.h"

namespace tcpflow {
namespace {

enum Column : size_t {
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
  kColumnCount
};
using Cells = std::array<std::string, kColumnCount>;

constexpr std::array<std::string_view, kColumnCount> kNames = {
    "TIME", "CLIENT", "SERVER", "METHOD", "HOST", "PATH", "STATUS", "TYPE", "BYTES", "MS"};
// Of the host and the path a terminal shows so much at least; the path gets what is left.
constexpr std::array<size_t, kColumnCount> kWidths = {15, 21, 21, 7, 24, 24, 6, 20, 9, 8};
constexpr size_t kUnknownColumns = 160;

constexpr bool is_flush_right(size_t column) {
  return column == kStatus || column == kBytes || column == kMilliseconds;
}
// A part of it would be misleading.
constexpr bool may_be_cut(size_t column) {
  return column == kHost || column == kPath || column == kType;
}

size_t path_width(const HttpLogLayout& layout) {
  size_t others = 0;
  for (size_t i = 0; i < kColumnCount; ++i) others += i == kPath ? 0 : kWidths[i] + 1;
  const size_t columns = layout.columns == 0 ? kUnknownColumns : layout.columns;
  return std::max(kWidths[kPath], columns - std::min<size_t>(others, columns));
}

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

// The first `most` characters; the last of them is an ellipsis if there were more.
void cut(std::string& text, size_t most) {
  if (characters(text) <= most) return;
  size_t at = 0;
  for (size_t i = 1; i < most; ++i) at += first_code_point(as_bytes(text).subspan(at)).length;
  text.resize(at);
  text += "\u2026";
}

void append_aligned(std::string& out, Cells& cells, const HttpLogLayout& layout) {
  for (size_t i = 0; i < kColumnCount; ++i) {
    const size_t width = i == kPath ? path_width(layout) : kWidths[i];
    if (may_be_cut(i)) cut(cells[i], width);
    const size_t taken = characters(cells[i]);
    const std::string blanks(width - std::min(taken, width), ' ');
    if (is_flush_right(i)) out += blanks;
    out += cells[i];
    if (i + 1 == kColumnCount) break;
    if (!is_flush_right(i)) out += blanks;
    out += ' ';
  }
  out += '\n';
}

void append_with_tabs(std::string& out, const Cells& cells) {
  for (size_t i = 0; i < kColumnCount; ++i) {
    if (i > 0) out += '\t';
    out += cells[i];
  }
  out += '\n';
}

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
  cells[kTime] = time_text(began, is_short);
  cells[kClient] = endpoint_text(fact.client.source, fact.client.source_port);
  cells[kServer] = endpoint_text(fact.client.destination, fact.client.destination_port);
  if (http.request_time) {
    cells[kMethod] = printable(http.method);
    const Target target = parts_of(http.target);
    cells[kHost] = printable(http.host.empty() ? target.authority : http.host);
    cells[kPath] = printable(target.path);
  }
  if (!http.response_time) return cells;
  if (http.status != 0) cells[kStatus] = std::to_string(http.status);
  cells[kType] = printable(media_type(http.type));
  cells[kBytes] = std::to_string(http.response_size);
  if (http.request_time) {
    cells[kMilliseconds] = milliseconds_text(elapsed(*http.request_time, http.response_end));
  }
  return cells;
}

// By the class of the status: errors are what one looks for.
std::string_view colour_of(unsigned status) {
  switch (status / 100) {
    case 2:
      return "\033[0;32m";
    case 3:
      return "\033[0;36m";
    case 4:
      return "\033[0;33m";
    case 5:
      return "\033[0;31m";
    default:
      return {};
  }
}

}  // namespace

void HttpLogForm::exchange(const ExchangeFact& fact, LineSink& lines) {
  line_.clear();
  Cells cells = cells_of(fact, layout_.is_aligned);
  const std::string_view colour =
      layout_.has_colour ? colour_of(fact.exchange.status) : std::string_view();
  line_ += colour;
  layout_.is_aligned ? append_aligned(line_, cells, layout_) : append_with_tabs(line_, cells);
  if (!colour.empty()) line_.insert(line_.size() - 1, "\033[0m");
  lines.add(line_);
}

std::string http_log_heading(const HttpLogLayout& layout) {
  Cells cells;
  for (size_t i = 0; i < kColumnCount; ++i) cells[i] = kNames[i];
  std::string line;
  layout.is_aligned ? append_aligned(line, cells, layout) : append_with_tabs(line, cells);
  return line;
}

}  // namespace tcpflow
