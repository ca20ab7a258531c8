// Open descriptors as a cache: as many files as one likes, few of them open.
#pragma once

#include <cstddef>
#include <string>

namespace tcpflow {

class FileBudget;

// A file that may be open or not. Its owner keeps it in place and alive as long as it likes; it
// leaves its budget by itself. One thread, that of its budget.
class BudgetedFile {
 public:
  BudgetedFile() = default;
  ~BudgetedFile();
  BudgetedFile(const BudgetedFile&) = delete;
  BudgetedFile& operator=(const BudgetedFile&) = delete;

  std::string name;

  bool is_open() const { return fd_ >= 0; }
  // No close that was made for want of descriptors has failed.
  bool closed_well() const { return close_error_ == 0; }

 private:
  friend class FileBudget;
  FileBudget* budget_ = nullptr;  // set while open
  BudgetedFile* older_ = nullptr;
  BudgetedFile* newer_ = nullptr;
  int fd_ = -1;
  int reopen_flags_ = 0;
  int close_error_ = 0;  // what a close that nobody waited for said
};

// At most so many files are open at a time; opening one more closes the one used longest ago. A
// closed file is opened again where it is used next, and since everything is written at a stated
// offset before a call returns, closing never costs data. When the process or the system is out of
// descriptors, files are closed the same way until it works. All calls are O(1).
// Owned by one thread; outlives its files.
class FileBudget {
 public:
  explicit FileBudget(size_t max_open) : max_open_(max_open == 0 ? 1 : max_open) {}
  FileBudget(const FileBudget&) = delete;
  FileBudget& operator=(const FileBudget&) = delete;
  ~FileBudget();

  // As many as the process may have, less what the rest of the program needs.
  static size_t default_max_open();

  // Opens `file.name` by open(2) with `flags`. Returns the descriptor or -errno. The descriptor is
  // good until the next call on this budget.
  int create(BudgetedFile& file, int flags);
  // Takes over `fd`, which cannot be opened again by its name: only for a budget with no other
  // file.
  void adopt(BudgetedFile& file, int fd);
  // A file that was created before, by another BudgetedFile of this name with these flags, and is
  // closed: use() will open it.
  void take_back(BudgetedFile& file, int flags);
  // The descriptor of a file created before, opened again if need be, or -errno.
  int use(BudgetedFile& file);
  // Closes it, if it is open. Returns the errno of this close or of an earlier one, 0 if all went
  // well.
  int close(BudgetedFile& file);

  size_t open_count() const { return open_count_; }

 private:
  friend class BudgetedFile;
  int open(BudgetedFile& file, int flags);
  bool evict_oldest();
  void link_newest(BudgetedFile& file);
  void unlink(BudgetedFile& file);
  void shut(BudgetedFile& file);

  size_t max_open_;
  size_t open_count_ = 0;
  BudgetedFile* oldest_ = nullptr;
  BudgetedFile* newest_ = nullptr;
};

}  // namespace tcpflow
