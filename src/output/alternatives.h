// --keep-alternatives: the copies of bytes that are not in a flow file.
#pragma once

#include "base/conflict.h"
#include "base/limits.h"
#include "output/side_file.h"

namespace tcpflow {

// The NAME.alternatives beside a flow file: for each conflict a line
// `OFFSET|LENGTH|KEPT_PACKET|OTHER_PACKET|HEX`, the last field being the copy that is not in the
// file. In the order in which the conflicts were found; it ends before the first line that does not
// fit into OutputLimits::alternatives_per_half. Owned by the file it is about, same thread.
class Alternatives : public SideFile {
 public:
  explicit Alternatives(const OutputLimits& limits)
      : SideFile(".alternatives"), room_(limits.alternatives_per_half) {}
  // Of a conflict only what lies before the offset `limit` is kept.
  void append(const StreamConflict& conflict, uint64_t limit);
  // Something did not fit.
  bool is_cut() const { return is_cut_; }

 private:
  uint64_t room_;
  bool is_cut_ = false;
};

}  // namespace tcpflow
