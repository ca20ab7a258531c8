#include "examples/scanner/ssh_banner.h"

#include <algorithm>
#include <string>

namespace tcpflow::example {
namespace {

constexpr std::string_view kStart = "SSH-";
constexpr size_t kMostOctets = 255;  // of the string with CR and LF: RFC 4253, 4.2

// Keeps the first line, and no more than one may be long.
class SshBanner : public HalfReader {
 public:
  void on_bytes(uint64_t, Bytes bytes) override {
    if (is_over_) return;
    const std::string_view text = as_text(bytes);
    const size_t end = std::min(text.find('\n'), text.size());
    line_.append(text.substr(0, std::min(end, kMostOctets - line_.size())));
    is_over_ = end < text.size() || line_.size() == kMostOctets;
  }
  // What stands behind a gap belongs to no line that is known.
  void on_gap(uint64_t, uint64_t) override { is_over_ = true; }

  void on_end(Direction from, FlowRecord& record) override {
    if (!line_.starts_with(kStart)) return;
    if (line_.ends_with('\r')) line_.pop_back();
    ScanResult result;
    result.scanner = "ssh";
    result.text = line_;
    record.half(from).output.results.push_back(result);
  }

 private:
  std::string line_;
  bool is_over_ = false;
};

}  // namespace

std::unique_ptr<HalfReader> SshBannerScanner::make_reader() {
  return std::make_unique<SshBanner>();
}

}  // namespace tcpflow::example
