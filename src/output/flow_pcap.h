// -K: a capture for each direction of each connection, instead of flow files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "decode/datagram.h"
#include "decode/segment.h"
#include "flow/consumer.h"
#include "output/file_events.h"
#include "output/file_name.h"
#include "output/saved_capture.h"

namespace tcpflow {

struct FlowPcapOptions {
  Duration time_shift = Duration(0);  // tdelta: for the times in names, never for the packets
  // Directions kept in mind. The one unused for longest is closed and forgotten; its file is
  // recognised and continued when it comes back.
  size_t directions = 65536;
};

// Appends every packet of TCP, and of UDP where that is wanted, also those without payload, to
// NAME.pcap. NAME is made by the template
// when a direction is first seen, with counter, flow and session number 0; directions that come to
// the same name share the file. Files of earlier runs are replaced. Writes once a batch. One
// thread; finish() before it goes.
class FlowPcap : public SegmentSink, public DatagramSink, public BatchListener {
 public:
  // What it borrows.
  struct Borrowed {
    FileBudget& budget;
    OutputErrors& errors;
    Waiter& waiter;
  };

  // `now`: the time by the clock; what is older is not of this run.
  FlowPcap(NameTemplate names, const FlowPcapOptions& options, const Borrowed& borrowed,
           Timestamp now);
  ~FlowPcap() override;

  void on_segment(const Segment& segment) override;
  void on_datagram(const Datagram& datagram) override;
  void on_batch_end(bool idle) override;
  // Writes the rest and closes all files.
  void finish();

 private:
  struct Key {
    IpAddress source;
    IpAddress destination;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    Transport transport = Transport::tcp;
    uint64_t path = 0;  // Segment::path_key
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  // What a segment and a datagram have in common; borrows from it.
  struct Packet {
    Key key;
    const Frame& frame;
    const LinkFacts& link;
    const Encapsulation* path;
  };
  struct File;
  struct Entry {
    Key key;
    File* file = nullptr;
  };

  void add(const Packet& packet);
  HalfInfo half_of(const Packet& packet) const;
  File& file_of(const Packet& packet);
  File& open(const Packet& packet);
  void forget_oldest();
  void check(const File& file, int code);

  NameTemplate names_;
  FlowPcapOptions options_;
  Borrowed borrowed_;
  Timestamp run_start_;
  std::unordered_map<std::string, std::unique_ptr<File>> files_;  // by name
  std::list<Entry> entries_;                                      // the one used last first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> by_key_;
  std::vector<File*> touched_;  // in this batch
  std::string name_;            // scratch
  bool forgot_some_ = false;
};

}  // namespace tcpflow
