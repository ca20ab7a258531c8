// The record of a flow as text, and where in it is what may turn out otherwise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/moment.h"

namespace tcpflow {

// A part of a text. A value.
struct TextSpan {
  size_t begin = 0;
  size_t end = 0;
};

// One half in the text of its flow: what says where its bytes are stored, and what went wrong.
struct HalfSpans {
  uint64_t flow_number = 0;
  TextSpan output;
  TextSpan error;  // may be empty
};

// Those of a flow, in the order of the text. A value.
struct RecordSpans {
  std::array<HalfSpans, 2> halves;
  size_t count = 0;
};

// Takes records one after the other: text is appended, then the record is ended. One thread.
class RecordTexts {
 public:
  virtual ~RecordTexts() = default;
  virtual std::string& text() = 0;
  // `spans` count from the end of the record before.
  virtual void end_record(const Moment& at, const RecordSpans& spans) = 0;
};

// Appends `record` to `out`, but says of one half that nothing of it is stored (`is_stored`: that
// it is), and why.
struct StoreFailure {
  std::string_view error;
  bool is_stored = false;
};
void append_mended(std::string& out, std::string_view record, const HalfSpans& half,
                   const StoreFailure& failure);

}  // namespace tcpflow
