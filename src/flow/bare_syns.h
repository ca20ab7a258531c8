// Connections of which a single SYN has been seen, each in a few octets: a scan or a flood is made
// of them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "decode/segment.h"
#include "flow/arrival.h"
#include "flow/flow_key.h"
#include "flow/flow_numbers.h"

namespace tcpflow {

// All that a TcpFlow would have learnt from such a SYN. A plain value.
struct BareSyn {
  FlowKey key;
  bool sender_is_low = false;
  uint32_t isn = 0;
  PacketRef packet;
  uint64_t session = 0;
  uint64_t flow_number = 0;
  LinkFacts link;
  uint32_t wire_length = 0;  // of its frame
  uint32_t captured_length = 0;
};

// True if a connection that begins with this segment can be kept as a BareSyn: a client's SYN over
// IPv4, without payload and not in a tunnel.
bool is_bare_syn(const Segment& segment);

// Owned by the FlowTable, used on its thread. First in, first out, and a look-up by key. A record
// takes 48 octets and its place in the index 4, at most 11 with slack; a link that no other record
// shares, about 120 more. Records that were taken leave holes, which are closed when there are more
// of them than records.
class BareSyns {
 public:
  explicit BareSyns(uint64_t hash_seed);

  // The highest number of a connection or half that fits into a record.
  static constexpr uint64_t kMostNumber = 0x7fffffff;

  // False if it does not fit into a record; it must then be kept as a flow.
  bool has_room_for(const BareSyn& syn) const;
  // False if it has no room for it. The key must not be there.
  bool add(const BareSyn& syn);
  // Puts the numbers that are known now in the place of provisional ones.
  void settle_numbers(const FlowNumbers& numbers);
  // Takes out the one with this key.
  std::optional<BareSyn> take(const FlowKey& key);
  // Takes out the one that was added first; only if there is any.
  BareSyn take_first();
  // When that one's packet was, and its number; only if there is any.
  PacketRef first() const;
  // True if a packet of this time is not older than the one added last.
  bool may_follow(Timestamp time) const {
    return records_.empty() || records_.back().time <= time.time_since_epoch().count();
  }
  size_t size() const { return size_; }
  bool is_empty() const { return size_ == 0; }
  // Different links kept.
  size_t links() const { return link_numbers_.size(); }

 private:
  struct Record {
    uint32_t low = 0;  // addresses as in memory
    uint32_t high = 0;
    uint16_t low_port = 0;
    uint16_t high_port = 0;
    uint32_t isn = 0;
    int64_t time = 0;      // nanoseconds
    uint64_t packet = 0;   // number, and two flags
    uint32_t session = 0;  // both at most kMostNumber; kIsProvisional is set above that
    uint32_t flow_number = 0;
    uint32_t link = 0;  // index into links_
    uint16_t wire_length = 0;
    uint16_t captured_length = 0;
  };
  static_assert(sizeof(Record) == 48);
  // Serial number of a record (24 bit) and 8 bits of its hash, never 0; 0: free.
  using Slot = uint32_t;
  struct Link {
    LinkFacts facts;
    uint32_t uses = 0;  // by records that are there; 0: free to be another
  };

  static uint32_t pack_number(uint64_t number);
  static uint64_t unpack_number(uint32_t packed);
  FlowKey key_of(const Record& record) const;
  BareSyn unpack(const Record& record) const;
  Record& record_of(Slot slot) { return records_[index_of_serial(slot >> 8)]; }
  const Record& record_of(Slot slot) const { return records_[index_of_serial(slot >> 8)]; }
  size_t index_of_serial(uint32_t serial) const { return (serial - first_serial_) & kSerialMask; }
  size_t home(uint64_t hash) const { return hash & (slots_.size() - 1); }
  // The slot that holds the key, or the free one where it would go.
  size_t find(const FlowKey& key, uint64_t hash) const;
  uint32_t use_link(const LinkFacts& link);
  void release_link(uint32_t number);
  BareSyn remove(size_t slot);
  void free_slot(size_t slot);
  void drop_holes();
  void rebuild(size_t slots);

  static constexpr uint32_t kIsProvisional = 0x80000000;
  static constexpr uint32_t kSerialMask = 0xffffff;
  static constexpr size_t kFirstSlots = 256;

  KeyHasher hash_;
  std::deque<Record> records_;  // in the order of arrival, holes between them
  uint32_t first_serial_ = 0;   // of records_.front()
  size_t size_ = 0;
  std::vector<Slot> slots_;
  std::vector<Link> links_;  // what frames said of their links: few, and the same for many
  std::vector<uint32_t> free_links_;
  std::map<LinkFacts, uint32_t> link_numbers_;
};

}  // namespace tcpflow
