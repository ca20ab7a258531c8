// Multipart bodies in pieces of any size. Input: a mode, a size of pieces, the size of the
// boundary, then that and the rest. Either the rest is cut at each octet 0xff into contents of
// parts, which must come back exactly; or it is the body, and the calls must not depend on the
// pieces. In both, octets from 0xf8 on stand for pieces of delimiters, which a mutation hardly
// finds.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "scan/http/multipart.h"
#include "tests/support/require.h"

namespace tcpflow {
namespace {

using test::require;

// All calls as text, whatever the spans of on_part_bytes.
class Calls : public PartSink {
 public:
  void on_part_begin(const PartHeader& header, uint64_t offset) override {
    require(!is_open_);
    is_open_ = true;
    text += "begin " + std::to_string(offset) + " " + header.name + "|" + header.file_name + "|" +
            header.content_type + "|" + header.transfer_encoding + "\n";
    contents.emplace_back();
  }
  void on_part_bytes(Bytes bytes) override {
    require(is_open_ && !bytes.empty());
    text += as_text(bytes);
    contents.back() += as_text(bytes);
  }
  void on_part_end(bool is_whole) override {
    require(is_open_);
    is_open_ = false;
    whole += is_whole;
    text += is_whole ? "\nwhole\n" : "\ncut\n";
  }
  bool is_open() const { return is_open_; }

  std::string text;
  std::vector<std::string> contents;
  size_t whole = 0;

 private:
  bool is_open_ = false;
};

struct Form {
  std::string boundary;
  size_t piece = 1;
  MultipartLimits limits;
};

Calls read(const Form& form, std::string_view body) {
  Calls calls;
  MultipartReader reader(form.boundary, form.limits);
  require(reader.is_good());
  while (!body.empty()) {
    const std::string copy(body.substr(0, form.piece));  // of its own, for the sanitizer to watch
    reader.add(as_bytes(copy), calls);
    body.remove_prefix(copy.size());
  }
  reader.finish(calls);
  require(!calls.is_open());
  require(calls.contents.size() <= form.limits.parts);
  return calls;
}

std::string expanded(Bytes rest, const std::string& boundary) {
  const std::array<std::string, 7> pieces = {"\r\n--" + boundary,
                                             "\r\n--" + boundary + "\r\n",
                                             "\n--" + boundary + "--",
                                             "\r\n\r\n",
                                             "\r\n--",
                                             boundary,
                                             "Content-Type: "};
  std::string text;
  for (const uint8_t octet : rest) {
    if (octet < 0xf8 || octet == 0xff) {
      text += static_cast<char>(octet);
    } else {
      text += pieces[octet - 0xf8];
    }
  }
  return text;
}

// A delimiter's line, said in another way than the reader does.
bool is_delimiter(std::string_view line, const std::string& boundary) {
  if (!line.starts_with("--" + boundary)) return false;
  line.remove_prefix(2 + boundary.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("--")) line.remove_prefix(2);
  return line.size() <= DelimiterLine::kMostPadding &&
         line.find_first_not_of(" \t") == std::string_view::npos;
}

bool has_delimiter(std::string_view content, const std::string& boundary) {
  while (true) {
    const size_t end = content.find('\n');
    if (is_delimiter(content.substr(0, end), boundary)) return true;
    if (end == std::string_view::npos) return false;
    content.remove_prefix(end + 1);
  }
}

void check_round_trip(const Form& form, std::string_view text) {
  std::vector<std::string> contents;
  std::string body;
  while (!text.empty() && contents.size() < form.limits.parts) {
    const size_t end = std::min(text.find('\xff'), text.size());
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (has_delimiter(content, form.boundary)) continue;
    contents.emplace_back(content);
    body += "--" + form.boundary + "\r\n\r\n";
    body += content;
    body += "\r\n";
  }
  body += "--" + form.boundary + "--";
  const Calls calls = read(form, body);
  require(calls.contents == contents && calls.whole == contents.size());
}

void check_pieces(Form form, std::string_view body) {
  const Calls pieces = read(form, body);
  form.piece = std::max<size_t>(body.size(), 1);
  require(read(form, body).text == pieces.text);
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tcpflow;
  if (size < 4) return 0;
  const size_t length = std::min<size_t>(1 + data[2] % MultipartReader::kMostBoundary, size - 3);
  Form form;
  form.boundary = as_text(Bytes(data + 3, length));
  if (form.boundary.find_first_of("\r\n") != std::string::npos) return 0;
  form.piece = 1 + data[1];
  if ((data[0] & 2) != 0) form.limits = {.parts = 3, .header_octets = 20};
  const std::string text = expanded(Bytes(data + 3 + length, size - 3 - length), form.boundary);
  if ((data[0] & 1) != 0) {
    check_round_trip(form, text);
  } else {
    check_pieces(form, text);
  }
  return 0;
}
