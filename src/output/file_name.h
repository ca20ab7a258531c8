// Names of flow files: the template of -T and -F, and what it makes of a half.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/flow_info.h"

namespace tcpflow {

// A checked template, ready to make names. A value, read-only once made: copy it to any thread.
//
// The counter of a name goes up while the name is taken, so two counters must not give the same
// name. Templates where they would (-Fc, or a `%c` that is escaped) are mended: from the first
// repetition on, what is missing of `%C%c` is appended. Behind all of it stands ".udp" for a half
// of a UDP conversation, so that its name ends alike under every template.
class NameTemplate {
 public:
  // `folder` goes in front of every name, as it is: "OUT" gives "OUT/NAME", "" and "." nothing.
  static Result<NameTemplate> parse(std::string_view text, std::string_view folder);

  // Puts the name of a half into `name` (cleared first, so that its storage is used again).
  void expand(const HalfInfo& half, uint64_t session, uint64_t counter, std::string& name) const;

  // True if both addresses and both ports are in every name: then only flows with the same four
  // can meet in a name, and outside of tunnels those never overlap in time.
  bool has_whole_tuple() const { return has_whole_tuple_; }
  // True if numbers of connections or halves are in the names.
  bool has_numbers() const { return has_numbers_; }

 private:
  struct Part {
    char directive = 0;  // 0: the literal; else the letter after %
    std::string literal;
  };
  NameTemplate() = default;
  bool has(char directive) const;
  bool gives_no_name() const;
  void append_literal(std::string_view text);

  std::vector<Part> parts_;
  bool has_whole_tuple_ = false;
  bool has_numbers_ = false;
  uint64_t repeats_from_ = 0;  // from this counter on names repeat and are mended; 0: never
};

// What a letter of -F asked for besides the name.
enum class NameLetter : uint8_t { applied, store_nothing, want_md5, unknown };

// Collects -T and -F in command-line order. A value.
class NameTemplateBuilder {
 public:
  // -T: replaces what was there; one without `%c` gets `%C%c` appended.
  void set(std::string_view text);
  // One letter of -F; t T k m g put their part in front, c takes the numbers out.
  NameLetter apply(char letter);

  const std::string& text() const { return text_; }
  Result<NameTemplate> build(std::string_view folder) const {
    return NameTemplate::parse(text_, folder);
  }

 private:
  std::string text_ = "%A.%a-%B.%b%V%v%C%c";
};

}  // namespace tcpflow
