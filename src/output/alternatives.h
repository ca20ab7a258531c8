// --keep-alternatives: the copies of bytes that are not in a flow file.
#pragma once

#include "base/conflict.h"
#include "output/side_file.h"

namespace tcpflow {

// The NAME.alternatives beside a flow file: for each conflict a line
// `OFFSET|LENGTH|KEPT_PACKET|OTHER_PACKET|HEX`, the last field being the copy that is not in the
// file. In the order in which the conflicts were found. Owned by the file it is about, same thread.
class Alternatives : public SideFile {
 public:
  Alternatives() : SideFile(".alternatives") {}
  // Of a conflict only what lies before the offset `limit` is kept.
  void append(const StreamConflict& conflict, uint64_t limit);
};

}  // namespace tcpflow
