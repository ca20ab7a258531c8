#include "output/file_name.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"

namespace tcpflow {
namespace {

constexpr std::string_view kDirectives = "AaBbEeVvWUTtNKMGCc#S%";
constexpr size_t kLongestPath = 100;  // of %U, so that what else is in a name has room
constexpr size_t kPathKept = 80;      // of a longer one

void append_address(std::string& out, const IpAddress& address) {
  if (address.family == Family::ipv6) {
    out += address.text();
    return;
  }
  std::array<char, 16> text{};
  for (size_t i = 0; i < 4; ++i) {
    const unsigned octet = address.octets[i];
    text[4 * i] = static_cast<char>('0' + octet / 100);
    text[4 * i + 1] = static_cast<char>('0' + octet / 10 % 10);
    text[4 * i + 2] = static_cast<char>('0' + octet % 10);
    text[4 * i + 3] = '.';
  }
  out.append(text.data(), text.size() - 1);
}

void append_time(std::string& out, char directive, Timestamp time) {
  if (directive == 'T') {
    out += iso_seconds(time);
  } else {
    append_signed(out, whole_seconds(time));
  }
}

void append_vlan(std::string& out, char directive, uint16_t vlan) {
  if (vlan == kNoVlan) return;
  if (directive == 'V') {
    out += "--";
  } else {
    append_number(out, vlan);
  }
}

// %W: the ids of all tags, "100.42".
void append_vlans(std::string& out, const VlanIds& vlans) {
  if (vlans.size() == 0) out += "untagged";
  for (size_t i = 0; i < vlans.size(); ++i) {
    if (i != 0) out += '.';
    append_number(out, vlans[i]);
  }
}

// FNV-1a, 64 bits: the same text comes to the same digits in every run.
void append_hash(std::string& out, std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char octet : text) {
    hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100000001b3;
  }
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += kDigits[(hash >> shift) & 0xf];
}

// %U: the tunnels, "vxlan_10.0.0.1-10.0.0.2_vni_42+gre_10.1.0.1-10.1.0.2". Never empty, so that a
// template may make a folder of it. Of many tunnels only the outer ones are named, and a hash of
// all of them keeps such names apart: a file system takes no more than 255 octets.
void append_path(std::string& out, std::string_view path) {
  if (path.empty()) out += "direct";
  const size_t start = out.size();
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == ',') continue;  // a space follows it
    const bool is_next_tunnel = path[i] == ' ' && i != 0 && path[i - 1] == ',';
    out += is_next_tunnel ? '+' : path[i] == ' ' ? '_' : path[i];
  }
  if (out.size() - start <= kLongestPath) return;
  out.resize(start + kPathKept);
  out += '~';
  append_hash(out, path);
}

// %N %K %M %G: thousands of the flow number, three digits each.
void append_thousands(std::string& out, char directive, uint64_t flow_number) {
  for (const char step : {'K', 'M', 'G'}) {
    if (directive == 'N') break;
    flow_number /= 1000;
    if (directive == step) break;
  }
  append_number(out, flow_number % 1000, 3);
}

void append_counter(std::string& out, char directive, uint64_t counter) {
  if (directive == '#') return append_number(out, counter);
  if (counter == 0) return;
  if (directive == 'C') {
    out += 'c';
  } else {
    append_number(out, counter);
  }
}

struct NameFacts {
  const HalfInfo& half;
  uint64_t session;
  uint64_t counter;
};

void append_directive(std::string& out, char directive, const NameFacts& facts) {
  const HalfInfo& half = facts.half;
  switch (directive) {
    case 'A':
      return append_address(out, half.source);
    case 'a':
      return append_number(out, half.source_port, 5);
    case 'B':
      return append_address(out, half.destination);
    case 'b':
      return append_number(out, half.destination_port, 5);
    case 'E':
      out += half.link.source_mac.text();
      return;
    case 'e':
      out += half.link.destination_mac.text();
      return;
    case 'V':
    case 'v':
      return append_vlan(out, directive, half.link.vlan);
    case 'W':
      return append_vlans(out, half.link.vlans);
    case 'U':
      return append_path(out, half.encapsulation);
    case 'T':
    case 't':
      return append_time(out, directive, half.start);
    case 'N':
    case 'K':
    case 'M':
    case 'G':
      return append_thousands(out, directive, half.flow_number);
    case 'C':
    case 'c':
    case '#':
      return append_counter(out, directive, facts.counter);
    case 'S':
      return append_number(out, facts.session, 20);
    default:
      out += '%';
      return;  // %%; parse() let nothing else in
  }
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Result<NameTemplate> NameTemplate::parse(std::string_view text, std::string_view folder) {
  NameTemplate made;
  if (!folder.empty() && folder != ".") made.append_literal(std::string(folder) + "/");
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      made.append_literal(text.substr(i, 1));
      continue;
    }
    const std::string shown = "invalid file name template '" + std::string(text) + "': ";
    if (++i == text.size()) return Error{shown + "it cannot end with a %"};
    if (kDirectives.find(text[i]) == std::string_view::npos) {
      return Error{shown + "unknown directive %" + text[i]};
    }
    made.parts_.push_back({text[i], {}});
  }
  if (made.gives_no_name()) {
    return Error{"invalid file name template '" + std::string(text) + "': it gives no file name"};
  }
  made.has_whole_tuple_ = made.has('A') && made.has('a') && made.has('B') && made.has('b');
  const auto is_number = [](const Part& part) {
    constexpr std::string_view kNumbers = "NKMGS";
    return part.directive != 0 && kNumbers.find(part.directive) != std::string_view::npos;
  };
  made.has_numbers_ = std::any_of(made.parts_.begin(), made.parts_.end(), is_number);
  if (!made.has('c') && !made.has('#')) made.repeats_from_ = made.has('C') ? 2 : 1;
  return made;
}

// What stands behind the last '/' is nothing but a counter, which is empty at first.
bool NameTemplate::gives_no_name() const {
  const auto is_counter = [](const Part& part) {
    return part.directive == 'C' || part.directive == 'c';
  };
  const auto last = std::find_if_not(parts_.rbegin(), parts_.rend(), is_counter);
  return last == parts_.rend() || (last->directive == 0 && last->literal.ends_with('/'));
}

bool NameTemplate::has(char directive) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [=](const Part& part) { return part.directive == directive; });
}

void NameTemplate::append_literal(std::string_view text) {
  if (parts_.empty() || parts_.back().directive != 0) parts_.push_back({});
  parts_.back().literal += text;
}

void NameTemplate::expand(const HalfInfo& half, uint64_t session, uint64_t counter,
                          std::string& name) const {
  const NameFacts facts{half, session, counter};
  name.clear();
  for (const Part& part : parts_) {
    if (part.directive == 0) {
      name += part.literal;
    } else {
      append_directive(name, part.directive, facts);
    }
  }
  if (repeats_from_ != 0 && counter >= repeats_from_) {
    if (repeats_from_ == 1) append_counter(name, 'C', counter);
    append_counter(name, 'c', counter);
  }
  if (half.transport == Transport::udp) name += ".udp";
}

void NameTemplateBuilder::set(std::string_view text) {
  text_ = text;
  if (text_.find("%c") == std::string::npos) text_ += "%C%c";
}

NameLetter NameTemplateBuilder::apply(char letter) {
  switch (letter) {
    case 't':
      text_.insert(0, "%tT");
      return NameLetter::applied;
    case 'T':
      text_.insert(0, "%T");
      return NameLetter::applied;
    case 'k':
      text_.insert(0, "%K/");
      return NameLetter::applied;
    case 'm':
      text_.insert(0, "%M000-%M999/%M%K/");
      return NameLetter::applied;
    case 'g':
      text_.insert(0, "%G000000-%G999999/%G%M000-%G%M999/%G%M%K/");
      return NameLetter::applied;
    case 'c':
      replace_all(text_, "%c", "%C");
      return NameLetter::applied;
    case 'X':
      return NameLetter::store_nothing;
    case 'M':
      return NameLetter::want_md5;
    default:
      return NameLetter::unknown;
  }
}

}  // namespace tcpflow
