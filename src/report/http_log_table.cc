#include "report/http_log_table.h"

#include <algorithm>

#include "base/code_point.h"

namespace tcpflow {
namespace {

using Column = HttpLogColumn;

constexpr std::array<std::string_view, kHttpLogColumns> kNames = {
    "TIME", "CLIENT", "SERVER", "METHOD", "HOST", "PATH", "STATUS", "TYPE", "BYTES", "MS"};
// Of the host and the path a terminal shows so much at least.
constexpr std::array<size_t, kHttpLogColumns> kWidths = {15, 21, 21, 7, 24, 24, 6, 20, 9, 8};
constexpr size_t kUnknownColumns = 160;

constexpr bool is_flush_right(size_t column) {
  return column == Column::kStatus || column == Column::kBytes || column == Column::kMilliseconds;
}
// A part of it would be misleading.
constexpr bool may_be_cut(size_t column) {
  return column == Column::kHost || column == Column::kPath || column == Column::kType;
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

// By the class of the status: errors are what one looks for.
std::string_view colour_of(std::string_view status) {
  switch (status.front()) {
    case '2':
      return "\033[0;32m";
    case '3':
      return "\033[0;36m";
    case '4':
      return "\033[0;33m";
    case '5':
      return "\033[0;31m";
    default:
      return {};
  }
}

}  // namespace

HttpLogTable::HttpLogTable(const HttpLogLayout& layout) : layout_(layout), widths_(kWidths) {}

size_t HttpLogTable::width_of(size_t column) const {
  if (column != Column::kPath) return widths_[column];
  size_t others = 0;
  for (size_t i = 0; i < kHttpLogColumns; ++i) others += i == column ? 0 : widths_[i] + 1;
  const size_t columns = layout_.columns == 0 ? kUnknownColumns : layout_.columns;
  return std::max(widths_[column], columns - std::min<size_t>(others, columns));
}

void HttpLogTable::append(Cells& cells) {
  for (size_t i = 0; i < kHttpLogColumns; ++i) {
    if (!may_be_cut(i)) widths_[i] = std::max(widths_[i], characters(cells[i]));
  }
  for (size_t i = 0; i < kHttpLogColumns; ++i) {
    const size_t width = width_of(i);
    if (may_be_cut(i)) cut(cells[i], width);
    const std::string blanks(width - std::min(characters(cells[i]), width), ' ');
    if (is_flush_right(i)) text_ += blanks;
    text_ += cells[i];
    if (i + 1 == kHttpLogColumns) break;
    if (!is_flush_right(i)) text_ += blanks;
    text_ += ' ';
  }
}

std::string_view HttpLogTable::heading() {
  Cells cells;
  std::copy(kNames.begin(), kNames.end(), cells.begin());
  text_.clear();
  append(cells);
  text_ += '\n';
  return text_;
}

std::string_view HttpLogTable::aligned(std::string_view line) {
  Cells cells;
  for (std::string& cell : cells) {
    const size_t end = std::min(line.find_first_of("\t\n"), line.size());
    cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  const std::string& status = cells[Column::kStatus];
  const bool has_colour = layout_.has_colour && !status.empty();
  const std::string_view colour = has_colour ? colour_of(status) : std::string_view();
  text_ = colour;
  append(cells);
  if (!colour.empty()) text_ += "\033[0m";
  text_ += '\n';
  return text_;
}

}  // namespace tcpflow
