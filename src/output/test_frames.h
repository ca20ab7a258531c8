// Frames with octets of their own, for tests.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "output/saved_format.h"

namespace tcpflow::test {

// Makes frames and keeps what they borrow.
class Frames {
 public:
  const Frame& add(const std::string& octets, Timestamp time = make_time(1'500'000'000, 1'000),
                   LinkType link = LinkType::ethernet) {
    octets_.push_back(octets);
    Frame frame;
    frame.number = frames_.size() + 1;
    frame.time = time;
    frame.bytes = as_bytes(octets_.back());
    frame.original_length = static_cast<uint32_t>(octets.size()) + 3;
    frame.link = link;
    frames_.push_back(frame);
    return frames_.back();
  }
  const std::deque<Frame>& all() const { return frames_; }

 private:
  std::deque<std::string> octets_;
  std::deque<Frame> frames_;
};

// What a file of these frames must hold.
inline std::string as_pcap(const std::deque<Frame>& frames, const PcapFileHeader& header) {
  std::string text;
  append_pcap_header(text, header);
  for (const Frame& frame : frames) append_pcap_record(text, frame, header.unit);
  return text;
}

// With an interface block in front of the first frame of each link type.
inline std::string as_pcapng(const std::deque<Frame>& frames) {
  std::string text;
  std::vector<LinkType> links;
  append_pcapng_section(text);
  for (const Frame& frame : frames) {
    size_t number = 0;
    while (number < links.size() && links[number] != frame.link) ++number;
    if (number == links.size()) {
      links.push_back(frame.link);
      append_pcapng_interface(text, frame.link);
    }
    append_pcapng_packet(text, frame, static_cast<uint32_t>(number));
  }
  return text;
}

}  // namespace tcpflow::test
