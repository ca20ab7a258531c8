// Rows of flow files, linked through the files themselves.
#pragma once

#include <cstddef>

namespace tcpflow {

// A file's places in the rows. A base class of FlowFile.
struct FileInRows {
  struct Links {
    FileInRows* before = nullptr;
    FileInRows* behind = nullptr;
    bool is_linked = false;
  };
  Links held;
  Links resting;
  size_t held_bytes = 0;  // what HeldFiles has on its books
};

// Those that were added first are first; every call is O(1). Borrows the files, which must leave it
// before they go. `Member` is the one that this row uses.
template <FileInRows::Links FileInRows::*Member>
class FileRow {
 public:
  FileInRows* first() const { return first_; }
  // No-op for one that is in it.
  void add(FileInRows& file) {
    FileInRows::Links& links = file.*Member;
    if (links.is_linked) return;
    links = {last_, nullptr, true};
    (last_ == nullptr ? first_ : (last_->*Member).behind) = &file;
    last_ = &file;
  }
  // No-op for one that is not.
  void remove(FileInRows& file) {
    FileInRows::Links& links = file.*Member;
    if (!links.is_linked) return;
    (links.before == nullptr ? first_ : (links.before->*Member).behind) = links.behind;
    (links.behind == nullptr ? last_ : (links.behind->*Member).before) = links.before;
    links = {};
  }

 private:
  FileInRows* first_ = nullptr;
  FileInRows* last_ = nullptr;
};

// Files with bytes held back, the one that waits longest first, and what they take together.
class HeldFiles {
 public:
  // `file` now holds `bytes`; it keeps its place in the row. 0 takes it out.
  void set(FileInRows& file, size_t bytes) {
    total_ += bytes;
    total_ -= file.held_bytes;
    file.held_bytes = bytes;
    bytes == 0 ? row_.remove(file) : row_.add(file);
  }
  FileInRows* oldest() const { return row_.first(); }
  size_t total() const { return total_; }

 private:
  FileRow<&FileInRows::held> row_;
  size_t total_ = 0;
};

}  // namespace tcpflow
