// Says whether a text is well-formed XML, as far as the report's kind of XML goes: a declaration,
// elements, attributes, the five entities. For tests only.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tcpflow::test {

// Used by one test; borrows the text.
class XmlChecker {
 public:
  explicit XmlChecker(std::string_view text) : rest_(text) {}

  // "" if well-formed, else what is wrong and where.
  std::string fault() {
    if (rest_.substr(0, 5) == "<?xml") rest_.remove_prefix(rest_.find("?>") + 2);
    while (!rest_.empty() && fault_.empty()) {
      if (rest_.front() == '<') {
        tag();
      } else {
        content(rest_.substr(0, rest_.find('<')));
      }
    }
    if (fault_.empty() && !open_.empty()) fault_ = "not closed: " + open_.back();
    if (fault_.empty() && roots_ != 1) fault_ = "not exactly one root";
    return fault_;
  }

 private:
  void tag() {
    const size_t end = rest_.find('>');
    if (end == std::string_view::npos) return fail("no > after", rest_);
    std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (inside.starts_with('/')) return close(inside.substr(1));
    const bool is_empty = inside.ends_with('/');
    if (is_empty) inside.remove_suffix(1);
    const size_t name_end = std::min(inside.find_first_of(" \n"), inside.size());
    const std::string name(inside.substr(0, name_end));
    if (name.empty()) return fail("no name in", inside);
    attributes(inside.substr(name_end));
    if (open_.empty()) ++roots_;
    if (!is_empty) open_.push_back(name);
  }

  void close(std::string_view name) {
    if (open_.empty() || open_.back() != name) return fail("closes nothing:", name);
    open_.pop_back();
  }

  void attributes(std::string_view text) {
    while (true) {
      const size_t start = text.find_first_not_of(" \n");
      if (start == std::string_view::npos) return;
      if (start == 0) return fail("no space before", text);
      const size_t equals = text.find('=');
      if (equals == std::string_view::npos) return fail("no = in", text);
      const char quote = text[equals + 1];
      const size_t end = text.find(quote, equals + 2);
      if ((quote != '\'' && quote != '"') || end == std::string_view::npos)
        return fail("no quotes in", text);
      characters(text.substr(equals + 2, end - equals - 2));
      text.remove_prefix(end + 1);
    }
  }

  void content(std::string_view text) {
    rest_.remove_prefix(text.size());
    const bool is_blank = text.find_first_not_of(" \n") == std::string_view::npos;
    if (open_.empty() && !is_blank) return fail("text outside the root:", text);
    characters(text);
  }

  void characters(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\n')
        return fail("control character in", text);
      if (text[i] == '<') return fail("< in", text);
      if (text[i] == '&' && !starts_entity(text.substr(i))) return fail("bare & in", text);
    }
  }

  static bool starts_entity(std::string_view text) {
    for (const char* entity : {"&amp;", "&lt;", "&gt;", "&apos;", "&quot;"}) {
      if (text.starts_with(entity)) return true;
    }
    return false;
  }

  void fail(const char* what, std::string_view where) {
    if (fault_.empty()) fault_ = std::string(what) + " " + std::string(where.substr(0, 80));
  }

  std::string_view rest_;
  std::vector<std::string> open_;
  std::string fault_;
  int roots_ = 0;
};

inline std::string xml_fault(std::string_view text) { return XmlChecker(text).fault(); }

}  // namespace tcpflow::test
