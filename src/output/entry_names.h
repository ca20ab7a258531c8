// The names of entries in an archive.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "output/file_name.h"
#include "output/taken_names.h"

namespace tcpflow {

// What stands beside the bytes of a half, under the same name with another end.
struct SideEntries {
  bool index = false;         // -I
  bool alternatives = false;  // --keep-alternatives
};
inline constexpr char kIndexEnd[] = ".findx";
inline constexpr char kAlternativesEnd[] = ".alternatives";

// Gives every half a name that no other entry has, and that leads nowhere else when the archive is
// unpacked. Shared by all threads that have flows, which use it one at a time, in the order of
// moments.
class EntryNames {
 public:
  // `most`: OutputLimits::archive_names.
  EntryNames(NameTemplate names, const SideEntries& beside, size_t most)
      : names_(std::move(names)), beside_(beside), taken_(most) {}

  // Puts the name of `half` into `name`; those of what stands beside it are taken with it.
  void claim(const HalfInfo& half, uint64_t session, std::string& name);
  // How many times the names in use were forgotten.
  uint64_t times_forgotten() const { return taken_.times_forgotten(); }

 private:
  void expand(const HalfInfo& half, uint64_t session, uint64_t counter, std::string& name) const;
  bool take(const std::string& name);
  bool take_beside(const std::string& name, const char* end);

  NameTemplate names_;
  SideEntries beside_;
  TakenNames taken_;
  // By name with counter 0, the first counter not known to be taken, as FileMaker has it.
  std::unordered_map<std::string, uint64_t> next_counter_;
  std::string base_;  // scratch, as the next
  std::string side_;
};

}  // namespace tcpflow
