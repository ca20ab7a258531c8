// The entry of one object, from its first octet to its last.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "output/archive_objects.h"

namespace tcpflow {

// Lives in its flow's objects, and stays in place, until it is over and handed over. One thread.
class ArchivedObject : public GatheredEntry {
 public:
  struct About {
    const Flow& flow;  // until it is handed over
    Direction from;
    std::string suffix;
    Timestamp start;
  };
  ArchivedObject(ArchiveObjectsShared& shared, About about);
  ~ArchivedObject() override;

  void add(Bytes bytes);
  void skip(uint64_t length);
  // No more bytes come; the rest is done when the batch ends.
  void finish();
  void move_out() override;
  // Leaves the list that it stands in, and is no more.
  void hand_over() override;
  // The same, where the flow is over and stays in the list. `flow_entry`: the name of its entry.
  void complete(const std::string& flow_entry);
  Direction from() const { return about_.from; }

  // The list that it stands in, and where.
  void set_home(std::list<ArchivedObject>& home, std::list<ArchivedObject>::iterator place) {
    home_ = &home;
    place_ = place;
  }

 private:
  size_t cost() const;
  void end_early(std::string_view why);

  ArchiveObjectsShared& shared_;
  FlowArchiveShared& flows_;
  About about_;
  EntryContent bytes_;
  std::list<ArchivedObject>* home_ = nullptr;
  std::list<ArchivedObject>::iterator place_;
  uint64_t size_ = 0;  // so far, with what is missing at the end
  MissingCount missing_;
  bool is_cut_ = false;  // nothing more is taken
  bool is_over_ = false;
};

}  // namespace tcpflow
