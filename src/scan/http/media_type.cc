#include "scan/http/media_type.h"

#include <algorithm>
#include <string>

#include "scan/http/media_type_table.h"

namespace tcpflow {
namespace {

constexpr std::string_view kApplication = "application/";

std::string_view find(std::span<const MediaTypeRow> rows, std::string_view type) {
  const auto row =
      std::lower_bound(rows.begin(), rows.end(), type,
                       [](const MediaTypeRow& a, std::string_view b) { return a.type < b; });
  return row != rows.end() && row->type == type ? row->extension : std::string_view();
}

}  // namespace

std::string_view extension_of(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  if (content_type.size() > kLongestMediaType) return {};
  std::string lowered(content_type);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  const std::string_view type = lowered;
  if (!type.starts_with(kApplication)) return find(other_types(), type);
  return find(application_types(), type.substr(kApplication.size()));
}

}  // namespace tcpflow
