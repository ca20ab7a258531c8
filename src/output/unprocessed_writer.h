// -w: what no stream used.
#pragma once

#include <cstdint>
#include <string>

#include "output/file_events.h"
#include "output/saved_capture.h"
#include "output/unused_frames.h"

namespace tcpflow {

// Writes every frame with IP in it that did not become part of a stream, as it was recorded, and
// SYNs that were repeated after data. One pcap file; pcapng once frames of two link types are in it
// (or times that pcap cannot hold), and always on a pipe or "-". One thread.
class UnprocessedWriter : public EntrySink<UnusedFrame>, public BatchListener {
 public:
  UnprocessedWriter(const std::string& path, OutputErrors& errors, Waiter& waiter)
      : budget_(1), file_(budget_, waiter, path, kDefaultSnapLength), errors_(errors) {}

  // Creates the file, so that a bad name shows at once.
  Status open();
  // -U: makes it the property of the user that the program becomes.
  Status give_to(const Owner& owner);
  // What the first input is like: the header of the file says the same. 0: no snap length stated.
  void set_input(LinkType link, uint32_t snap_length);

  void on_entry(UnusedFrame& unused) override;
  void on_batch_end(bool idle) override;
  // Writes the rest, also the header of a file without frames.
  void finish();

  uint64_t frames() const { return frames_; }

 private:
  static constexpr uint32_t kDefaultSnapLength = 262144;

  void check(int code);

  FileBudget budget_;  // its own, since a pipe cannot be closed and opened again
  SavedCapture file_;
  OutputErrors& errors_;
  LinkType link_ = LinkType::ethernet;
  bool has_input_ = false;
  uint64_t frames_ = 0;
};

}  // namespace tcpflow
