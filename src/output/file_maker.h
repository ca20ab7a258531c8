// Creates files under names that nobody has yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "output/file_budget.h"
#include "output/file_name.h"

namespace tcpflow {

// Opens `file.name` like FileBudget::create, making the folders in front of it if they are missing.
// Returns the descriptor or -errno.
int create_with_folders(FileBudget& budget, BudgetedFile& file, int flags);

// What went wrong with a file that a template named; adds what helps where its name is the fault.
Error about_named_file(Error error);

// Gives every half a file of its own: the counter of its name goes up while the name is taken, be
// it by a file of an earlier run, a folder or a dangling link. One owner, no sharing.
class FileMaker {
 public:
  // Names whose next counter is remembered; past this many, looking starts again from 0.
  static constexpr size_t kCollisionsKept = 65536;

  explicit FileMaker(NameTemplate names) : names_(std::move(names)) {}

  // Creates the file of `half`, sets `file.name`, and returns the descriptor, which `budget` looks
  // after, or -errno.
  int create(FileBudget& budget, BudgetedFile& file, const HalfInfo& half, uint64_t session);

  const NameTemplate& names() const { return names_; }

 private:
  uint64_t first_counter() const;
  void remember(uint64_t next_counter);

  NameTemplate names_;
  std::string base_;  // the name with counter 0 of the file being made
  // By name with counter 0, the first counter not known to be taken; without it, n files of one
  // name would cost n*n/2 attempts.
  std::unordered_map<std::string, uint64_t> next_counter_;
};

}  // namespace tcpflow
