// Which scanners there are, and which of them a command line turns on.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tcpflow {

// One scanner as the help shows it. Plain values with static life.
struct ScannerFacts {
  std::string_view name;
  std::string_view description;
  bool on_by_default = false;
  bool is_present = false;    // false: the name is known, the scanner comes later in this version
  bool only_by_name = false;  // it needs parameters, so "all" leaves it out
};

inline constexpr std::array<ScannerFacts, 6> kScanners = {{
    {"md5", "MD5 of each flow file's content, as an element of the report", false, true},
    {"http", "bodies of HTTP messages as files of their own", false, true},
    {"netviz", "a page of statistics, report.pdf", false, false},
    {"tcpdemux", "follows TCP connections; without it there are no flows", true, true},
    {"wifiviz", "the names of wireless networks, in the report", false, false},
    {"python", "hands each flow to a Python function, see -S py_module", false, true, true},
}};

// One of -a, -e, -E, -x and -FM, in the order of the command line.
struct ScannerSwitch {
  enum class Kind : uint8_t {
    all,      // -a: all that need no parameters
    enable,   // -e NAME
    only,     // -E NAME
    disable,  // -x NAME
    digests,  // -FM: md5
  };
  Kind kind = Kind::all;
  std::string name;  // empty for all and digests
};

// The scanners that are on. Plain value; any thread.
class ScannerSet {
 public:
  // What is on without any switch.
  ScannerSet();

  // The state after `switches`, executed left to right. Fails at the first name that is unknown, or
  // that asks for a scanner which is not there yet.
  static Result<ScannerSet> after(std::span<const ScannerSwitch> switches);

  // False for names that do not exist, too.
  bool is_on(std::string_view name) const;

 private:
  Status apply(const ScannerSwitch& change);
  void set_all(bool on);

  std::array<bool, kScanners.size()> on_{};
};

}  // namespace tcpflow
