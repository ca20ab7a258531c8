// Any bytes behind a pcapng section header of either byte order, in pieces of any size, into a
// small buffer.
#include <cstdint>
#include <memory>
#include <vector>

#include "capture/capture_file.h"
#include "capture/memory_stream.h"

using namespace tcpflow;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  constexpr uint8_t kSections[][28] = {
      {0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0,
       0,    0,    0,    0,    0,  0, 0, 0, 0,    0,    28,   0,    0, 0},
      {0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1,
       0,    0,    0,    0,    0, 0, 0, 0,  0,    0,    0,    0,    0, 28}};
  const uint8_t* section = kSections[data[0] & 1];
  const size_t piece = data[1] == 0 ? SIZE_MAX : data[1];
  std::vector<uint8_t> file(section, section + 28);
  file.insert(file.end(), data + 2, data + size);

  CaptureFile source(std::make_unique<MemoryStream>(file, piece), 64);
  FrameBatch batch;
  Result<ReadState> state = ReadState::more;
  uint64_t sum = 0;
  while (state && *state != ReadState::end) {
    batch.clear();
    state = source.read(batch);
    for (const Frame& frame : batch.frames) {
      if (frame.original_length < frame.bytes.size()) __builtin_trap();
      if (frame.interface >= source.interfaces().size()) __builtin_trap();
      for (const uint8_t byte : frame.bytes) sum += byte;
    }
  }
  return sum == UINT64_MAX ? -1 : 0;  // every byte was read
}
