#include "output/file_maker.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace tcpflow {
namespace {

constexpr mode_t kFolderMode = 0777;
constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL;

// Makes every missing folder in front of the last '/' of `path`. What goes wrong shows when the
// file is opened.
void make_folders(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    ::mkdir(path.substr(0, slash).c_str(), kFolderMode);
  }
}

}  // namespace

int create_with_folders(FileBudget& budget, BudgetedFile& file, int flags) {
  const int fd = budget.create(file, flags);
  if (fd != -ENOENT) return fd;
  make_folders(file.name);
  return budget.create(file, flags);
}

Error about_named_file(Error error) {
  if (error.code != ENAMETOOLONG) return error;
  error.message += "; a shorter template (-T) makes a shorter name";
  return error;
}

void FileMaker::take_back(FileBudget& budget, BudgetedFile& file, const NamedHalf& half,
                          uint64_t counter) const {
  names_.expand(half.info, half.session, counter, file.name);
  budget.take_back(file, kNewFile);
}

FileMaker::Made FileMaker::create(FileBudget& budget, BudgetedFile& file, const NamedHalf& half) {
  names_.expand(half.info, half.session, 0, base_);
  uint64_t counter = first_counter();
  file.name = base_;
  if (counter != 0) names_.expand(half.info, half.session, counter, file.name);
  int fd = create_with_folders(budget, file, kNewFile);
  if (fd != -EEXIST && counter == 0) return {fd, 0};

  while (fd == -EEXIST) {
    names_.expand(half.info, half.session, ++counter, file.name);
    fd = create_with_folders(budget, file, kNewFile);
  }
  remember(counter + 1);
  return {fd, counter};
}

uint64_t FileMaker::first_counter() const {
  if (next_counter_.empty()) return 0;
  const auto found = next_counter_.find(base_);
  return found == next_counter_.end() ? 0 : found->second;
}

void FileMaker::remember(uint64_t next_counter) {
  if (next_counter_.size() >= collisions_kept_) next_counter_.clear();
  next_counter_[base_] = next_counter;
}

}  // namespace tcpflow
