// Creates files under names that nobody has yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/limits.h"
#include "output/file_budget.h"
#include "output/file_name.h"

namespace tcpflow {

// Opens `file.name` like FileBudget::create, making the folders in front of it if they are missing.
// Returns the descriptor or -errno.
int create_with_folders(FileBudget& budget, BudgetedFile& file, int flags);

// What went wrong with a file that a template named; adds what helps where its name is the fault.
Error about_named_file(Error error);

// What a file is named after.
struct NamedHalf {
  const HalfInfo& info;
  uint64_t session = 0;
};

// Gives every half a file of its own: the counter of its name goes up while the name is taken, be
// it by a file of an earlier run, a folder or a dangling link. One owner, no sharing.
class FileMaker {
 public:
  // Names whose next counter is remembered; past this many, looking starts again from 0.
  static constexpr size_t kCollisionsKept = OutputLimits().collisions;

  explicit FileMaker(NameTemplate names, size_t collisions_kept = kCollisionsKept)
      : names_(std::move(names)), collisions_kept_(collisions_kept) {}

  struct Made {
    int fd = -1;           // or -errno
    uint64_t counter = 0;  // of its name
  };
  // Creates the file of `half`, sets `file.name`, and has `budget` look after the descriptor.
  Made create(FileBudget& budget, BudgetedFile& file, const NamedHalf& half);
  // `file` becomes the one that was made of `half` with this counter, and is closed.
  void take_back(FileBudget& budget, BudgetedFile& file, const NamedHalf& half,
                 uint64_t counter) const;

  const NameTemplate& names() const { return names_; }

 private:
  uint64_t first_counter() const;
  void remember(uint64_t next_counter);

  NameTemplate names_;
  size_t collisions_kept_;
  std::string base_;  // the name with counter 0 of the file being made
  // By name with counter 0, the first counter not known to be taken; without it, n files of one
  // name would cost n*n/2 attempts.
  std::unordered_map<std::string, uint64_t> next_counter_;
};

}  // namespace tcpflow
