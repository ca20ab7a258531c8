// The lines of http_log.h in columns, for people.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "report/http_log.h"

namespace tcpflow {

// Where the lines go.
struct HttpLogLayout {
  bool is_aligned = false;  // a terminal reads them
  unsigned columns = 0;     // its width; 0: not known
  bool has_colour = false;  // -g, on a terminal
};

// Hosts, paths and types are cut; what must stand whole, as addresses, makes its column wider,
// which it then stays. The path gets what is left. Used on the thread that writes, in the order of
// the lines.
class HttpLogTable {
 public:
  explicit HttpLogTable(const HttpLogLayout& layout);
  // The names of the columns. The views live until the next call.
  std::string_view heading();
  // `line`: one of HttpLogForm.
  std::string_view aligned(std::string_view line);

 private:
  using Cells = std::array<std::string, kHttpLogColumns>;

  void append(Cells& cells);
  size_t width_of(size_t column) const;

  HttpLogLayout layout_;
  std::array<size_t, kHttpLogColumns> widths_;
  std::string text_;
};

}  // namespace tcpflow
