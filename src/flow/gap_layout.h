// Where the bytes of a stream stand in what is written of it.
#pragma once

#include <cstdint>
#include <string>

#include "base/gap.h"

namespace tcpflow {

// The places of one half's bytes once its gaps have the form that the user wants. Told of gaps in
// their order, between the bytes around them. A value.
class GapLayout {
 public:
  explicit GapLayout(GapForm form = GapForm::zero) : form_(form) {}

  // Where the byte at `offset` of the stream goes.
  uint64_t place(uint64_t offset) const { return offset - left_out_ + put_in_; }
  // The next `length` bytes are missing. Returns what stands at their place: a marker or nothing.
  std::string add_gap(uint64_t length) {
    if (form_ == GapForm::zero) return {};
    left_out_ += length;
    if (form_ == GapForm::skip) return {};
    std::string marker = "\n";
    marker.append(gap_marker(length)).append("\n");
    put_in_ += marker.size();
    return marker;
  }

 private:
  GapForm form_;
  uint64_t left_out_ = 0;
  uint64_t put_in_ = 0;
};

}  // namespace tcpflow
