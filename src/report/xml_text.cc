#include "report/xml_text.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/code_point.h"
#include "base/number_text.h"
#include "report/clean_text.h"

namespace tcpflow {
namespace {

// XML 1.0, 2.2. TAB, LF and CR are allowed there but written as %XX, as 1.6.1 does.
constexpr bool may_stand(uint32_t value) {
  return value >= 0x20 && value != 0xfffe && value != 0xffff;
}

const char* entity_of(uint32_t value) {
  switch (value) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\'':
      return "&apos;";
    case '"':
      return "&quot;";
    default:
      return nullptr;
  }
}

// Nearly all that a report holds: ASCII that means nothing to XML. By octet, since each of a report
// is asked about.
constexpr std::array<bool, 256> plain_octets() {
  std::array<bool, 256> plain{};
  for (size_t octet = 0x20; octet < 0x80; ++octet) plain[octet] = true;
  for (const char odd : {'&', '<', '>', '\'', '"'}) plain[static_cast<uint8_t>(odd)] = false;
  return plain;
}
constexpr std::array<bool, 256> kPlain = plain_octets();

// Appends the first character of `text`, or its first octet, in a form that may stand. Returns how
// many octets that were.
size_t append_odd(std::string& out, Bytes text) {
  const CodePoint point = first_code_point(text);
  const size_t length = std::max<size_t>(point.length, 1);
  const char* entity = entity_of(point.value);
  if (point.length == 0 || !may_stand(point.value)) {
    append_percent(out, text.first(length));
  } else if (entity != nullptr) {
    out += entity;
  } else {
    out += as_text(text.first(length));
  }
  return length;
}

constexpr bool is_plain_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./,:=+@%").find(c) != std::string_view::npos;
}

std::string shell_quoted_word(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain_in_shell)) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  Bytes rest = as_bytes(text);
  while (true) {
    const auto odd =
        std::find_if_not(rest.begin(), rest.end(), [](uint8_t octet) { return kPlain[octet]; });
    const auto plain = static_cast<size_t>(odd - rest.begin());
    out += as_text(rest.first(plain));
    rest = rest.subspan(plain);
    if (rest.empty()) return;
    rest = rest.subspan(append_odd(out, rest));
  }
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string shell_quoted(std::span<const std::string> words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += shell_quoted_word(word);
  }
  return line;
}

void XmlWriter::open(XmlTag& tag) {
  line(tag.start_tag());
  ++depth_;
}

void XmlWriter::open(std::string_view name) {
  indent();
  out_.append("<").append(name).append(">\n");
  ++depth_;
}

void XmlWriter::close(std::string_view name) {
  --depth_;
  indent();
  out_.append("</").append(name).append(">\n");
}

void XmlWriter::element(std::string_view name, std::string_view text) {
  indent();
  out_.append("<").append(name).append(">");
  append_escaped(out_, text);
  out_.append("</").append(name).append(">\n");
}

void XmlWriter::element(std::string_view name, uint64_t number) {
  indent();
  append_number(out_.append("<").append(name).append(">"), number);
  out_.append("</").append(name).append(">\n");
}

void XmlWriter::line(std::string_view markup) {
  indent();
  out_.append(markup).append("\n");
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  append_escaped(out.append(" ").append(name).append("='"), value);
  out += '\'';
}

void append_attribute(std::string& out, std::string_view name, uint64_t value) {
  append_number(out.append(" ").append(name).append("='"), value);
  out += '\'';
}

XmlTag& XmlTag::with(std::string_view name, std::string_view value) {
  append_attribute(text_, name, value);
  return *this;
}

XmlTag& XmlTag::with(std::string_view name, uint64_t value) {
  append_attribute(text_, name, value);
  return *this;
}

}  // namespace tcpflow
