// A capture that grows on disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/owner.h"
#include "base/wait.h"
#include "output/file_budget.h"
#include "output/saved_format.h"

namespace tcpflow {

// Starts as pcap, with the link type and, where the first frame needs them, the nanoseconds of that
// frame. A later frame of another link type, or with a time that would lose digits, turns what was
// written into pcapng, in place. Where that cannot be done (a pipe, standard output) it is pcapng
// from the start. Frames are copied and wait until write_out(). One thread.
class SavedCapture {
 public:
  SavedCapture(FileBudget& budget, Waiter& waiter, std::string path, uint32_t snap_length);
  // Folders in front of the name are made where they are missing (-K), not where the user named the
  // file (-w).
  void make_folders(bool make) { makes_folders_ = make; }
  SavedCapture(const SavedCapture&) = delete;
  SavedCapture& operator=(const SavedCapture&) = delete;

  // Each opens the file and returns 0 or an errno. "-" is standard output.
  int create();
  // Goes on with a capture that this program wrote at `not_before` or later; anything else is
  // replaced.
  int resume(Timestamp not_before);

  // For the header, as long as it is not written.
  void set_snap_length(uint32_t length) { header_.snap_length = length; }

  // Takes a frame, and returns 0 or an errno. Once something has failed nothing is taken any more.
  int add(const Frame& frame);
  // Writes what waits. Returns 0 or an errno.
  int write_out();
  // Gives the open file away. Returns 0 or an errno.
  int give_to(const Owner& owner);
  // For a file that gets no frame at all: the header it would have had.
  void begin_empty(LinkType link);
  // Writes what waits and closes. Returns 0 or an errno.
  int close();

  size_t waiting() const { return waiting_.size(); }
  bool failed() const { return failed_; }
  const std::string& path() const { return file_.name; }

 private:
  enum class Kind : uint8_t { undecided, pcap, pcapng };

  int open(int flags);
  int open_once(int flags);
  int recognise(int fd);
  bool fits(const Frame& frame) const;
  int upgrade();
  uint32_t interface_of(LinkType link);
  int write_snap_length(int fd);
  int check(int code);

  FileBudget& budget_;
  Waiter& waiter_;
  BudgetedFile file_;
  PcapFileHeader header_;             // of a pcap
  std::vector<LinkType> interfaces_;  // of a pcapng section, by number
  std::string waiting_;
  uint64_t size_ = 0;  // written so far
  Kind kind_ = Kind::undecided;
  bool regular_ = true;  // a file on disk: can be written at any offset and read back
  bool makes_folders_ = true;
  bool snap_length_grew_ = false;
  bool failed_ = false;
};

}  // namespace tcpflow
