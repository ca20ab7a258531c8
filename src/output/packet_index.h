// -I: which packet brought which bytes of a flow file.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "output/side_file.h"

namespace tcpflow {

// The NAME.findx beside a flow file: a line `OFFSET|SEC.UUUUUU|LENGTH` for each delivered segment,
// by rising offset. Owned by the file it describes, same thread.
class PacketIndex : public SideFile {
 public:
  PacketIndex() : SideFile(".findx") {}
  // `length`: how many bytes of the segment are in the file.
  void append(uint64_t offset, Timestamp time, uint64_t length);
};

}  // namespace tcpflow
