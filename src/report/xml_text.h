// Text on its way into the report.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tcpflow {

// `text` as XML 1.0 element or attribute content: & < > ' " as entities; control characters and
// every byte that is not part of valid UTF-8, or of a character that XML forbids, as %XX. Whatever
// comes in, the result is well-formed.
std::string xml_escaped(std::string_view text);
void append_escaped(std::string& out, std::string_view text);

// The command line as a shell would take it again: words joined by spaces, each quoted if it needs
// to be.
std::string shell_quoted(std::span<const std::string> words);

// Appends ` name='value'`, the value escaped.
void append_attribute(std::string& out, std::string_view name, std::string_view value);
void append_attribute(std::string& out, std::string_view name, uint64_t value);

// <name a='1' b='x'/>: an element of attributes only.
class XmlTag {
 public:
  explicit XmlTag(std::string_view name) {
    text_.reserve(kUsualLength);
    text_.append("<").append(name);
  }

  XmlTag& with(std::string_view name, std::string_view value);
  XmlTag& with(std::string_view name, uint64_t value);
  // Ends the tag, as an empty element or as a start tag, once. What is returned lives as it does.
  std::string_view empty_element() { return text_.append("/>"); }
  std::string_view start_tag() { return text_.append(">"); }

 private:
  static constexpr size_t kUsualLength = 400;

  std::string text_;
};

// Elements, one a line, indented by two spaces a level. Appends to a string that it borrows.
class XmlWriter {
 public:
  XmlWriter(std::string& out, unsigned depth) : out_(out), depth_(depth) {}

  void open(XmlTag& tag);
  void open(std::string_view name);
  void close(std::string_view name);
  // <name>text</name>, the text escaped.
  void element(std::string_view name, std::string_view text);
  void element(std::string_view name, uint64_t number);
  // A line of ready markup.
  void line(std::string_view markup);
  // The same in place: what is appended to begin_line() until end_line().
  std::string& begin_line() {
    indent();
    return out_;
  }
  void end_line() { out_ += '\n'; }

 private:
  void indent() { out_.append(size_t{2} * depth_, ' '); }

  std::string& out_;
  unsigned depth_;
};

}  // namespace tcpflow
